//! `POST /api/customers/{customer_id}/disable` and `…/enable`

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use time::Duration;

use super::update::change;
use crate::workspace::support::{
    ABSENT, customer, id, individual, introspect, malformed, member, not_found, session, shopper, text,
    value_error,
};

both_databases![
    a_customer_is_disabled_and_enabled,
    doing_it_again_changes_nothing,
    se_05_disabling_ends_every_session_at_once_and_enabling_brings_none_back,
    se_05_a_members_session_ends_with_the_customers,
    lg_01_a_disabled_customer_looks_like_a_wrong_password,
    no_session_is_opened_for_a_disabled_customer,
    a_portal_link_of_a_disabled_customer_leads_nowhere,
    the_merchant_still_manages_a_disabled_customer,
    of_sixteen_sign_ins_raced_with_disabling_none_is_left,
    sixteen_at_once_leave_one_state,
    an_unknown_or_foreign_customer_is_not_found,
];

async fn post(app: &TestApp, customer: &Value, what: &str) -> Answer {
    app.merchant("POST", &format!("/api/customers/{}/{what}", id(customer))).send().await
}

async fn disabled_at(app: &TestApp, customer: &Value) -> Value {
    let state = app.merchant("GET", &format!("/api/customers/{}/state", id(customer))).send().await;
    state.expect(200)["disabled_at"].clone()
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let typed = json!({"email": email, "password": password});
    app.shop("POST", "/auth/customer/emailpass").json(&typed).send().await
}

const PASSWORD: &str = "correct horse battery";

async fn a_customer_is_disabled_and_enabled(app: TestApp) {
    let mut ada = individual(&app, "ada@example.com").await;
    app.clock.advance(Duration::SECOND);
    ada["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    post(&app, &ada, "disable").await.assert(200, &ada);
    assert_eq!(disabled_at(&app, &ada).await, "2026-01-02T03:04:06.678Z");
    app.clock.advance(Duration::SECOND);
    ada["modified_at"] = json!("2026-01-02T03:04:07.678Z");
    post(&app, &ada, "enable").await.assert(200, &ada);
    assert_eq!(disabled_at(&app, &ada).await, json!(null));
}

async fn doing_it_again_changes_nothing(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    post(&app, &ada, "enable").await.assert(200, &ada);
    let disabled = post(&app, &ada, "disable").await.expect(200);
    let since = disabled_at(&app, &ada).await;
    app.clock.advance(Duration::HOUR);
    post(&app, &ada, "disable").await.assert(200, &disabled);
    assert_eq!(disabled_at(&app, &ada).await, since);
}

async fn se_05_disabling_ends_every_session_at_once_and_enabling_brings_none_back(app: TestApp) {
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
        let refresh = app.shop("POST", "/auth/token/refresh").bearer(&jwt);
        let (jwt, shop) = (me().bearer(&jwt), me().cookie(&shop_cookie));
        let statuses = [token.send().await, jwt.send().await, shop.send().await, refresh.send().await];
        statuses.map(|answer| answer.status)
    };
    let is_in =
        async || app.get("/acme/portal").cookie(&portal_cookie).send().await.text().contains("Signed in as");
    assert_eq!((statuses().await, is_in().await), ([200; 4], true));
    post(&app, &ada, "disable").await.expect(200);
    assert_eq!((statuses().await, is_in().await), ([401; 4], false));
    assert_eq!(introspect(&app, &opened["token"]).await, json!({"active": false}));
    post(&app, &ada, "enable").await.expect(200);
    assert_eq!((statuses().await, is_in().await), ([401; 4], false));
    me().bearer(&spared).send().await.expect(200);
    sign_in(&app, "ada@example.com", PASSWORD).await.expect(200);
}

async fn se_05_a_members_session_ends_with_the_customers(app: TestApp) {
    let team = customer(&app, &json!({"email": "team@example.com", "type": "team"})).await;
    let grace = member(&app, &json!({"customer_id": team["id"], "email": "grace@example.com"})).await;
    let opened = session(&app, &json!({"customer_id": team["id"], "member_id": grace["id"]})).await;
    let me = || app.get("/api/customer-portal/customers/me").bearer(text(&opened["token"])).send();
    me().await.expect(200);
    post(&app, &team, "disable").await.expect(200);
    me().await.expect(401);
}

async fn lg_01_a_disabled_customer_looks_like_a_wrong_password(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let wrong = sign_in(&app, "ada@example.com", "wrong password").await;
    let nobody = sign_in(&app, "nobody@example.com", PASSWORD).await;
    post(&app, &ada, "disable").await.expect(200);
    for password in [PASSWORD, "wrong password"] {
        let disabled = sign_in(&app, "ada@example.com", password).await;
        let same = |answer: &Answer| {
            let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort_unstable();
            (answer.status, answer.text(), names)
        };
        assert_eq!(same(&disabled), same(&wrong));
        assert_eq!(same(&disabled), same(&nobody));
    }
    // Nor does registering tell it from any other taken e-mail.
    let typed = json!({"email": "ada@example.com", "password": PASSWORD});
    let register = app.shop("POST", "/auth/customer/emailpass/register").json(&typed).send().await;
    register.assert(401, &json!({"type": "unauthorized", "message": "Identity with email already exists"}));
}

