//! The merchant's records next to the shopper's accounts.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{customer, me};

both_databases![
    a_guest_stays_invisible_to_an_account_with_its_email,
    the_merchant_sees_both_and_may_not_make_a_third,
    the_merchants_notes_and_the_shoppers_notes_are_apart,
];

fn guest() -> Value {
    json!({
        "email": "Ada@example.com", "name": "A guest", "external_id": "usr_1337", "metadata": {"vip": true},
        "billing_address": {"country": "GB", "city": "London"}
    })
}

async fn a_guest_stays_invisible_to_an_account_with_its_email(app: TestApp) {
    let made = app.merchant("POST", "/api/customers").json(&guest()).send().await.expect(201);
    let jwt = customer(&app, "ada@example.com").await;
    let mine = me(&app).bearer(&jwt).send().await.expect(200);
    assert_ne!(mine["customer"]["id"], made["id"]);
    assert_eq!(mine["customer"]["email"], "ada@example.com");
    assert_eq!(mine["customer"]["has_account"], true);
    assert_eq!(mine["customer"]["addresses"], json!([]));
    assert_eq!(mine["customer"]["metadata"], json!({}));
    assert_eq!(mine["customer"]["first_name"], Value::Null);
    let path = format!("/api/customers/{}", made["id"].as_str().unwrap());
    app.merchant("GET", &path).send().await.assert(200, &made);
}

async fn the_merchant_sees_both_and_may_not_make_a_third(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mine = me(&app).bearer(&jwt).send().await.expect(200);
    let refused = app.merchant("POST", "/api/customers").json(&guest()).send().await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let path = format!("/api/customers/{}", mine["customer"]["id"].as_str().unwrap());
    let seen = app.merchant("GET", &path).send().await.expect(200);
    assert_eq!(seen["email"], "ada@example.com");
    assert_eq!(seen["email_verified"], false);
}

async fn the_merchants_notes_and_the_shoppers_notes_are_apart(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let update = app.shop("POST", "/store/customers/me").bearer(&jwt);
    let mine = update.json(&json!({"metadata": {"mine": 1}})).send().await.expect(200);
    let path = format!("/api/customers/{}", mine["customer"]["id"].as_str().unwrap());
    let seen = app.merchant("GET", &path).send().await.expect(200);
    assert_eq!(seen["metadata"], json!({}));
}
