//! `/api/workspace-access-tokens`

mod create;
mod life;
mod list;
mod races;
mod rights;
mod rotate;
mod update;

use anteroom_testkit::app::{Answer, TestApp};
use serde_json::{Value, json};

use super::support::{id, text};

const PATH: &str = "/api/workspace-access-tokens";
const KEEPER: &str = "workspace_access_tokens:read workspace_access_tokens:write";

/// Makes an access token, as the one that has every scope.
async fn create(app: &TestApp, body: &Value) -> Value {
    app.merchant("POST", PATH).json(body).send().await.expect(201)
}

/// Makes an access token with these scopes.
async fn with_scopes(app: &TestApp, scopes: &[&str]) -> Value {
    create(app, &json!({"comment": "server", "scopes": scopes})).await
}

/// An access token just made, without its plain text.
fn record(issued: &Value) -> &Value {
    &issued["workspace_access_token"]
}

/// The path of an access token just made.
fn path_of(issued: &Value) -> String {
    format!("{PATH}/{}", id(record(issued)))
}

/// What the workspace's settings answer to an access token.
async fn ask(app: &TestApp, token: &Value) -> Answer {
    app.get("/api/workspace").bearer(text(token)).send().await
}

/// The body of a 422 about scopes that the token which asks lacks.
fn beyond(scopes: &[&str]) -> Value {
    let fault = |scope: &&str| {
        json!({
            "type": "value_error", "loc": ["body", "scopes"], "input": scope,
            "msg": "The requested scope exceeds your own access token's scopes.",
        })
    };
    json!({"error": "RequestValidationError", "detail": scopes.iter().map(fault).collect::<Value>()})
}

/// The body of a 401 about a token that opens nothing.
fn invalid_token() -> Value {
    json!({
        "error": "invalid_token",
        "error_description": "The access token provided is expired, revoked, malformed, or invalid for other reasons.",
    })
}
