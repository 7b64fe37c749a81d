//! Which shop a request is for.

use anteroom_auth::token::publishable_key;
use anteroom_domain::credential::PublishableKey;
use anteroom_domain::text::Line;
use anteroom_domain::{Clock, Id};
use anteroom_store::StoreExt;
use anteroom_testkit::app::{Answer, Call, TestApp};
use anteroom_testkit::both_databases;
use anteroom_testkit::random::SeededRandom;
use serde_json::{Value, json};

use super::{cookie, customer, email_in, registration, token, typed};

const ME: &str = "/store/customers/me";
const SIGN_IN: &str = "/auth/customer/emailpass";

both_databases![
    the_store_asks_for_a_publishable_key_before_anything_else,
    a_key_that_is_none_of_ours_is_refused,
    a_revoked_key_is_refused,
    auth_needs_no_key_where_there_is_one_workspace,
    auth_needs_to_know_which_of_several_workspaces,
    a_token_or_a_cookie_names_its_own_workspace,
    a_subdomain_names_a_workspace,
    a_host_and_a_key_that_disagree_are_refused,
    any_other_host_says_nothing,
];

fn key_missing() -> Value {
    json!({
        "type": "not_allowed",
        "message": "Publishable API key required in the request header: x-publishable-api-key. You can manage your keys in settings in the dashboard."
    })
}

fn key_invalid() -> Value {
    json!({"type": "not_allowed", "message": "A valid publishable key is required to proceed with the request"})
}

fn which() -> Value {
    json!({
        "type": "not_allowed",
        "message": "The request does not say which shop it is for: send x-publishable-api-key"
    })
}

fn no_such_shop() -> Value {
    json!({"type": "not_found", "message": "No shop has this host name"})
}

/// A call that says by no header which shop it is for.
fn bare(app: &TestApp, method: &str, path: &str) -> Call {
    app.call(method, path).header("accept", "application/json")
}

async fn signed_in_at(app: &TestApp, host: &str) -> Answer {
    bare(app, "POST", SIGN_IN).header("host", host).json(&typed("ada@example.com")).send().await
}

async fn the_store_asks_for_a_publishable_key_before_anything_else(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    for (method, path) in
        [("GET", ME), ("POST", ME), ("POST", "/store/customers"), ("POST", "/store/customers/me/addresses")]
    {
        bare(&app, method, path).send().await.assert(400, &key_missing());
        bare(&app, method, path).bearer(&jwt).send().await.assert(400, &key_missing());
        bare(&app, method, path).bearer("x").body("text/plain", "{").send().await.assert(400, &key_missing());
        let crossing = bare(&app, method, path).cookie(&cookie).header("origin", "https://evil.example");
        crossing.send().await.assert(400, &key_missing());
    }
}

async fn a_key_that_is_none_of_ours_is_refused(app: TestApp) {
    let mistyped = format!("{}x", &app.key[..app.key.len() - 1]);
    let unknown = TestApp::on(app.database()).await.unwrap();
    let unknown = unknown.key_of(&unknown.other_workspace("unknown").await).await;
    assert_ne!(unknown, app.key);
    for key in ["", "pk_", "x", mistyped.as_str(), unknown.as_str(), app.token.as_str(), "pk_ä"] {
        for (method, path) in [("GET", ME), ("POST", SIGN_IN), ("POST", "/auth/session")] {
            let call = bare(&app, method, path).header("x-publishable-api-key", key);
            call.send().await.assert(400, &key_invalid());
        }
    }
}

async fn a_revoked_key_is_refused(app: TestApp) {
    let random = SeededRandom::new(4);
    let key = |revoked_at| PublishableKey {
        id: Id::random(&random),
        workspace_id: app.workspace.id,
        key: publishable_key(&random),
        title: Line::from_stored("for the test".to_owned()),
        created_at: app.clock.now(),
        modified_at: None,
        revoked_at,
    };
    for (key, status) in [(key(None), 401), (key(Some(app.clock.now())), 400)] {
        app.store().write(|unit| unit.insert_publishable_key(&key)).unwrap();
        let answer = bare(&app, "GET", ME).header("x-publishable-api-key", &key.key).send().await;
        answer.assert(status, &if status == 400 { key_invalid() } else { super::nobody() });
    }
}

