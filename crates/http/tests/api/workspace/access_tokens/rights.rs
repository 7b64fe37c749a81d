//! A token can give what it has, and nothing else.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

use super::{KEEPER, PATH, ask, beyond, path_of, record, with_scopes};
use crate::workspace::support::text;

both_databases![
    ac_04_a_token_makes_none_with_more_than_it_has,
    ac_04_a_token_gives_another_one_no_more_than_it_has,
    ac_04_a_token_rotates_none_that_has_more,
    ac_04_a_token_with_less_may_end_and_rename_one_with_more,
    ac_04_a_token_gives_itself_nothing,
    a_refusal_of_a_scope_is_the_outcome_of_a_repeated_request,
];

async fn ac_04_a_token_makes_none_with_more_than_it_has(app: TestApp) {
    let keeper = app.token_with(&app.workspace, &format!("{KEEPER} members:read")).await;
    let create = async |scopes: &[&str]| {
        app.post(PATH).bearer(&keeper).json(&json!({"comment": "c", "scopes": scopes})).send().await
    };
    create(&["customers:write"]).await.assert(422, &beyond(&["customers:write"]));
    let mixed = ["workspace:write", "members:read", "customers:read", "store:forward"];
    create(&mixed).await.assert(422, &beyond(&["customers:read", "store:forward", "workspace:write"]));
    create(&["members:write"]).await.assert(422, &beyond(&["members:write"]));
    assert_eq!(app.merchant("GET", PATH).send().await.expect(200)["meta"]["total"], 2);
    let own = ["members:read", "workspace_access_tokens:read", "workspace_access_tokens:write"];
    assert_eq!(record(&create(&own).await.expect(201))["scopes"], json!(own));
}

async fn ac_04_a_token_gives_another_one_no_more_than_it_has(app: TestApp) {
    let keeper = app.token_with(&app.workspace, &format!("{KEEPER} members:read")).await;
    let made = with_scopes(&app, &["members:read", "workspace:read"]).await;
    let change = async |scopes: &[&str]| {
        app.call("PATCH", &path_of(&made)).bearer(&keeper).json(&json!({"scopes": scopes})).send().await
    };
    change(&["members:read", "customers:read"]).await.assert(422, &beyond(&["customers:read"]));
    // Also what the token has already: the list is replaced, and each entry given anew.
    change(&["members:read", "workspace:read"]).await.assert(422, &beyond(&["workspace:read"]));
    app.merchant("GET", &path_of(&made)).send().await.assert(200, record(&made));
    assert_eq!(change(&["members:read"]).await.expect(200)["scopes"], json!(["members:read"]));
}

async fn ac_04_a_token_rotates_none_that_has_more(app: TestApp) {
    let keeper = app.token_with(&app.workspace, &format!("{KEEPER} members:read")).await;
    let rotate =
        |issued: &serde_json::Value| app.post(&format!("{}/rotate", path_of(issued))).bearer(&keeper);
    let more = with_scopes(&app, &["members:read", "workspace:read"]).await;
    let detail = "The access token has scopes that your own access token lacks.";
    rotate(&more).send().await.assert(403, &json!({"error": "NotPermitted", "detail": detail}));
    app.merchant("GET", &path_of(&more)).send().await.assert(200, record(&more));
    let less = with_scopes(&app, &["members:read"]).await;
    let rotated = rotate(&less).send().await.expect(201);
    app.get("/api/members").bearer(text(&rotated["token"])).send().await.expect(200);
}

async fn ac_04_a_token_with_less_may_end_and_rename_one_with_more(app: TestApp) {
    let keeper = app.token_with(&app.workspace, KEEPER).await;
    let more = with_scopes(&app, &["members:read", "workspace:read"]).await;
    let rename = app.call("PATCH", &path_of(&more)).bearer(&keeper).json(&json!({"comment": "old"}));
    let renamed = rename.send().await.expect(200);
    assert_eq!((&renamed["comment"], &renamed["scopes"]), (&json!("old"), &record(&more)["scopes"]));
    app.call("DELETE", &path_of(&more)).bearer(&keeper).send().await.expect(204);
    ask(&app, &more["token"]).await.expect(401);
}

async fn ac_04_a_token_gives_itself_nothing(app: TestApp) {
    let made = with_scopes(&app, &["workspace_access_tokens:write", "workspace:read"]).await;
    let own = text(&made["token"]);
    let change = async |scopes: &[&str]| {
        app.call("PATCH", &path_of(&made)).bearer(own).json(&json!({"scopes": scopes})).send().await
    };
    let more = ["workspace_access_tokens:write", "workspace:write"];
    change(&more).await.assert(422, &beyond(&["workspace:write"]));
    change(&["workspace:read"]).await.expect(200);
    assert_eq!(change(&["workspace:read"]).await.expect(403)["error"], "insufficient_scope");
    ask(&app, &made["token"]).await.expect(200);
}

async fn a_refusal_of_a_scope_is_the_outcome_of_a_repeated_request(app: TestApp) {
    let keeper = app.token_with(&app.workspace, KEEPER).await;
    let create = || {
        let call = app.post(PATH).bearer(&keeper).header("idempotency-key", "once");
        call.json(&json!({"comment": "c", "scopes": ["customers:read"]})).send()
    };
    create().await.assert(422, &beyond(&["customers:read"]));
    let again = create().await;
    again.assert(422, &beyond(&["customers:read"]));
    assert_eq!(again.header("idempotency-replayed"), "true");
}
