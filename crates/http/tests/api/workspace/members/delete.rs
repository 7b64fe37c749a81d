//! `DELETE /api/members/{member_id}`

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use crate::workspace::support::{
    ABSENT, MALFORMED, fault, id, individual, introspect, malformed, member, members_enabled, members_of,
    not_found, owner_of, session, team, text, value_error,
};

both_databases![
    a_removed_member_is_gone,
    ac_04_the_owner_is_not_removed,
    who_was_the_owner_can_be_removed,
    se_05_removal_ends_the_members_sessions_and_no_others,
    se_05_a_server_that_finds_nobody_left_forgets_the_sessions_too,
    a_removed_members_names_are_free_again,
    without_members_none_are_removed,
    a_removal_takes_no_parameters,
    an_unknown_or_malformed_id_is_said_so,
];

async fn remove(app: &TestApp, member: &Value) -> Answer {
    app.merchant("DELETE", &format!("/api/members/{}", id(member))).send().await
}

async fn token_of(app: &TestApp, member: &Value) -> String {
    let body = json!({"customer_id": member["customer_id"], "member_id": member["id"]});
    text(&session(app, &body).await["token"]).to_owned()
}

async fn status_of_me(app: &TestApp, token: &str) -> u16 {
    app.get("/api/customer-portal/customers/me").bearer(token).send().await.status
}

async fn a_removed_member_is_gone(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob =
        member(&app, &json!({"customer_id": team["id"], "email": "b@example.com", "external_id": "m-1"}))
            .await;
    let answer = remove(&app, &bob).await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    remove(&app, &bob).await.assert(404, &not_found("Member"));
    let path = format!("/api/members/{}", id(&bob));
    app.merchant("GET", &path).send().await.assert(404, &not_found("Member"));
    app.merchant("PATCH", &path).json(&json!({})).send().await.assert(404, &not_found("Member"));
    assert_eq!(members_of(&app, &team).await, [owner_of(&app, &team).await]);
    for (field, value) in [("member_id", id(&bob)), ("external_member_id", "m-1")] {
        let call = app.merchant("POST", "/api/customer-sessions");
        let refused = call.json(&json!({"customer_id": team["id"], field: value})).send().await;
        refused.assert(422, &value_error(field, "Member does not exist.", &json!(value)));
    }
}

async fn ac_04_the_owner_is_not_removed(app: TestApp) {
    let (team, ada) = (team(&app, "team@example.com").await, individual(&app, "ada@example.com").await);
    member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let msg = "The only owner of a customer cannot be removed. Make another member the owner first.";
    let expected = fault("value_error", &json!(["body"]), msg, &json!(null));
    for customer in [&team, &ada] {
        let before = members_of(&app, customer).await;
        let token = token_of(&app, &owner_of(&app, customer).await).await;
        remove(&app, &owner_of(&app, customer).await).await.assert(422, &expected);
        assert_eq!(members_of(&app, customer).await, before);
        assert_eq!(status_of_me(&app, &token).await, 200);
    }
}

async fn who_was_the_owner_can_be_removed(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let owner = owner_of(&app, &team).await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let promote = app.merchant("PATCH", &format!("/api/members/{}", id(&bob)));
    let bob = promote.json(&json!({"role": "owner"})).send().await.expect(200);
    remove(&app, &owner).await.expect(204);
    assert_eq!(members_of(&app, &team).await, [bob]);
}

async fn se_05_removal_ends_the_members_sessions_and_no_others(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let owner = owner_of(&app, &team).await;
    let (bobs, owners) = (token_of(&app, &bob).await, token_of(&app, &owner).await);
    assert_eq!([status_of_me(&app, &bobs).await, status_of_me(&app, &owners).await], [200, 200]);
    remove(&app, &bob).await.expect(204);
    let me = app.get("/api/customer-portal/customers/me").bearer(&bobs).send().await;
    assert_eq!(me.expect(401)["error"], "invalid_token");
    assert_eq!(introspect(&app, &json!(bobs)).await, json!({"active": false}));
    assert_eq!(status_of_me(&app, &owners).await, 200);
    let live = format!("/api/customers/{}/sessions", id(&team));
    assert_eq!(app.merchant("GET", &live).send().await.expect(200)["meta"]["total"], 1);
    // Somebody of the same e-mail is somebody else.
    let again = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    assert_ne!(again["id"], bob["id"]);
    assert_eq!(status_of_me(&app, &bobs).await, 401);
}

/// What one server has ended, another one is asked to end again before it has heard of it.
async fn se_05_a_server_that_finds_nobody_left_forgets_the_sessions_too(app: TestApp) {
    let other = app.another_server();
    let team = team(&app, "team@example.com").await;
    for n in 0..8 {
        let new = json!({"customer_id": team["id"], "email": format!("m{n}@example.com")});
        let bob = member(&app, &new).await;
        let token = token_of(&app, &bob).await;
        assert_eq!([status_of_me(&app, &token).await, status_of_me(&other, &token).await], [200, 200]);
        remove(&app, &bob).await.expect(204);
        assert_eq!(remove(&other, &bob).await.status, 404);
        assert_eq!(status_of_me(&other, &token).await, 401);
    }
}

async fn a_removed_members_names_are_free_again(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let new = json!({
        "customer_id": team["id"], "email": "b@example.com", "external_id": "m-1", "role": "billing_manager",
    });
    let mut before = json!(null);
    for _ in 0..3 {
        let made = member(&app, &new).await;
        assert_ne!(made["id"], before);
        assert_eq!([&made["external_id"], &made["role"]], ["m-1", "billing_manager"]);
        before = made["id"].clone();
        remove(&app, &made).await.expect(204);
    }
}

async fn without_members_none_are_removed(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    members_enabled(&app, false).await;
    let expected =
        json!({"error": "NotPermitted", "detail": "Member management is not enabled for this workspace"});
    for member in [&bob, &json!({"id": ABSENT})] {
        remove(&app, member).await.assert(403, &expected);
    }
    assert_eq!(members_of(&app, &team).await.len(), 2);
}

async fn a_removal_takes_no_parameters(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let expected = fault(
        "extra_forbidden",
        &json!(["query", "anonymize"]),
        "Extra inputs are not permitted",
        &json!(null),
    );
    let path = format!("/api/members/{}?anonymize=true", id(&bob));
    app.merchant("DELETE", &path).send().await.assert(422, &expected);
    assert_eq!(members_of(&app, &team).await.len(), 2);
}

async fn an_unknown_or_malformed_id_is_said_so(app: TestApp) {
    remove(&app, &json!({"id": ABSENT})).await.assert(404, &not_found("Member"));
    for text in MALFORMED {
        let path = format!("/api/members/{}", text.replace('{', "%7B").replace('}', "%7D"));
        app.merchant("DELETE", &path).send().await.assert(422, &malformed("member_id", text));
    }
}
