//! `/api/customers/{customer_id}/addresses` and the same by external id.

mod change;
mod create;
mod flags;
mod list;
mod remove;

use anteroom_testkit::app::{Answer, TestApp};
use serde_json::{Value, json};

use crate::workspace::support::{id, text};

/// The path to a customer's address book.
fn book(customer: &Value) -> String {
    format!("/api/customers/{}/addresses", id(customer))
}

/// The path to an address.
fn path(address: &Value) -> String {
    format!("/api/customers/{}/addresses/{}", text(&address["customer_id"]), id(address))
}

/// Adds an address.
async fn add(app: &TestApp, customer: &Value, body: &Value) -> Value {
    app.merchant("POST", &book(customer)).json(body).send().await.expect(201)
}

/// Changes an address.
async fn patch(app: &TestApp, address: &Value, body: &Value) -> Answer {
    app.merchant("PATCH", &path(address)).json(body).send().await
}

/// An address as it is now.
async fn shown(app: &TestApp, address: &Value) -> Value {
    app.merchant("GET", &path(address)).send().await.expect(200)
}

/// All addresses of a customer, oldest first.
async fn addresses(app: &TestApp, customer: &Value) -> Vec<Value> {
    let path = format!("{}?limit=100", book(customer));
    app.merchant("GET", &path).send().await.expect(200)["data"].as_array().unwrap().clone()
}

/// Where a customer's bills go.
async fn billing_address(app: &TestApp, customer: &Value) -> Value {
    let path = format!("/api/customers/{}", id(customer));
    app.merchant("GET", &path).send().await.expect(200)["billing_address"].clone()
}

/// An address of which nothing was said.
fn bare(address: &Value) -> Value {
    json!({
        "id": address["id"], "created_at": address["created_at"], "modified_at": null,
        "customer_id": address["customer_id"], "address_name": null, "is_default_billing": false,
        "is_default_shipping": false, "first_name": null, "last_name": null, "company": null, "line1": null,
        "line2": null, "postal_code": null, "city": null, "state": null, "country": null, "phone": null,
        "metadata": {},
    })
}
