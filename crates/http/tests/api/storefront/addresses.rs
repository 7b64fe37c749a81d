//! `POST /store/customers/me/addresses`.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{START, customer, id, invalid, me};

both_databases![
    an_address_shows_all_its_eighteen_fields,
    nothing_of_an_address_is_required,
    a_new_default_takes_the_flag_over,
    countries_and_provinces_are_looked_at,
    a_flag_is_a_boolean_and_null_is_none,
    every_fault_of_an_address_is_named,
    addresses_come_oldest_first,
    an_address_book_is_full_at_two_hundred,
];

async fn add(app: &TestApp, jwt: &str, body: &Value) -> Answer {
    app.shop("POST", "/store/customers/me/addresses").bearer(jwt).json(body).send().await
}

async fn an_address_shows_all_its_eighteen_fields(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let given = json!({
        "address_name": "Home", "is_default_shipping": true, "is_default_billing": false, "company": "Engines",
        "first_name": "Ada", "last_name": "Lovelace", "address_1": "12 St James's Square", "address_2": "top floor",
        "city": "London", "country_code": "gB", "province": "gb-Ldn", "postal_code": "SW1Y 4JH",
        "phone": "+44 20 7946 0000", "metadata": {"door": 7, "gone": ""}
    });
    let answer = add(&app, &jwt, &given).await;
    let body = answer.expect(200);
    let customer = id(&body["customer"]["id"]);
    let address = id(&body["customer"]["addresses"][0]["id"]);
    let mut expected = given;
    for (name, value) in [
        ("id", json!(address)),
        ("customer_id", json!(customer)),
        ("country_code", json!("gb")),
        ("province", json!("gb-ldn")),
        ("metadata", json!({"door": 7})),
        ("created_at", json!(START)),
        ("updated_at", json!(START)),
    ] {
        expected[name] = value;
    }
    assert_eq!(expected.as_object().unwrap().len(), 18);
    answer.assert(
        200,
        &json!({"customer": {
            "id": customer, "email": "ada@example.com", "default_billing_address_id": null,
            "default_shipping_address_id": address, "company_name": null, "first_name": null, "last_name": null,
            "addresses": [expected], "phone": null, "metadata": {}, "has_account": true, "created_at": START,
            "updated_at": START, "deleted_at": null
        }}),
    );
    me(&app).bearer(&jwt).send().await.assert(200, &body);
}

async fn nothing_of_an_address_is_required(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let blank = json!({
        "address_name": "", "company": null, "first_name": " ", "last_name": null, "address_1": null,
        "address_2": null, "city": null, "country_code": null, "province": "", "postal_code": null, "phone": "  ",
        "metadata": null
    });
    for (n, body) in [json!({}), blank].iter().enumerate() {
        let shown = add(&app, &jwt, body).await.expect(200);
        let shown = shown["customer"]["addresses"].as_array().unwrap();
        assert_eq!(shown.len(), n + 1);
        for address in shown {
            assert_eq!(
                *address,
                json!({
                    "id": address["id"], "address_name": null, "is_default_shipping": false,
                    "is_default_billing": false, "customer_id": address["customer_id"], "company": null,
                    "first_name": null, "last_name": null, "address_1": null, "address_2": null, "city": null,
                    "country_code": null, "province": null, "postal_code": null, "phone": null, "metadata": {},
                    "created_at": START, "updated_at": START
                })
            );
        }
    }
}

async fn a_new_default_takes_the_flag_over(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    // (is_default_shipping, is_default_billing) as sent, and what the flags of all are then.
    let steps = [
        (false, false, vec![(false, false)]),
        (true, true, vec![(false, false), (true, true)]),
        (true, false, vec![(false, false), (false, true), (true, false)]),
        (false, true, vec![(false, false), (false, false), (true, false), (false, true)]),
        (false, false, vec![(false, false), (false, false), (true, false), (false, true), (false, false)]),
    ];
    for (shipping, billing, expected) in steps {
        app.clock.advance(time::Duration::minutes(1));
        let flags = json!({"is_default_shipping": shipping, "is_default_billing": billing});
        let body = add(&app, &jwt, &flags).await.expect(200);
        let customer = &body["customer"];
        let addresses = customer["addresses"].as_array().unwrap();
        let flag = |one: &Value, name: &str| one[name].as_bool().unwrap();
        let flags = |one| (flag(one, "is_default_shipping"), flag(one, "is_default_billing"));
        assert_eq!(addresses.iter().map(flags).collect::<Vec<_>>(), expected);
        let holder = |flag: &str| addresses.iter().find(|one| one[flag] == true).map(|one| one["id"].clone());
        assert_eq!(customer["default_shipping_address_id"], json!(holder("is_default_shipping")));
        assert_eq!(customer["default_billing_address_id"], json!(holder("is_default_billing")));
    }
    // Losing a flag is a change, and the customer's own record has none.
    let body = me(&app).bearer(&jwt).send().await.json();
    assert_eq!(body["customer"]["updated_at"], START);
    let lost_both = &body["customer"]["addresses"][1];
    assert_eq!(lost_both["created_at"], "2026-01-02T03:06:05.678Z");
    assert_eq!(lost_both["updated_at"], "2026-01-02T03:08:05.678Z");
}

