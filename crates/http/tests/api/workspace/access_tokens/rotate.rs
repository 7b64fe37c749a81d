//! `POST /api/workspace-access-tokens/{token_id}/rotate`

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::{ask, create, invalid_token, path_of, record, with_scopes};
use crate::workspace::support::{MALFORMED, answers, fault, id, malformed, text};

both_databases![
    both_tokens_work_until_the_overlap_is_over,
    without_an_overlap_the_old_token_ends_at_once,
    an_old_token_that_ends_sooner_is_not_prolonged,
    the_new_token_lives_as_long_as_the_old_one_was_made_for,
    a_token_is_rotated_once,
    a_token_may_rotate_itself,
    every_fault_of_a_rotation_is_named,
];

async fn rotate(app: &TestApp, issued: &Value, body: &Value) -> Answer {
    app.merchant("POST", &format!("{}/rotate", path_of(issued))).json(body).send().await
}

async fn both_tokens_work_until_the_overlap_is_over(app: TestApp) {
    let made = with_scopes(&app, &["members:read", "workspace:read"]).await;
    app.clock.advance(Duration::SECOND);
    let rotated = app.merchant("POST", &format!("{}/rotate", path_of(&made))).send().await.expect(201);
    let (now, tomorrow) = ("2026-01-02T03:04:06.678Z", "2026-01-03T03:04:06.678Z");
    let mut previous = record(&made).clone();
    previous["modified_at"] = json!(now);
    previous["rotated_at"] = json!(now);
    previous["expires_at"] = json!(tomorrow);
    let mut new = record(&made).clone();
    new["id"] = record(&rotated)["id"].clone();
    new["created_at"] = json!(now);
    let expected = json!({"workspace_access_token": new, "token": rotated["token"], "previous": previous});
    assert_eq!(rotated, expected);
    assert_ne!((id(record(&made)), text(&made["token"])), (id(record(&rotated)), text(&rotated["token"])));
    app.merchant("GET", &path_of(&made)).send().await.assert(200, &previous);
    app.merchant("GET", &path_of(&rotated)).send().await.assert(200, &new);

    app.clock.advance(Duration::DAY - Duration::microseconds(1));
    for token in [&made["token"], &rotated["token"]] {
        ask(&app, token).await.expect(200);
    }
    app.clock.advance(Duration::microseconds(1));
    ask(&app, &made["token"]).await.assert(401, &invalid_token());
    ask(&app, &rotated["token"]).await.expect(200);
}

async fn without_an_overlap_the_old_token_ends_at_once(app: TestApp) {
    let made = with_scopes(&app, &["workspace:read"]).await;
    ask(&app, &made["token"]).await.expect(200);
    let rotated = rotate(&app, &made, &json!({"overlap": 0})).await.expect(201);
    assert_eq!(rotated["previous"]["expires_at"], rotated["previous"]["rotated_at"]);
    ask(&app, &made["token"]).await.assert(401, &invalid_token());
    ask(&app, &rotated["token"]).await.expect(200);
}

async fn an_old_token_that_ends_sooner_is_not_prolonged(app: TestApp) {
    let made = create(&app, &json!({"comment": "c", "scopes": ["workspace:read"], "expires_in": 60})).await;
    let rotated = rotate(&app, &made, &json!({"overlap": 604_800})).await.expect(201);
    assert_eq!(rotated["previous"]["expires_at"], record(&made)["expires_at"]);
}

async fn the_new_token_lives_as_long_as_the_old_one_was_made_for(app: TestApp) {
    let made = create(&app, &json!({"comment": "c", "scopes": ["workspace:read"], "expires_in": 3600})).await;
    app.clock.advance(Duration::minutes(50));
    let rotated = rotate(&app, &made, &json!({"overlap": 60})).await.expect(201);
    assert_eq!(record(&rotated)["expires_at"], "2026-01-02T04:54:05.678Z");
    assert_eq!(rotated["previous"]["expires_at"], "2026-01-02T03:55:05.678Z");
}

async fn a_token_is_rotated_once(app: TestApp) {
    let made = with_scopes(&app, &["workspace:read"]).await;
    let rotated = rotate(&app, &made, &json!({})).await.expect(201);
    let loc = json!(["path", "token_id"]);
    let refused = fault("value_error", &loc, "The access token was rotated before.", &record(&made)["id"]);
    rotate(&app, &made, &json!({"overlap": 0})).await.assert(422, &refused);
    ask(&app, &made["token"]).await.expect(200);
    rotate(&app, &rotated, &json!({})).await.expect(201);
}

async fn a_token_may_rotate_itself(app: TestApp) {
    let made = with_scopes(&app, &["workspace_access_tokens:write", "workspace:read"]).await;
    let rotate = || {
        let call = app.post(&format!("{}/rotate", path_of(&made))).bearer(text(&made["token"]));
        call.header("idempotency-key", "monthly").send()
    };
    let first = rotate().await;
    let again = rotate().await;
    assert_eq!((first.expect(201), again.header("idempotency-replayed")), (again.expect(201), "true"));
    ask(&app, &first.json()["token"]).await.expect(200);
}

async fn every_fault_of_a_rotation_is_named(app: TestApp) {
    let made = with_scopes(&app, &["workspace:read"]).await;
    let table = answers(
        || app.merchant("POST", &format!("{}/rotate", path_of(&made))),
        &[
            json!({"overlap": -1}),
            json!({"overlap": 604_801}),
            json!({"overlap": "PT1H"}),
            json!({"overlap": 1.5}),
            json!({"overlap": 60, "scopes": ["members:read"], "token": "secret"}),
            json!([]),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_a_rotation", table);
    app.merchant("GET", &path_of(&made)).send().await.assert(200, record(&made));
    for wrong in MALFORMED {
        let answer = app.merchant("POST", &format!("{}/{wrong}/rotate", super::PATH)).send().await;
        answer.assert(422, &malformed("token_id", wrong));
    }
    let latest = rotate(&app, &made, &json!({"overlap": null})).await.expect(201);
    assert_eq!(latest["previous"]["expires_at"], "2026-01-03T03:04:05.678Z");
}
