//! `DELETE /api/members/{member_id}/sessions`

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use crate::workspace::support::{
    ABSENT, MALFORMED, id, introspect, malformed, member, members_enabled, not_found, owner_of, session,
    team, text,
};

both_databases![
    se_07_every_session_of_a_member_ends_and_no_others,
    sessions_end_where_there_are_no_members_any_more,
    nobodys_member_has_no_sessions,
];

async fn revoke(app: &TestApp, member: &Value) -> Answer {
    app.merchant("DELETE", &format!("/api/members/{}/sessions", id(member))).send().await
}

async fn opened(app: &TestApp, member: &Value) -> Value {
    session(app, &json!({"customer_id": member["customer_id"], "member_id": member["id"]})).await
}

async fn status_of_me(app: &TestApp, session: &Value) -> u16 {
    app.get("/api/customer-portal/customers/me").bearer(text(&session["token"])).send().await.status
}

async fn se_07_every_session_of_a_member_ends_and_no_others(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let bobs = [opened(&app, &bob).await, opened(&app, &bob).await];
    let owners = opened(&app, &owner_of(&app, &team).await).await;
    for session in bobs.iter().chain([&owners]) {
        assert_eq!(status_of_me(&app, session).await, 200);
    }
    revoke(&app, &bob).await.assert(200, &json!({"revoked": 2}));
    for session in &bobs {
        assert_eq!(status_of_me(&app, session).await, 401);
        assert_eq!(introspect(&app, &session["token"]).await, json!({"active": false}));
    }
    assert_eq!(status_of_me(&app, &owners).await, 200);
    revoke(&app, &bob).await.assert(200, &json!({"revoked": 0}));
    assert_eq!(status_of_me(&app, &opened(&app, &bob).await).await, 200, "the member may come back");
}

async fn sessions_end_where_there_are_no_members_any_more(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let owner = owner_of(&app, &team).await;
    let owners = opened(&app, &owner).await;
    members_enabled(&app, false).await;
    revoke(&app, &owner).await.assert(200, &json!({"revoked": 1}));
    assert_eq!(status_of_me(&app, &owners).await, 401);
}

async fn nobodys_member_has_no_sessions(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let bobs = opened(&app, &bob).await;
    let path = format!("/api/members/{}/sessions", id(&bob));
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customer_sessions:write").await;
    app.call("DELETE", &path).bearer(&rivals).send().await.assert(404, &not_found("Member"));
    assert_eq!(status_of_me(&app, &bobs).await, 200);
    let absent = format!("/api/members/{ABSENT}/sessions");
    app.merchant("DELETE", &absent).send().await.assert(404, &not_found("Member"));
    for bad in ["abc", MALFORMED[1]] {
        let answer = app.merchant("DELETE", &format!("/api/members/{bad}/sessions")).send().await;
        answer.assert(422, &malformed("member_id", bad));
    }
    app.merchant("DELETE", &format!("/api/members/{}", id(&bob))).send().await.expect(204);
    revoke(&app, &bob).await.assert(404, &not_found("Member"));
}
