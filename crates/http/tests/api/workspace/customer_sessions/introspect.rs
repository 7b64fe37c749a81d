//! `POST /api/customer-sessions/introspect`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use crate::workspace::support::{
    fault, id, individual, introspect, members_enabled, members_of, session, session_token, text,
};

both_databases![
    a_members_session_is_described,
    a_customers_session_is_described,
    a_session_is_active_until_the_moment_it_expires,
    an_ended_session_is_inactive,
    sessions_of_a_deleted_customer_are_inactive,
    what_is_no_session_token_is_inactive,
    ac_03_tokens_of_another_workspace_are_inactive,
    no_fault_echoes_the_token,
];

const PATH: &str = "/api/customer-sessions/introspect";

fn inactive() -> Value {
    json!({"active": false})
}

async fn a_members_session_is_described(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let body = json!({"customer_id": ada["id"], "return_url": "https://shop.example", "expires_in": 60});
    let opened = session(&app, &body).await;
    let owner = &members_of(&app, &ada).await[0];
    assert_eq!(
        introspect(&app, &opened["token"]).await,
        json!({
            "active": true, "id": opened["id"], "type": "member", "customer_id": ada["id"],
            "member_id": owner["id"], "expires_at": "2026-01-02T03:05:05.678Z",
            "return_url": "https://shop.example",
        })
    );
}

async fn a_customers_session_is_described(app: TestApp) {
    members_enabled(&app, false).await;
    let ada = individual(&app, "ada@example.com").await;
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    assert_eq!(
        introspect(&app, &opened["token"]).await,
        json!({
            "active": true, "id": opened["id"], "type": "customer", "customer_id": ada["id"], "member_id": null,
            "expires_at": "2026-01-02T04:04:05.678Z", "return_url": null,
        })
    );
}

async fn a_session_is_active_until_the_moment_it_expires(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let opened = session(&app, &json!({"customer_id": ada["id"], "expires_in": 60})).await;
    app.clock.advance(Duration::minutes(1) - Duration::microseconds(1));
    assert_eq!(introspect(&app, &opened["token"]).await["active"], true);
    app.clock.advance(Duration::microseconds(1));
    assert_eq!(introspect(&app, &opened["token"]).await, inactive());
}

async fn an_ended_session_is_inactive(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let (ended, other) = (session_token(&app, &ada).await, session_token(&app, &ada).await);
    let access = app.app.authenticate_portal_token(&ended).await.unwrap();
    assert!(app.app.end_customer_session(&access).await.unwrap());
    assert_eq!(introspect(&app, &json!(ended)).await, inactive());
    assert_eq!(introspect(&app, &json!(other)).await["active"], true);
}

async fn sessions_of_a_deleted_customer_are_inactive(app: TestApp) {
    let (ada, bob) = (individual(&app, "ada@example.com").await, individual(&app, "bob@example.com").await);
    let (adas, bobs) = (session_token(&app, &ada).await, session_token(&app, &bob).await);
    app.merchant("DELETE", &format!("/api/customers/{}", id(&ada))).send().await.expect(204);
    assert_eq!(introspect(&app, &json!(adas)).await, inactive());
    assert_eq!(introspect(&app, &json!(bobs)).await["active"], true);
}

async fn what_is_no_session_token_is_inactive(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    let (token, url) = (text(&opened["token"]), text(&opened["customer_portal_url"]));
    let code = url.split_once("code=").unwrap().1;
    let mistyped = format!("{}x", &token[..token.len() - 1]);
    let other_prefix = token.replace("_mst_", "_cst_");
    for text in [
        "",
        " ",
        "abc",
        &app.token,
        &app.key,
        code,
        &mistyped,
        &other_prefix,
        &token.to_lowercase(),
        id(&opened),
    ] {
        assert_eq!(introspect(&app, &json!(text)).await, inactive(), "{text}");
    }
}

async fn ac_03_tokens_of_another_workspace_are_inactive(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customer_sessions:read").await;
    let call = app.post(PATH).bearer(&rivals).json(&json!({"token": opened["token"]}));
    call.send().await.assert(200, &inactive());
}

async fn no_fault_echoes_the_token(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let token = session_token(&app, &ada).await;
    let at_token = |kind: &str, msg: &str| fault(kind, &json!(["body", "token"]), msg, &json!(null));
    let not_text = at_token("string_type", "Input should be a valid string");
    let missing = at_token("missing", "Field required");
    let no_object = fault("dict_type", &json!(["body"]), "Input should be a valid object", &json!(null));
    let unknown = json!({
        "type": "extra_forbidden", "loc": ["body", "tokn"], "msg": "Extra inputs are not permitted", "input": null,
    });
    let twice = json!({"error": "RequestValidationError", "detail": [missing["detail"][0], unknown]});
    for (body, expected) in [
        (json!({"token": [token]}), &not_text),
        (json!({"token": {"value": token}}), &not_text),
        (json!({"token": 5}), &not_text),
        (json!({"token": null}), &missing),
        (json!({}), &missing),
        (json!({"tokn": token}), &twice),
        (json!([token]), &no_object),
        (json!(token), &no_object),
    ] {
        app.merchant("POST", PATH).json(&body).send().await.assert(422, expected);
    }
}
