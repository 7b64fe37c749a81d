//! Seed 2, `POST /auth/session`, field by field, and the cycle around it.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{PASSWORD, START, cookie_of, customer, id, me, registration, sign_in, token, typed_with};

both_databases![
    seed_2_answers_the_customer_with_every_field_and_sets_the_cookie,
    seed_2_answers_a_bare_customer_with_nulls,
    seed_2_examples_of_errors_have_our_shapes,
    a_shopper_registers_signs_in_opens_a_session_and_ends_it,
];

/// Seed 2's example, as it stands there.
const EXAMPLE: &str = r#"{
  "user": {
    "id": "string",
    "email": "user@example.com",
    "default_billing_address_id": "string",
    "default_shipping_address_id": "string",
    "company_name": "string",
    "first_name": "string",
    "last_name": "string",
    "addresses": [
      {
        "id": "string",
        "address_name": "string",
        "is_default_shipping": true,
        "is_default_billing": true,
        "customer_id": "string",
        "company": "string",
        "first_name": "string",
        "last_name": "string",
        "address_1": "string",
        "address_2": "string",
        "city": "string",
        "country_code": "usd",
        "province": "us-ca",
        "postal_code": "string",
        "phone": "string",
        "metadata": {},
        "created_at": "2019-08-24T14:15:22Z",
        "updated_at": "2019-08-24T14:15:22Z"
      }
    ],
    "phone": "string",
    "metadata": {},
    "created_at": "2019-08-24T14:15:22Z",
    "updated_at": "2019-08-24T14:15:22Z",
    "deleted_at": "2019-08-24T14:15:22Z"
  }
}"#;

/// The example's fields are all there with the example's types; a living customer's `deleted_at` is null, and we tell
/// `has_account` besides.
fn assert_like(example: &Value, ours: &Value, path: &str) {
    match (example, ours) {
        (Value::Object(example), Value::Object(ours)) => {
            for (name, value) in example {
                let found = ours.get(name).unwrap_or_else(|| panic!("{path}.{name} is missing"));
                assert_like(value, found, &format!("{path}.{name}"));
            }
            let more: Vec<_> = ours.keys().filter(|name| !example.contains_key(*name)).collect();
            assert!(
                more.is_empty() || path.ends_with("metadata") || more == ["has_account"],
                "{path} {more:?}"
            );
        }
        (Value::Array(example), Value::Array(ours)) => {
            assert_eq!(ours.len(), 1);
            assert_like(&example[0], &ours[0], &format!("{path}[0]"));
        }
        (Value::String(_), Value::Null) => assert!(path.ends_with(".deleted_at"), "{path} is null"),
        (Value::String(_), Value::String(_)) | (Value::Bool(_), Value::Bool(_)) => {}
        _ => panic!("{path}: {ours}"),
    }
}

async fn seed_2_answers_the_customer_with_every_field_and_sets_the_cookie(app: TestApp) {
    let jwt = customer(&app, "user@example.com").await;
    let contact = json!({
        "company_name": "Analytical Engines", "first_name": "Ada", "last_name": "Lovelace",
        "phone": "+1 555 0100", "metadata": {"locale": "en"}
    });
    app.shop("POST", "/store/customers/me").bearer(&jwt).json(&contact).send().await.expect(200);
    let address = json!({
        "address_name": "Home", "is_default_shipping": true, "is_default_billing": true,
        "company": "Analytical Engines", "first_name": "Ada", "last_name": "Lovelace",
        "address_1": "1 Infinite Loop", "address_2": "2nd floor", "city": "Cupertino", "country_code": "US",
        "province": "CA", "postal_code": "95014", "phone": "+1 555 0101", "metadata": {"door": 7}
    });
    app.shop("POST", "/store/customers/me/addresses").bearer(&jwt).json(&address).send().await.expect(200);

    let answer = app
        .shop("POST", "/auth/session")
        .bearer(&jwt)
        .header("content-type", "application/json")
        .send()
        .await;

    let body = answer.expect(200);
    assert_like(&serde_json::from_str(EXAMPLE).unwrap(), &body, "");
    let (customer, address) = (id(&body["user"]["id"]), id(&body["user"]["addresses"][0]["id"]));
    answer.assert(
        200,
        &json!({"user": {
            "id": customer,
            "email": "user@example.com",
            "default_billing_address_id": address,
            "default_shipping_address_id": address,
            "company_name": "Analytical Engines",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "addresses": [{
                "id": address,
                "address_name": "Home",
                "is_default_shipping": true,
                "is_default_billing": true,
                "customer_id": customer,
                "company": "Analytical Engines",
                "first_name": "Ada",
                "last_name": "Lovelace",
                "address_1": "1 Infinite Loop",
                "address_2": "2nd floor",
                "city": "Cupertino",
                "country_code": "us",
                "province": "us-ca",
                "postal_code": "95014",
                "phone": "+1 555 0101",
                "metadata": {"door": 7},
                "created_at": START,
                "updated_at": START
            }],
            "phone": "+1 555 0100",
            "metadata": {"locale": "en"},
            "has_account": true,
            "created_at": START,
            "updated_at": START,
            "deleted_at": null
        }}),
    );
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let value = answer.cookie("connect.sid").unwrap();
    assert_eq!(
        answer.set_cookie("connect.sid").unwrap(),
        format!(
            "connect.sid={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000; Expires=Sun, 01 Feb 2026 03:04:05 GMT"
        )
    );
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1);
}

