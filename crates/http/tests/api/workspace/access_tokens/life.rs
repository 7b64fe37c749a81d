//! The end of an access token, here and on other servers.

use std::time::Instant;

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{PATH, ask, invalid_token, path_of, with_scopes};
use crate::workspace::support::{not_found, text};

both_databases![
    an_ended_token_is_refused_from_the_next_request_on,
    a_token_may_end_itself,
    ac_06_other_servers_hold_to_it_within_a_second,
    what_another_server_has_ended_grants_nothing_here,
];

async fn an_ended_token_is_refused_from_the_next_request_on(app: TestApp) {
    let made = with_scopes(&app, &["workspace:read"]).await;
    ask(&app, &made["token"]).await.expect(200);
    let ended = app.merchant("DELETE", &path_of(&made)).send().await;
    assert_eq!((ended.status, ended.text()), (204, String::new()));
    ask(&app, &made["token"]).await.assert(401, &invalid_token());
    app.merchant("DELETE", &path_of(&made)).send().await.assert(404, &not_found("Access token"));
}

async fn a_token_may_end_itself(app: TestApp) {
    let made = with_scopes(&app, &["workspace_access_tokens:write"]).await;
    let end = || app.call("DELETE", &path_of(&made)).bearer(text(&made["token"])).send();
    end().await.expect(204);
    end().await.assert(401, &invalid_token());
}

/// Asks another server until it answers so; whatever it answers before, it answers for less than a second.
async fn within_a_second(other: &TestApp, token: &Value, before: u16, after: u16) {
    let changed = Instant::now();
    loop {
        let asked_after = changed.elapsed();
        let status = ask(other, token).await.status;
        if status == after {
            return;
        }
        assert_eq!((status, asked_after < std::time::Duration::from_secs(1)), (before, true));
    }
}

async fn ac_06_other_servers_hold_to_it_within_a_second(app: TestApp) {
    let other = app.another_server();
    let [ended, changed, rotated] = [
        with_scopes(&app, &["workspace:read"]).await,
        with_scopes(&app, &["workspace:read"]).await,
        with_scopes(&app, &["workspace:read"]).await,
    ];
    for made in [&ended, &changed, &rotated] {
        ask(&other, &made["token"]).await.expect(200);
    }
    app.merchant("DELETE", &path_of(&ended)).send().await.expect(204);
    within_a_second(&other, &ended["token"], 200, 401).await;
    let change = app.merchant("PATCH", &path_of(&changed)).json(&json!({"scopes": ["members:read"]}));
    change.send().await.expect(200);
    within_a_second(&other, &changed["token"], 200, 403).await;
    let rotate = app.merchant("POST", &format!("{}/rotate", path_of(&rotated)));
    let new = rotate.json(&json!({"overlap": 0})).send().await.expect(201);
    within_a_second(&other, &rotated["token"], 200, 401).await;
    ask(&other, &new["token"]).await.expect(200);
}

async fn what_another_server_has_ended_grants_nothing_here(app: TestApp) {
    let other = app.another_server();
    let body = json!({"comment": "c", "scopes": ["workspace_access_tokens:write"]});
    for _ in 0..8 {
        let made = with_scopes(&app, &["workspace_access_tokens:write"]).await;
        let create = |app: &TestApp| app.post(PATH).bearer(text(&made["token"])).json(&body).send();
        create(&other).await.expect(201);
        app.merchant("DELETE", &path_of(&made)).send().await.expect(204);
        // It remembers the token perhaps, and looks nevertheless.
        for _ in 0..2 {
            create(&other).await.assert(401, &invalid_token());
        }
    }
}
