//! The Store API, as a shop's front end meets it.
#![expect(clippy::panic, reason = "a test says what it found in place of what it expected")]

mod account;
mod address_book;
mod addresses;
mod attempts;
mod bodies;
mod client_address;
mod codes;
mod cors;
mod csrf;
mod customers;
mod edges;
mod federation;
mod guests;
mod imported;
mod jwts;
mod lifetimes;
mod limits;
mod medusa;
mod passkeys;
mod password_resets;
mod passwords;
mod providers;
mod queries;
mod races;
mod refusals;
mod register;
mod second_factor;
mod seed_2;
mod sessions;
mod settings;
mod sign_in;
mod tenants;
mod verification;

use std::fmt::Debug;

use anteroom_app::SettingsChanges;
use anteroom_domain::Id;
use anteroom_domain::text::Origin;
use anteroom_testkit::app::{Answer, Call, TestApp};
use serde_json::{Value, json};

/// The moment at which every test begins, as JSON has it.
const START: &str = "2026-01-02T03:04:05.678Z";
const PASSWORD: &str = "correct horse battery";
const LISTED: &str = "https://shop.example";

/// What somebody types into the sign-in form.
fn typed(email: &str) -> Value {
    typed_with(email, PASSWORD)
}

fn typed_with(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

/// The JWT of a new registration, without a customer yet.
async fn registration(app: &TestApp, email: &str) -> String {
    token(&app.shop("POST", "/auth/customer/emailpass/register").json(&typed(email)).send().await)
}

/// The JWT of a sign-in.
async fn sign_in(app: &TestApp, email: &str) -> String {
    token(&app.shop("POST", "/auth/customer/emailpass").json(&typed(email)).send().await)
}

/// A new customer, signed in.
async fn customer(app: &TestApp, email: &str) -> String {
    let registration = registration(app, email).await;
    app.shop("POST", "/store/customers").bearer(&registration).json(&json!({})).send().await.expect(200);
    sign_in(app, email).await
}

/// The cookie of a new session, `name=value`, as a browser sends it back.
async fn cookie(app: &TestApp, jwt: &str) -> String {
    let answer = app.shop("POST", "/auth/session").bearer(jwt).send().await;
    answer.expect(200);
    cookie_of(&answer)
}

fn cookie_of(answer: &Answer) -> String {
    let value = answer.cookie("connect.sid").unwrap();
    assert!(value.starts_with("anteroom_sck_"), "{value}");
    format!("connect.sid={value}")
}

/// The token of an answer that has nothing else.
#[track_caller]
fn token(answer: &Answer) -> String {
    let body = answer.expect(200);
    let token = body["token"].as_str().unwrap().to_owned();
    answer.assert(200, &json!({"token": token}));
    token
}

/// Everything in the database but how often somebody has failed.
fn rows_but_failures(app: &TestApp) -> Vec<String> {
    app.rows().into_iter().filter(|row| !row.starts_with("failed_attempts ")).collect()
}

/// A question that only a live sign-in gets a 200 to.
fn me(app: &TestApp) -> Call {
    app.shop("GET", "/store/customers/me")
}

/// The e-mail of whoever the answer of `/store/customers/me` is about.
#[track_caller]
fn email_in(answer: &Answer) -> String {
    answer.expect(200)["customer"]["email"].as_str().unwrap().to_owned()
}

/// A version 4 UUID, as every id is.
#[track_caller]
fn id(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    text.parse::<Id<()>>().unwrap_or_else(|_| panic!("no id: {value}")).to_string()
}

async fn list_origin(app: &TestApp, origin: &str) {
    let allowed_origins = Some(vec![Origin::parse(origin).unwrap()]);
    let changes = SettingsChanges { allowed_origins, ..SettingsChanges::default() };
    app.app.update_settings(app.workspace.id, changes).await.unwrap();
}

fn unauthorized(message: &str) -> Value {
    json!({"type": "unauthorized", "message": message})
}

fn invalid(message: impl Debug + Into<String>) -> Value {
    json!({"type": "invalid_data", "message": message.into()})
}

fn wrong_email_or_password() -> Value {
    unauthorized("Invalid email or password")
}

fn bad_token() -> Value {
    unauthorized("Unauthorized: the Bearer token is invalid, expired or revoked")
}

fn bad_cookie() -> Value {
    unauthorized("Unauthorized: the session cookie is invalid, expired or revoked")
}

fn nobody() -> Value {
    unauthorized("Unauthorized: sign in first, with a Bearer token or the session cookie")
}

fn not_a_customer() -> Value {
    unauthorized(
        "Unauthorized: the Bearer token belongs to a registration without a customer; create the customer, then \
         refresh the token",
    )
}

fn foreign_origin() -> Value {
    json!({"type": "forbidden", "message": "Requests from this origin are not allowed"})
}
