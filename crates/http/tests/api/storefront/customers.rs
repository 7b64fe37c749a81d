//! `POST /store/customers`, `GET` and `POST /store/customers/me`.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{START, customer, id, invalid, me, nobody, registration};

both_databases![
    a_registration_becomes_a_customer,
    a_customer_is_made_once,
    the_email_is_the_registered_one,
    a_change_shows_at_once_and_says_when,
    a_change_keeps_what_it_does_not_name_and_null_clears,
    metadata_merges_by_key,
    metadata_has_its_limits,
    ac_05_a_shopper_sets_nothing_else,
    every_fault_is_named_and_at_most_three,
    text_has_no_control_characters,
    two_shoppers_never_see_each_other,
];

async fn update(app: &TestApp, jwt: &str, body: &Value) -> Answer {
    app.shop("POST", "/store/customers/me").bearer(jwt).json(body).send().await
}

async fn a_registration_becomes_a_customer(app: TestApp) {
    let contact = json!({
        "email": "ADA@example.com", "first_name": " Ada ", "last_name": "Lovelace", "company_name": "",
        "phone": "+44 20 7946 0000", "metadata": {"a": 1, "b": {"c": [null]}, "gone": ""}
    });
    app.shop("POST", "/store/customers").json(&contact).send().await.assert(401, &nobody());
    let registration = registration(&app, "Ada@example.com").await;
    let answer = app.shop("POST", "/store/customers").bearer(&registration).json(&contact).send().await;
    let expected = json!({"customer": {
        "id": id(&answer.json()["customer"]["id"]), "email": "ADA@example.com",
        "default_billing_address_id": null, "default_shipping_address_id": null, "company_name": null,
        "first_name": "Ada", "last_name": "Lovelace", "addresses": [], "phone": "+44 20 7946 0000",
        "metadata": {"a": 1, "b": {"c": [null]}}, "has_account": true, "created_at": START, "updated_at": START,
        "deleted_at": null
    }});
    answer.assert(200, &expected);
    let jwt = super::sign_in(&app, "ada@example.com").await;
    me(&app).bearer(&jwt).send().await.assert(200, &expected);
}

async fn a_customer_is_made_once(app: TestApp) {
    let registration = registration(&app, "ada@example.com").await;
    let create = |jwt: &str| app.shop("POST", "/store/customers").bearer(jwt).json(&json!({})).send();
    create(&registration).await.expect(200);
    create(&registration).await.assert(
        422,
        &json!({
            "code": "invalid_request_error", "type": "duplicate_error",
            "message": "Customer with this email already has an account"
        }),
    );
    let jwt = super::sign_in(&app, "ada@example.com").await;
    create(&jwt).await.assert(400, &invalid("Request already authenticated as a customer."));
}

async fn the_email_is_the_registered_one(app: TestApp) {
    let registration = registration(&app, "ada@example.com").await;
    let create = |email: Value| {
        app.shop("POST", "/store/customers").bearer(&registration).json(&json!({"email": email})).send()
    };
    let differs = invalid("Email should be the one that was registered");
    create(json!("grace@example.com")).await.assert(400, &differs);
    create(json!("ada")).await.assert(400, &invalid("Invalid request: Invalid email"));
    let message = "Invalid request: Expected type: 'string' for field 'email', got: 'number'";
    create(json!(7)).await.assert(400, &invalid(message));
    create(json!(null)).await.expect(200);
}

async fn a_change_shows_at_once_and_says_when(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let before = me(&app).bearer(&jwt).send().await.json();
    app.clock.advance(time::Duration::minutes(1));
    for nothing in [json!({}), json!({"first_name": null}), json!({"metadata": {"a": ""}, "phone": " "})] {
        update(&app, &jwt, &nothing).await.assert(200, &before);
    }
    let answer = update(&app, &jwt, &json!({"first_name": "Ada"})).await;
    let mut expected = before;
    expected["customer"]["first_name"] = json!("Ada");
    expected["customer"]["updated_at"] = json!("2026-01-02T03:05:05.678Z");
    answer.assert(200, &expected);
    me(&app).bearer(&jwt).send().await.assert(200, &expected);
}

async fn a_change_keeps_what_it_does_not_name_and_null_clears(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let all = json!({
        "first_name": "Ada", "last_name": "Lovelace", "company_name": "Engines", "phone": "1", "metadata": {"a": 1}
    });
    update(&app, &jwt, &all).await.expect(200);
    for name in ["first_name", "last_name", "company_name", "phone"] {
        let body = update(&app, &jwt, &json!({name: null})).await.expect(200);
        assert_eq!(body["customer"][name], Value::Null);
    }
    let body = update(&app, &jwt, &json!({"first_name": "Augusta"})).await.expect(200);
    assert_eq!(body["customer"]["first_name"], "Augusta");
    assert_eq!(body["customer"]["metadata"], json!({"a": 1}));
}

