//! `GET /api/customer-sessions` and `GET` and `DELETE /api/customer-sessions/{session_id}`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use crate::workspace::support::{
    ABSENT, MALFORMED, NOW, asked, customer, id, individual, introspect, malformed, members_enabled,
    members_of, not_found, session, text,
};

both_databases![
    a_session_is_shown_without_its_token,
    live_sessions_are_listed_newest_first_in_pages,
    a_list_can_be_narrowed,
    a_list_refuses_what_it_does_not_know,
    a_revoked_session_is_refused_by_the_next_request,
    what_is_unknown_foreign_or_over_is_not_found,
];

const PATH: &str = "/api/customer-sessions";

async fn list(app: &TestApp, query: &str) -> Value {
    app.merchant("GET", &format!("{PATH}{query}")).send().await.expect(200)
}

fn ids(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(id).collect()
}

async fn a_session_is_shown_without_its_token(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let body = json!({"customer_id": ada["id"], "return_url": "https://shop.example/x"});
    let opened = session(&app, &body).await;
    let owner = &members_of(&app, &ada).await[0];
    let expected = json!({
        "created_at": NOW, "modified_at": null, "id": opened["id"], "type": "member",
        "expires_at": "2026-01-02T04:04:05.678Z", "return_url": "https://shop.example/x",
        "customer_id": ada["id"], "member_id": owner["id"],
    });
    let one = format!("{PATH}/{}", id(&opened));
    app.merchant("GET", &one).send().await.assert(200, &expected);
    let meta = json!({"total": 1, "page": 1, "per_page": 10, "pages": 1});
    for path in [PATH, "/api/customer-sessions/"] {
        let answer = app.merchant("GET", path).send().await;
        answer.assert(200, &json!({"data": [expected], "meta": meta}));
    }

    members_enabled(&app, false).await;
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    let shown = app.merchant("GET", &format!("{PATH}/{}", id(&opened))).send().await.expect(200);
    assert_eq!((&shown["type"], &shown["member_id"]), (&json!("customer"), &Value::Null));
    assert_eq!(shown["return_url"], Value::Null);
}

async fn live_sessions_are_listed_newest_first_in_pages(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let mut opened = Vec::new();
    for life in [60, 600, 600] {
        opened.push(session(&app, &json!({"customer_id": ada["id"], "expires_in": life})).await);
        app.clock.advance(Duration::SECOND);
    }
    let [first, second, third] = [0, 1, 2].map(|n: usize| id(&opened[n]));
    assert_eq!(ids(&list(&app, "").await), [third, second, first]);
    let page = list(&app, "?page=2&limit=2").await;
    assert_eq!(ids(&page), [first]);
    assert_eq!(page["meta"], json!({"total": 3, "page": 2, "per_page": 2, "pages": 2}));
    app.clock.advance(Duration::MINUTE);
    assert_eq!(ids(&list(&app, "").await), [third, second], "the first is over");
}

async fn a_list_can_be_narrowed(app: TestApp) {
    let ada = customer(&app, &json!({"email": "ada@example.com", "external_id": "u/1"})).await;
    let bob = individual(&app, "bob@example.com").await;
    for owner in [&ada, &ada, &bob] {
        session(&app, &json!({"customer_id": owner["id"]})).await;
    }
    for (query, total) in [
        (String::new(), 3),
        (format!("?customer_id={}", id(&ada)), 2),
        (format!("?customer_id={}", id(&bob)), 1),
        (format!("?customer_id={ABSENT}"), 0),
        ("?external_customer_id=u/1".to_owned(), 2),
        ("?external_customer_id=nobody".to_owned(), 0),
        (format!("?customer_id={}&external_customer_id=u/1", id(&ada)), 2),
        (format!("?customer_id={}&external_customer_id=u/1", id(&bob)), 0),
    ] {
        let found = list(&app, &query).await;
        assert_eq!((&found["meta"]["total"], ids(&found).len()), (&json!(total), total), "{query}");
    }
    let owner = &members_of(&app, &ada).await[0];
    for (query, total) in [
        (format!("?member_id={}", id(owner)), 2),
        (format!("?member_id={}&external_customer_id=u/1", id(owner)), 2),
        (format!("?member_id={}&customer_id={}", id(owner), id(&bob)), 0),
        (format!("?member_id={ABSENT}"), 0),
    ] {
        let found = list(&app, &query).await;
        assert_eq!((&found["meta"]["total"], ids(&found).len()), (&json!(total), total), "{query}");
        assert!(found["data"].as_array().unwrap().iter().all(|session| session["member_id"] == owner["id"]));
    }
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customer_sessions:read").await;
    for query in [String::new(), format!("?customer_id={}", id(&ada)), format!("?member_id={}", id(owner))] {
        let found = app.get(&format!("{PATH}{query}")).bearer(&rivals).send().await.expect(200);
        assert_eq!(found["data"], json!([]));
    }
}

async fn a_list_refuses_what_it_does_not_know(app: TestApp) {
    let queries =
        ["limit=0", "page=x", "customer_id=abc", "member_id=", "external_customer_id=", "active=true"];
    for query in queries {
        let answer = app.merchant("GET", &format!("{PATH}?{query}")).send().await.expect(422);
        let name = query.split('=').next().unwrap();
        assert_eq!(answer["detail"][0]["loc"], json!(["query", name]));
    }
    let answers = asked(&app, "GET", &["/api/customer-sessions/introspect"]).await;
    assert!(answers.contains("405"), "{answers}");
}

async fn a_revoked_session_is_refused_by_the_next_request(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let body = json!({"customer_id": ada["id"]});
    let (opened, spared) = (session(&app, &body).await, session(&app, &body).await);
    let me = |token| app.get("/api/customer-portal/customers/me").bearer(token).send();
    me(text(&opened["token"])).await.expect(200);
    let one = format!("{PATH}/{}", id(&opened));
    app.merchant("DELETE", &one).send().await.assert(200, &json!({"revoked": 1}));
    me(text(&opened["token"])).await.expect(401);
    me(text(&spared["token"])).await.expect(200);
    assert_eq!(introspect(&app, &opened["token"]).await, json!({"active": false}));
    assert_eq!(ids(&list(&app, "").await), [id(&spared)]);
    for method in ["GET", "DELETE"] {
        app.merchant(method, &one).send().await.assert(404, &not_found("Customer session"));
    }
}

async fn what_is_unknown_foreign_or_over_is_not_found(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let opened = session(&app, &json!({"customer_id": ada["id"], "expires_in": 60})).await;
    let (one, absent) = (format!("{PATH}/{}", id(&opened)), format!("{PATH}/{ABSENT}"));
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customer_sessions:read,customer_sessions:write").await;
    for method in ["GET", "DELETE"] {
        let foreign = app.call(method, &one).bearer(&rivals).send().await;
        foreign.assert(404, &not_found("Customer session"));
        app.merchant(method, &absent).send().await.assert(404, &not_found("Customer session"));
        for bad in ["abc", MALFORMED[1]] {
            let answer = app.merchant(method, &format!("{PATH}/{bad}")).send().await;
            answer.assert(422, &malformed("session_id", bad));
        }
        app.merchant(method, &format!("{one}?x=1")).send().await.expect(422);
    }
    app.clock.advance(Duration::MINUTE);
    for method in ["GET", "DELETE"] {
        app.merchant(method, &one).send().await.assert(404, &not_found("Customer session"));
    }
}
