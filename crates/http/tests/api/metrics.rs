//! What the server has measured, after requests that are known.

mod contents;
mod doors;
mod memory;
mod requests;
mod sessions;

use std::collections::BTreeMap;

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::metrics::Scrape;
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery";

fn scrape(app: &TestApp) -> Scrape {
    Scrape::parse(&app.metrics().classic().unwrap())
}

type Rows<const N: usize> = BTreeMap<[String; N], u64>;

fn rows<const N: usize, const M: usize>(expected: [([&str; N], u64); M]) -> Rows<N> {
    expected.map(|(labels, value)| (labels.map(str::to_owned), value)).into()
}

/// A customer, made by a merchant's server.
async fn customer(app: &TestApp, email: &str) -> Value {
    app.merchant("POST", "/api/customers").json(&json!({"email": email})).send().await.expect(201)
}

/// A customer session, opened by a merchant's server.
async fn session(app: &TestApp, customer: &Value) -> Value {
    let body = json!({"customer_id": customer["id"]});
    app.merchant("POST", "/api/customer-sessions").json(&body).send().await.expect(201)
}

async fn auth(app: &TestApp, path: &str, email: &str, password: &str) -> Answer {
    let typed = json!({"email": email, "password": password});
    app.shop("POST", &format!("/auth/customer/emailpass{path}")).json(&typed).send().await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