async fn metadata_merges_by_key(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for (change, after) in [
        (json!({"a": 1, "b": {"c": 1}}), json!({"a": 1, "b": {"c": 1}})),
        (json!({"b": {"d": 2}}), json!({"a": 1, "b": {"d": 2}})),
        (json!({"a": "", "e": null}), json!({"b": {"d": 2}, "e": null})),
        (json!({"f": [1.5, true, "x", ""]}), json!({"b": {"d": 2}, "e": null, "f": [1.5, true, "x", ""]})),
        (json!({}), json!({"b": {"d": 2}, "e": null, "f": [1.5, true, "x", ""]})),
        (json!(null), json!({})),
    ] {
        let body = update(&app, &jwt, &json!({"metadata": change})).await.expect(200);
        assert_eq!(body["customer"]["metadata"], after);
    }
}

async fn metadata_has_its_limits(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let half = json!({"metadata": {"a": "x".repeat(9000)}});
    update(&app, &jwt, &half).await.expect(200);
    let other_half = json!({"first_name": "Ada", "metadata": {"b": "x".repeat(9000)}});
    let message = "Invalid request: Value for field 'metadata' should have at most 16 KiB of JSON";
    update(&app, &jwt, &other_half).await.assert(400, &invalid(message));
    let body = me(&app).bearer(&jwt).send().await.expect(200);
    assert_eq!(body["customer"]["first_name"], Value::Null, "nothing of a refused change is kept");
    let nul = json!({"metadata": {"a": {"b": ["\0"]}}});
    let message = "Invalid request: Value for field 'metadata' should have no NUL characters";
    update(&app, &jwt, &nul).await.assert(400, &invalid(message));
    let message = "Invalid request: Expected type: 'object' for field 'metadata', got: 'string'";
    update(&app, &jwt, &json!({"metadata": ""})).await.assert(400, &invalid(message));
}

async fn ac_05_a_shopper_sets_nothing_else(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let before = me(&app).bearer(&jwt).send().await.json();
    for name in [
        "email",
        "id",
        "workspace_id",
        "has_account",
        "email_verified",
        "external_id",
        "created_at",
        "updated_at",
        "deleted_at",
        "addresses",
        "default_billing_address_id",
        "default_shipping_address_id",
        "name",
        "type",
    ] {
        let message = format!("Invalid request: Unrecognized fields: '{name}'");
        update(&app, &jwt, &json!({name: "x", "first_name": "Eve"})).await.assert(400, &invalid(message));
    }
    me(&app).bearer(&jwt).send().await.assert(200, &before);
}

async fn every_fault_is_named_and_at_most_three(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for (body, message) in [
        (json!({"first_name": 1}), "Expected type: 'string' for field 'first_name', got: 'number'"),
        (
            json!({"first_name": true, "last_name": [], "b": 1, "a": 1}),
            "Expected type: 'string' for field 'first_name', got: 'boolean'; Expected type: 'string' for field \
             'last_name', got: 'array'; Unrecognized fields: 'a, b'",
        ),
        (
            json!({"first_name": {}, "last_name": 1, "company_name": 1.5, "phone": false, "a": 1}),
            "Expected type: 'string' for field 'first_name', got: 'object'; Expected type: 'string' for field \
             'last_name', got: 'number'; Expected type: 'string' for field 'company_name', got: 'number'",
        ),
        (
            json!({"phone": "1".repeat(65), "company_name": "x".repeat(257)}),
            "Value for field 'company_name' should have at most 256 characters; Value for field 'phone' should have \
             at most 64 characters",
        ),
    ] {
        update(&app, &jwt, &body).await.assert(400, &invalid(format!("Invalid request: {message}")));
    }
    let longest = json!({"first_name": "ж".repeat(256), "phone": "1".repeat(64)});
    update(&app, &jwt, &longest).await.expect(200);
}

async fn text_has_no_control_characters(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for name in ["first_name", "last_name", "company_name", "phone"] {
        for hostile in ["a\0b", "a\r\nBcc: eve@example.com", "\u{1b}[31mred", "a\u{85}b", "a\tb"] {
            let message =
                format!("Invalid request: Value for field '{name}' should have no control characters");
            update(&app, &jwt, &json!({name: hostile})).await.assert(400, &invalid(message));
        }
    }
    // Anything else is inert text.
    for inert in ["<script>alert(1)</script>", "'; DROP TABLE customers; --", "%00", "=1+1", "🦀 Zoë"] {
        let body = update(&app, &jwt, &json!({"first_name": inert})).await.expect(200);
        assert_eq!(body["customer"]["first_name"], inert);
    }
}

async fn two_shoppers_never_see_each_other(app: TestApp) {
    let (ada, grace) = (customer(&app, "ada@example.com").await, customer(&app, "grace@example.com").await);
    let before = me(&app).bearer(&grace).send().await.json();
    app.clock.advance(time::Duration::minutes(1));
    let changed = update(&app, &ada, &json!({"first_name": "Ada"})).await.expect(200);
    assert_eq!(changed["customer"]["email"], "ada@example.com");
    let add = app.shop("POST", "/store/customers/me/addresses").bearer(&ada);
    let added = add.json(&json!({"city": "London", "is_default_billing": true})).send().await.expect(200);
    assert_eq!(added["customer"]["email"], "ada@example.com");
    me(&app).bearer(&grace).send().await.assert(200, &before);
}
