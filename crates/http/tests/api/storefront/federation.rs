//! Signing in on somebody else's page.

mod accounts;
mod flows;
mod github;
mod id_tokens;
pub(super) mod links;

use anteroom_domain::text::Email;
use anteroom_testkit::app::{Answer, Call, TestApp};
use anteroom_testkit::issuer::FakeIssuer;
use serde_json::{Value, json};

const CALLBACK: &str = "https://shop.example/account/callback";

/// An issuer that the shop has set up as `keycloak`.
pub(super) async fn issuer(app: &TestApp) -> FakeIssuer {
    let issuer = FakeIssuer::start(&app.clock);
    put(app, &issuer.provider(CALLBACK)).await.expect(201);
    issuer
}

async fn put(app: &TestApp, provider: &Value) -> Answer {
    app.merchant("PUT", "/api/workspace/providers/keycloak").json(provider).send().await
}

/// Where the shop is told to send somebody.
async fn location(app: &TestApp) -> String {
    let answer = app.shop("POST", "/auth/customer/keycloak").send().await;
    answer.expect(200)["location"].as_str().unwrap().to_owned()
}

/// The query that somebody comes back with.
async fn query(app: &TestApp, issuer: &FakeIssuer) -> String {
    issuer.visit(&location(app).await).await
}

fn callback(app: &TestApp, query: &str) -> Call {
    app.shop("GET", &format!("/auth/customer/keycloak/callback?{query}"))
}

/// The whole way, there and back.
pub(super) async fn sign_in(app: &TestApp, issuer: &FakeIssuer) -> Answer {
    callback(app, &query(app, issuer).await).send().await
}

/// The customer whose token that is.
async fn customer_of(app: &TestApp, token: &str) -> Value {
    super::me(app).bearer(token).send().await.expect(200)["customer"].clone()
}

/// A password that no test types, for an account that signs in elsewhere.
async fn wrong_password(app: &TestApp, email: &str) {
    let answer = app.shop("POST", "/auth/customer/emailpass").json(&super::typed(email)).send().await;
    answer.assert(401, &super::wrong_email_or_password());
}

/// Notes that a customer has proved the e-mail, as a mailed link does.
async fn prove(app: &TestApp, email: &str) {
    use anteroom_store::StoreExt;
    let (workspace, email) = (app.workspace.id, Email::parse(email).unwrap());
    app.store()
        .write(|unit| {
            let mut customer = unit.customers_by_email(workspace, &email)?.remove(0);
            customer.email_verified = true;
            unit.update_customer(&customer)
        })
        .unwrap();
}

fn no_state() -> Value {
    super::invalid("No state provided, or session expired")
}

fn untrusted() -> Value {
    super::unauthorized("The answer of the auth provider is not to be trusted")
}

fn account_exists() -> Value {
    json!({
        "code": "account_exists",
        "type": "forbidden",
        "message": "An account with this email exists already: sign in to it the way you did before",
    })
}