async fn countries_and_provinces_are_looked_at(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for (country, province, shown) in [
        (json!("us"), json!("us-ca"), [json!("us"), json!("us-ca")]),
        (json!("US"), json!("ny"), [json!("us"), json!("us-ny")]),
        (json!(" us "), json!("US-PR"), [json!("us"), json!("us-pr")]),
        (json!("ca"), json!("QC"), [json!("ca"), json!("ca-qc")]),
        (json!("fr"), json!("Île-de-France"), [json!("fr"), json!("Île-de-France")]),
        (json!("de"), json!("DE-BY"), [json!("de"), json!("de-by")]),
        (json!(null), json!("us-zz"), [json!(null), json!("us-zz")]),
        (json!("us"), json!(null), [json!("us"), json!(null)]),
    ] {
        app.clock.advance(time::Duration::seconds(1));
        let body = add(&app, &jwt, &json!({"country_code": country, "province": province})).await.expect(200);
        let newest = body["customer"]["addresses"].as_array().unwrap().last().unwrap();
        assert_eq!([&newest["country_code"], &newest["province"]], [&shown[0], &shown[1]]);
    }
    let country = "Value for field 'country_code' should be a two-letter country code (ISO 3166-1 alpha-2)";
    let state = "Value for field 'province' should be a state of the United States (ISO 3166-2)";
    let province = "Value for field 'province' should be a province of Canada (ISO 3166-2)";
    for (body, message) in [
        (json!({"country_code": "usd"}), country),
        (json!({"country_code": "zz"}), country),
        (json!({"country_code": ""}), country),
        (json!({"country_code": "us", "province": "QC"}), state),
        (json!({"country_code": "us", "province": "ca-qc"}), state),
        (json!({"country_code": "ca", "province": "NY"}), province),
    ] {
        add(&app, &jwt, &body).await.assert(400, &invalid(format!("Invalid request: {message}")));
    }
}

async fn a_flag_is_a_boolean_and_null_is_none(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for name in ["is_default_shipping", "is_default_billing"] {
        for (value, kind) in [(json!("true"), "string"), (json!(1), "number"), (json!([]), "array")] {
            let message =
                format!("Invalid request: Expected type: 'boolean' for field '{name}', got: '{kind}'");
            add(&app, &jwt, &json!({name: value})).await.assert(400, &invalid(message));
        }
        let body = add(&app, &jwt, &json!({name: null})).await.expect(200);
        assert_eq!(body["customer"]["addresses"][0][name], false);
    }
}

async fn every_fault_of_an_address_is_named(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for name in [
        "address_name",
        "company",
        "first_name",
        "last_name",
        "address_1",
        "address_2",
        "city",
        "postal_code",
    ] {
        let message = format!("Invalid request: Value for field '{name}' should have no control characters");
        add(&app, &jwt, &json!({name: "a\nb"})).await.assert(400, &invalid(message));
        let message = format!("Invalid request: Value for field '{name}' should have at most 256 characters");
        add(&app, &jwt, &json!({name: "x".repeat(257)})).await.assert(400, &invalid(message));
    }
    let message = "Invalid request: Value for field 'phone' should have at most 64 characters";
    add(&app, &jwt, &json!({"phone": "1".repeat(65)})).await.assert(400, &invalid(message));
    for name in ["id", "customer_id", "created_at", "updated_at", "country", "line1"] {
        let message = format!("Invalid request: Unrecognized fields: '{name}'");
        add(&app, &jwt, &json!({name: "x", "city": "London"})).await.assert(400, &invalid(message));
    }
    let message = "Invalid request: Value for field 'metadata' should have at most 16 KiB of JSON";
    add(&app, &jwt, &json!({"metadata": {"a": "x".repeat(17_000)}})).await.assert(400, &invalid(message));
    let body = me(&app).bearer(&jwt).send().await.expect(200);
    assert_eq!(body["customer"]["addresses"], json!([]));
}

async fn addresses_come_oldest_first(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for city in ["London", "Turin", "Paris"] {
        app.clock.advance(time::Duration::seconds(1));
        add(&app, &jwt, &json!({"city": city})).await.expect(200);
    }
    let body = me(&app).bearer(&jwt).send().await.expect(200);
    let cities = body["customer"]["addresses"].as_array().unwrap().iter().map(|one| one["city"].clone());
    assert_eq!(cities.collect::<Vec<_>>(), ["London", "Turin", "Paris"]);
}

async fn an_address_book_is_full_at_two_hundred(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for _ in 0..200 {
        add(&app, &jwt, &json!({})).await.expect(200);
    }
    let full = json!({"type": "not_allowed", "message": "A customer can have at most 200 addresses"});
    add(&app, &jwt, &json!({"is_default_billing": true})).await.assert(400, &full);
    let body = me(&app).bearer(&jwt).send().await.expect(200);
    assert_eq!(body["customer"]["addresses"].as_array().unwrap().len(), 200);
}