async fn no_session_is_opened_for_a_disabled_customer(app: TestApp) {
    let ada = customer(&app, &json!({"email": "ada@example.com", "external_id": "usr_1"})).await;
    let open = async |app: &TestApp, body: Value| {
        app.merchant("POST", "/api/customer-sessions").json(&body).send().await
    };
    let bodies = [
        ("customer_id", json!({"customer_id": ada["id"]}), ada["id"].clone()),
        ("external_customer_id", json!({"external_customer_id": "usr_1"}), json!("usr_1")),
    ];
    // Both servers have the customer in memory.
    let other = app.another_server();
    for (_, body, _) in &bodies {
        open(&app, body.clone()).await.expect(201);
        open(&other, body.clone()).await.expect(201);
    }
    post(&app, &ada, "disable").await.expect(200);
    for (field, body, input) in &bodies {
        let refused = value_error(field, "Customer is disabled.", input);
        open(&app, body.clone()).await.assert(422, &refused);
        open(&other, body.clone()).await.assert(422, &refused);
    }
    post(&app, &ada, "enable").await.expect(200);
    for (_, body, _) in &bodies {
        open(&app, body.clone()).await.expect(201);
    }
}

async fn a_portal_link_of_a_disabled_customer_leads_nowhere(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    post(&app, &ada, "disable").await.expect(200);
    let code = text(&opened["customer_portal_url"]).split_once("code=").unwrap().1;
    let enter = app.post("/acme/portal/enter").header("sec-fetch-site", "same-origin");
    let entered = enter.body("application/x-www-form-urlencoded", format!("code={code}")).send().await;
    assert_eq!(entered.cookie("anteroom_portal_acme"), None);
}

async fn the_merchant_still_manages_a_disabled_customer(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    post(&app, &ada, "disable").await.expect(200);
    let changed = change(&app, &ada, &json!({"name": "Ada"})).await.expect(200);
    app.merchant("GET", &format!("/api/customers/{}", id(&ada))).send().await.assert(200, &changed);
    assert!(disabled_at(&app, &ada).await.is_string(), "a change leaves it disabled");
    app.merchant("DELETE", &format!("/api/customers/{}", id(&ada))).send().await.expect(204);
    post(&app, &ada, "enable").await.assert(404, &not_found("Customer"));
}

async fn of_sixteen_sign_ins_raced_with_disabling_none_is_left(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let sign_ins = join_all((0..16).map(|_| sign_in(&app, "ada@example.com", PASSWORD)));
    let (answers, disabled) = join(sign_ins, post(&app, &ada, "disable")).await;
    disabled.expect(200);
    post(&app, &ada, "enable").await.expect(200);
    for answer in answers {
        assert!(matches!(answer.status, 200 | 401), "{}", answer.text());
        if answer.status == 200 {
            let jwt = answer.json();
            let me = app.shop("GET", "/store/customers/me").bearer(text(&jwt["token"])).send().await;
            me.expect(401);
        }
    }
}

async fn sixteen_at_once_leave_one_state(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let answers = join_all((0..16).map(|n| {
        let what = if n % 2 == 0 { "disable" } else { "enable" };
        post(&app, &ada, what)
    }))
    .await;
    for answer in answers {
        answer.expect(200);
    }
    post(&app, &ada, "disable").await.expect(200);
    let open = app.merchant("POST", "/api/customer-sessions").json(&json!({"customer_id": ada["id"]}));
    open.send().await.expect(422);
}

async fn an_unknown_or_foreign_customer_is_not_found(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customers:write").await;
    for what in ["disable", "enable"] {
        let foreign = app.post(&format!("/api/customers/{}/{what}", id(&ada))).bearer(&rivals).send().await;
        foreign.assert(404, &not_found("Customer"));
        let absent = app.merchant("POST", &format!("/api/customers/{ABSENT}/{what}")).send().await;
        absent.assert(404, &not_found("Customer"));
        let bad = app.merchant("POST", &format!("/api/customers/abc/{what}")).send().await;
        bad.assert(422, &malformed("customer_id", "abc"));
        let body = app.merchant("POST", &format!("/api/customers/{}/{what}", id(&ada)));
        body.json(&json!({"disabled_at": null})).send().await.expect(422);
        let query = app.merchant("POST", &format!("/api/customers/{}/{what}?for=ever", id(&ada)));
        query.send().await.expect(422);
    }
    assert_eq!(disabled_at(&app, &ada).await, json!(null));
}
