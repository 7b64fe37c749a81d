//! `GET` and `DELETE /api/customers/{customer_id}/sessions`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use crate::workspace::support::{
    ABSENT, NOW, customer, id, individual, malformed, member, not_found, session, shopper, text,
};

both_databases![
    every_kind_is_listed,
    a_list_comes_in_pages_across_the_kinds,
    all_end_at_once_and_are_refused_by_the_next_request,
    members_sessions_end_with_the_customers,
    an_unknown_or_foreign_customer_is_not_found,
];

fn path(customer: &Value) -> String {
    format!("/api/customers/{}/sessions", id(customer))
}

async fn list(app: &TestApp, customer: &Value, query: &str) -> Value {
    app.merchant("GET", &format!("{}{query}", path(customer))).send().await.expect(200)
}

fn kinds(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|session| text(&session["kind"])).collect()
}

async fn every_kind_is_listed(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    let found = list(&app, &ada, "").await;
    assert_eq!(found["meta"], json!({"total": 3, "page": 1, "per_page": 10, "pages": 1}));
    let [signed_in, registered, portal] = [0, 1, 2].map(|n: usize| &found["data"][n]);
    let later = "2026-01-02T03:04:06.678Z";
    assert_eq!(
        signed_in,
        &json!({
            "id": signed_in["id"], "kind": "store", "member_id": null, "created_at": later,
            "last_used_at": later, "expires_at": "2026-02-01T03:04:06.678Z", "ip_address": "127.0.0.1",
            "user_agent": "Browser/1",
        })
    );
    assert_eq!((&registered["kind"], &registered["created_at"]), (&json!("store"), &json!(NOW)));
    assert_eq!(
        portal,
        &json!({
            "id": opened["id"], "kind": "member", "member_id": portal["member_id"], "created_at": later,
            "last_used_at": null, "expires_at": "2026-01-02T04:04:06.678Z", "ip_address": null,
            "user_agent": null,
        })
    );
}

async fn a_list_comes_in_pages_across_the_kinds(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    for _ in 0..3 {
        session(&app, &json!({"customer_id": ada["id"]})).await;
    }
    let whole = list(&app, &ada, "").await;
    assert_eq!(kinds(&whole), ["store", "store", "member", "member", "member"]);
    for limit in [1, 2, 3, 4] {
        let mut seen = Vec::new();
        for page in 1..=5 {
            let piece = list(&app, &ada, &format!("?limit={limit}&page={page}")).await;
            assert_eq!(piece["meta"]["total"], 5);
            seen.extend(piece["data"].as_array().unwrap().iter().cloned());
        }
        assert_eq!(&Value::Array(seen), &whole["data"], "{limit} a page");
    }
}

async fn all_end_at_once_and_are_refused_by_the_next_request(app: TestApp) {
    let (jwt, ada) = shopper(&app, "ada@example.com").await;
    let (spared, _) = shopper(&app, "bob@example.com").await;
    let answer = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
    let shop_cookie = format!("connect.sid={}", answer.cookie("connect.sid").unwrap());
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    let code = text(&opened["customer_portal_url"]).split_once("code=").unwrap().1;
    let enter = app.post("/acme/portal/enter").header("sec-fetch-site", "same-origin");
    let entered = enter.body("application/x-www-form-urlencoded", format!("code={code}")).send().await;
    let portal_cookie = format!("anteroom_portal_acme={}", entered.cookie("anteroom_portal_acme").unwrap());
    let me = || app.shop("GET", "/store/customers/me");
    let statuses = async || {
        let token = app.get("/api/customer-portal/customers/me").bearer(text(&opened["token"]));
        let (jwt, shop) = (me().bearer(&jwt), me().cookie(&shop_cookie));
        [token.send().await.status, jwt.send().await.status, shop.send().await.status]
    };
    let portal = async || app.get("/acme/portal").cookie(&portal_cookie).send().await.text();
    assert_eq!(statuses().await, [200; 3]);
    assert!(portal().await.contains("Signed in as"));
    app.merchant("DELETE", &path(&ada)).send().await.assert(200, &json!({"revoked": 3}));
    assert_eq!(statuses().await, [401; 3]);
    let page = portal().await;
    assert!(page.contains("Please ask the shop for a new link") && !page.contains("ada@"), "{page}");
    assert_eq!(list(&app, &ada, "").await["data"], json!([]));
    me().bearer(&spared).send().await.expect(200);
    app.merchant("DELETE", &path(&ada)).send().await.assert(200, &json!({"revoked": 0}));
}

async fn members_sessions_end_with_the_customers(app: TestApp) {
    let team = customer(&app, &json!({"email": "team@example.com", "type": "team"})).await;
    let grace = member(&app, &json!({"customer_id": team["id"], "email": "grace@example.com"})).await;
    let body = json!({"customer_id": team["id"], "member_id": grace["id"]});
    let opened = session(&app, &body).await;
    assert_eq!(list(&app, &team, "").await["data"][0]["member_id"], grace["id"]);
    app.merchant("DELETE", &path(&team)).send().await.assert(200, &json!({"revoked": 1}));
    let me = app.get("/api/customer-portal/customers/me").bearer(text(&opened["token"]));
    me.send().await.expect(401);
}

async fn an_unknown_or_foreign_customer_is_not_found(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customer_sessions:read,customer_sessions:write").await;
    for method in ["GET", "DELETE"] {
        let foreign = app.call(method, &path(&ada)).bearer(&rivals).send().await;
        foreign.assert(404, &not_found("Customer"));
        let absent = app.merchant(method, &format!("/api/customers/{ABSENT}/sessions")).send().await;
        absent.assert(404, &not_found("Customer"));
        let bad = app.merchant(method, "/api/customers/abc/sessions").send().await;
        bad.assert(422, &malformed("customer_id", "abc"));
    }
    app.merchant("DELETE", &format!("{}?page=1", path(&ada))).send().await.expect(422);
    let me = app.get("/api/customer-portal/customers/me").bearer(text(&opened["token"]));
    me.send().await.expect(200);
}
