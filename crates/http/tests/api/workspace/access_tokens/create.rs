//! `POST /api/workspace-access-tokens`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::{PATH, ask, create, invalid_token, path_of, record, with_scopes};
use crate::workspace::support::{NOW, answers, is_uuid4, text};

both_databases![
    an_access_token_is_made_and_opens_what_it_may,
    ac_06_an_access_token_is_shown_once,
    a_token_with_an_end_ends_then,
    scopes_are_a_set,
    a_comment_is_trimmed,
    every_fault_of_a_new_token_is_named,
    ac_05_what_is_ours_to_say_of_a_token_is_refused,
];

async fn an_access_token_is_made_and_opens_what_it_may(app: TestApp) {
    let made = create(&app, &json!({"comment": "billing", "scopes": ["workspace:read"]})).await;
    let (token, expected) = (record(&made), &made["token"]);
    assert!(is_uuid4(&token["id"]));
    let body = json!({
        "workspace_access_token": {
            "id": token["id"], "created_at": NOW, "modified_at": null, "scopes": ["workspace:read"],
            "expires_at": null, "rotated_at": null, "comment": "billing", "last_used_at": null,
            "workspace_id": app.workspace.id.to_string(),
        },
        "token": expected,
    });
    assert_eq!(made, body);
    assert!(text(expected).starts_with("anteroom_wat_") && text(expected).len() == 13 + 49);
    ask(&app, expected).await.expect(200);
    let members = app.get("/api/members").bearer(text(expected)).send().await;
    assert_eq!(members.expect(403)["error"], "insufficient_scope");
}

async fn ac_06_an_access_token_is_shown_once(app: TestApp) {
    let made = with_scopes(&app, &["workspace:read"]).await;
    let secret = text(&made["token"]);
    ask(&app, &made["token"]).await.expect(200);
    let shown = app.merchant("GET", &path_of(&made)).send().await;
    assert_eq!(&shown.expect(200), record(&made));
    let changed = app.merchant("PATCH", &path_of(&made)).json(&json!({"comment": "other"})).send().await;
    let listed = app.merchant("GET", PATH).send().await;
    let rotated = app.merchant("POST", &format!("{}/rotate", path_of(&made))).send().await;
    for answer in [shown, changed, listed, rotated] {
        assert!(!answer.text().contains(secret) && answer.status < 300, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

async fn a_token_with_an_end_ends_then(app: TestApp) {
    let body = json!({"comment": "c", "scopes": ["workspace:read"], "expires_in": 60});
    let made = create(&app, &body).await;
    assert_eq!(record(&made)["expires_at"], "2026-01-02T03:05:05.678Z");
    app.clock.advance(Duration::MINUTE - Duration::microseconds(1));
    ask(&app, &made["token"]).await.expect(200);
    app.clock.advance(Duration::microseconds(1));
    ask(&app, &made["token"]).await.assert(401, &invalid_token());

    let longest = json!({"comment": "c", "scopes": ["workspace:read"], "expires_in": 315_360_000});
    assert_eq!(record(&create(&app, &longest).await)["expires_at"], "2035-12-31T03:05:05.678Z");
    let endless = json!({"comment": "c", "scopes": ["workspace:read"], "expires_in": null});
    assert_eq!(record(&create(&app, &endless).await)["expires_at"], Value::Null);
}

async fn scopes_are_a_set(app: TestApp) {
    let made = with_scopes(&app, &["workspace:read", "members:read", "workspace:read"]).await;
    assert_eq!(record(&made)["scopes"], json!(["members:read", "workspace:read"]));
}

async fn a_comment_is_trimmed(app: TestApp) {
    let longest = format!("  {} ", "ж".repeat(256));
    let made = create(&app, &json!({"comment": longest, "scopes": ["members:read"]})).await;
    assert_eq!(record(&made)["comment"], longest.trim());
}

async fn every_fault_of_a_new_token_is_named(app: TestApp) {
    let table = answers(
        || app.merchant("POST", PATH),
        &[
            json!({}),
            json!({"comment": null, "scopes": null}),
            json!({"comment": "  ", "scopes": []}),
            json!({"comment": "a".repeat(257), "scopes": "members:read"}),
            json!({"comment": "a\nb", "scopes": ["members:read", "members:erase", 5, null, "all", "*", "Members:read"]}),
            json!({"comment": 5, "scopes": {"0": "members:read"}}),
            json!({"comment": "c", "scopes": ["members:read"], "expires_in": 59}),
            json!({"comment": "c", "scopes": ["members:read"], "expires_in": 315_360_001}),
            json!({"comment": "c", "scopes": ["members:read"], "expires_in": "PT1H"}),
            json!({"comment": "c", "scopes": ["members:read"], "expires_in": 60.5}),
            json!({"comment": "c", "scopes": ["members:read"], "expires_in": -1}),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_a_new_token", table.replace(&"a".repeat(257), "a×257"));
    let listed = app.merchant("GET", PATH).send().await.expect(200);
    assert_eq!(listed["meta"]["total"], 1, "the one that asks");
}

async fn ac_05_what_is_ours_to_say_of_a_token_is_refused(app: TestApp) {
    let ours = json!({
        "comment": "c", "scopes": ["members:read"], "id": "x", "workspace_id": "x", "created_at": "x",
        "modified_at": "x", "expires_at": "x", "rotated_at": null, "last_used_at": null, "token": "secret",
    });
    let refused = app.merchant("POST", PATH).json(&ours).send().await;
    let fault = |name: &str| {
        json!({
            "type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted", "input": null,
        })
    };
    let names = [
        "created_at",
        "expires_at",
        "id",
        "last_used_at",
        "modified_at",
        "rotated_at",
        "token",
        "workspace_id",
    ];
    let detail: Value = names.into_iter().map(fault).collect();
    refused.assert(422, &json!({"error": "RequestValidationError", "detail": detail}));
}
