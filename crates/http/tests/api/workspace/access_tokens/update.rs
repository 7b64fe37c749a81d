//! `PATCH /api/workspace-access-tokens/{token_id}`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::{ask, path_of, record, with_scopes};
use crate::workspace::support::{MALFORMED, answers, malformed, text};

both_databases![
    what_is_left_out_stays_as_it_is,
    what_changes_nothing_leaves_the_time_of_the_last_change,
    other_scopes_count_from_the_next_request_on,
    every_fault_of_a_changed_token_is_named,
];

async fn what_is_left_out_stays_as_it_is(app: TestApp) {
    let made = with_scopes(&app, &["workspace:read", "members:read"]).await;
    app.clock.advance(Duration::SECOND);
    let mut expected = record(&made).clone();
    expected["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    expected["comment"] = json!("other");
    let change = async |body: &Value| app.merchant("PATCH", &path_of(&made)).json(body).send().await;
    change(&json!({"comment": " other "})).await.assert(200, &expected);
    expected["scopes"] = json!(["customers:read"]);
    change(&json!({"scopes": ["customers:read"]})).await.assert(200, &expected);
    app.merchant("GET", &path_of(&made)).send().await.assert(200, &expected);
}

async fn what_changes_nothing_leaves_the_time_of_the_last_change(app: TestApp) {
    let made = with_scopes(&app, &["workspace:read", "members:read"]).await;
    app.clock.advance(Duration::SECOND);
    for body in
        [json!({}), json!({"comment": "server"}), json!({"scopes": ["workspace:read", "members:read"]})]
    {
        app.merchant("PATCH", &path_of(&made)).json(&body).send().await.assert(200, record(&made));
    }
}

async fn other_scopes_count_from_the_next_request_on(app: TestApp) {
    let made = with_scopes(&app, &["workspace:read"]).await;
    let change = async |scopes: &[&str]| {
        let call = app.merchant("PATCH", &path_of(&made)).json(&json!({"scopes": scopes}));
        call.send().await.expect(200)
    };
    for _ in 0..4 {
        ask(&app, &made["token"]).await.expect(200);
        change(&["members:read"]).await;
        ask(&app, &made["token"]).await.expect(403);
        app.get("/api/members").bearer(text(&made["token"])).send().await.expect(200);
        change(&["workspace:read"]).await;
    }
}

async fn every_fault_of_a_changed_token_is_named(app: TestApp) {
    let made = with_scopes(&app, &["workspace:read"]).await;
    let table = answers(
        || app.merchant("PATCH", &path_of(&made)),
        &[
            json!({"comment": null, "scopes": null}),
            json!({"comment": "", "scopes": []}),
            json!({"comment": true, "scopes": ["members:erase", "members:read", ["members:read"]]}),
            json!({"expires_in": 60, "expires_at": null, "token": "secret"}),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_a_changed_token", table);
    app.merchant("GET", &path_of(&made)).send().await.assert(200, record(&made));
    for wrong in MALFORMED {
        let path = format!("{}/{wrong}", super::PATH);
        let answer = app.merchant("PATCH", &path).json(&json!({})).send().await;
        answer.assert(422, &malformed("token_id", wrong));
    }
}