async fn auth_needs_no_key_where_there_is_one_workspace(app: TestApp) {
    let body = typed("ada@example.com");
    token(&bare(&app, "POST", "/auth/customer/emailpass/register").json(&body).send().await);
    token(&bare(&app, "POST", SIGN_IN).json(&body).send().await);
}

async fn auth_needs_to_know_which_of_several_workspaces(app: TestApp) {
    customer(&app, "ada@example.com").await;
    app.other_workspace("other").await;
    for (method, path) in [
        ("POST", SIGN_IN),
        ("POST", "/auth/customer/emailpass/register"),
        ("POST", "/auth/session"),
        ("POST", "/auth/token/refresh"),
        ("DELETE", "/auth/session"),
    ] {
        bare(&app, method, path).send().await.assert(400, &which());
        // What names no workspace of ours does not help.
        let call = bare(&app, method, path).bearer("garbage").cookie("connect.sid=garbage");
        call.send().await.assert(400, &which());
    }
}

async fn a_token_or_a_cookie_names_its_own_workspace(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let other = app.other_workspace("other").await;
    let key = app.key_of(&other).await;
    let answer = bare(&app, "POST", "/auth/session").bearer(&jwt).send().await;
    assert_eq!(answer.expect(200)["user"]["email"], "ada@example.com");
    let cookie = super::cookie_of(&answer);
    token(&bare(&app, "POST", "/auth/token/refresh").bearer(&jwt).send().await);
    token(&bare(&app, "POST", "/auth/token/refresh").cookie(&cookie).send().await);
    // The key has the last word.
    let call = bare(&app, "POST", "/auth/session").header("x-publishable-api-key", &key).bearer(&jwt);
    call.send().await.assert(401, &super::bad_token());
    let ended = bare(&app, "DELETE", "/auth/session").cookie(&cookie).send().await;
    ended.assert(200, &json!({"success": true}));
}

async fn a_subdomain_names_a_workspace(app: TestApp) {
    let app = app.with(|options| options.base_domain = Some("shops.test".to_owned()));
    registration(&app, "ada@example.com").await;
    app.other_workspace("other").await;
    for host in ["acme.shops.test", "ACME.Shops.Test", "acme.shops.test:8080"] {
        token(&signed_in_at(&app, host).await);
    }
    signed_in_at(&app, "other.shops.test").await.assert(401, &super::wrong_email_or_password());
    for host in ["nobody.shops.test", "api.shops.test", "a.acme.shops.test", "-.shops.test"] {
        signed_in_at(&app, host).await.assert(404, &no_such_shop());
        let answer = app.shop("GET", ME).header("host", host).send().await;
        answer.assert(404, &no_such_shop());
    }
}

async fn a_host_and_a_key_that_disagree_are_refused(app: TestApp) {
    let app = app.with(|options| options.base_domain = Some("shops.test".to_owned()));
    let jwt = customer(&app, "ada@example.com").await;
    app.other_workspace("other").await;
    let disagree = json!({
        "type": "not_allowed", "message": "The publishable key belongs to another shop than the host name"
    });
    for (method, path) in [("GET", ME), ("POST", SIGN_IN), ("POST", "/auth/session")] {
        let call = app.shop(method, path).header("host", "other.shops.test").bearer(&jwt);
        call.send().await.assert(400, &disagree);
    }
    let agreed = app.shop("GET", ME).header("host", "acme.shops.test").bearer(&jwt).send().await;
    assert_eq!(email_in(&agreed), "ada@example.com");
    // The key alone is not enough where the store is concerned.
    let host_only = bare(&app, "GET", ME).header("host", "acme.shops.test").bearer(&jwt).send().await;
    host_only.assert(400, &key_missing());
}

async fn any_other_host_says_nothing(app: TestApp) {
    let app = app.with(|options| options.base_domain = Some("shops.test".to_owned()));
    registration(&app, "ada@example.com").await;
    let hosts = [
        "shops.test",
        "evilshops.test",
        "acme.shops.test.evil.example",
        "localhost",
        "[::1]:80",
        ".shops.tes",
    ];
    for host in hosts {
        token(&signed_in_at(&app, host).await);
    }
    app.other_workspace("other").await;
    for host in hosts {
        signed_in_at(&app, host).await.assert(400, &which());
    }
    // A proxy's word about the host counts for nothing.
    let call = bare(&app, "POST", SIGN_IN).header("x-forwarded-host", "acme.shops.test");
    call.json(&typed("ada@example.com")).send().await.assert(400, &which());
}