async fn seed_2_answers_a_bare_customer_with_nulls(app: TestApp) {
    let jwt = customer(&app, "user@example.com").await;
    let answer = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
    let body = answer.expect(200);
    answer.assert(
        200,
        &json!({"user": {
            "id": id(&body["user"]["id"]),
            "email": "user@example.com",
            "default_billing_address_id": null,
            "default_shipping_address_id": null,
            "company_name": null,
            "first_name": null,
            "last_name": null,
            "addresses": [],
            "phone": null,
            "metadata": {},
            "has_account": true,
            "created_at": START,
            "updated_at": START,
            "deleted_at": null
        }}),
    );
}

async fn seed_2_examples_of_errors_have_our_shapes(app: TestApp) {
    // 400 {"message","type"}
    let answer = app.get("/store/customers/me").send().await;
    assert_eq!(answer.expect(400)["type"], "not_allowed");
    assert_eq!(answer.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["message", "type"]);
    // 401, plain text
    let answer = app.post("/auth/session").send().await;
    assert_eq!((answer.status, answer.text().as_str()), (401, "Unauthorized"));
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    // 404 {"message","type"}
    let answer = app.post("/auth/sessions").send().await;
    answer.assert(404, &json!({"type": "not_found", "message": "No such route"}));
    // 422 {"code","message","type"}
    let first = registration(&app, "user@example.com").await;
    app.shop("POST", "/store/customers").bearer(&first).json(&json!({})).send().await.expect(200);
    app.shop("POST", "/store/customers").bearer(&first).json(&json!({})).send().await.assert(
        422,
        &json!({
            "code": "invalid_request_error",
            "type": "duplicate_error",
            "message": "Customer with this email already has an account"
        }),
    );
}

async fn a_shopper_registers_signs_in_opens_a_session_and_ends_it(app: TestApp) {
    let credentials = typed_with("ada@example.com", PASSWORD);
    let registered = app.shop("POST", "/auth/customer/emailpass/register").json(&credentials).send().await;
    let registration = token(&registered);
    let created = app
        .shop("POST", "/store/customers")
        .bearer(&registration)
        .json(&json!({"email": "ada@example.com", "first_name": "Ada"}))
        .send()
        .await;
    assert_eq!(created.expect(200)["customer"]["has_account"], true);
    let jwt = sign_in(&app, "ada@example.com").await;
    let opened = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
    assert_eq!(opened.expect(200)["user"], created.json()["customer"]);
    let cookie = cookie_of(&opened);
    me(&app).cookie(&cookie).send().await.assert(200, &created.json());

    let ended = app.shop("DELETE", "/auth/session").cookie(&cookie).send().await;

    ended.assert(200, &json!({"success": true}));
    assert_eq!(
        ended.set_cookie("connect.sid").unwrap(),
        "connect.sid=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    );
    me(&app).cookie(&cookie).send().await.assert(401, &super::bad_cookie());
    me(&app).bearer(&jwt).send().await.assert(401, &super::bad_token());
}
