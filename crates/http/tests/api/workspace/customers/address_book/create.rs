//! `POST` to an address book.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{add, addresses, bare, billing_address, book, path};
use crate::workspace::support::{
    ABSENT, NOW, answers, customer, fault, id, individual, not_found, session, shopper,
};

both_databases![
    an_address_is_made_with_everything_that_was_said,
    nothing_of_an_address_is_required,
    a_shop_shows_the_same_record_in_its_own_words,
    a_default_billing_address_is_the_customers,
    countries_and_states_are_looked_at_as_of_a_billing_address,
    a_book_holds_two_hundred,
    an_external_id_names_the_customer_too,
    ac_05_fields_that_are_ours_are_refused_in_a_new_address,
    every_fault_of_a_new_address_is_named,
    an_unknown_customer_is_not_found,
];

fn full() -> Value {
    json!({
        "address_name": " Office ", "is_default_billing": true, "is_default_shipping": false, "first_name": "Ada",
        "last_name": "Lovelace", "company": "Engines", "line1": "12 St James's Square", "line2": "top floor",
        "postal_code": "SW1Y 4JH", "city": "London", "state": "gb-Ldn", "country": "gB",
        "phone": "+44 20 7946 0000", "metadata": {"door": 7, "gone": "", "nested": {"a": null}},
    })
}

async fn an_address_is_made_with_everything_that_was_said(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let made = add(&app, &ada, &full()).await;
    let mut expected = full();
    for (name, value) in [
        ("id", made["id"].clone()),
        ("customer_id", ada["id"].clone()),
        ("created_at", json!(NOW)),
        ("modified_at", json!(null)),
        ("address_name", json!("Office")),
        ("country", json!("GB")),
        ("state", json!("GB-LDN")),
        ("metadata", json!({"door": 7, "nested": {"a": null}})),
    ] {
        expected[name] = value;
    }
    assert_eq!(made, expected);
    app.merchant("GET", &path(&made)).send().await.assert(200, &made);
}

async fn nothing_of_an_address_is_required(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let blank = json!({
        "address_name": "", "is_default_billing": null, "is_default_shipping": null, "first_name": " ",
        "last_name": null, "company": null, "line1": "", "line2": null, "postal_code": null, "city": "  ",
        "state": "", "country": null, "phone": " ", "metadata": null,
    });
    for body in [json!({}), blank] {
        let made = add(&app, &ada, &body).await;
        assert_eq!(made, bare(&made));
    }
    assert_eq!(addresses(&app, &ada).await.len(), 2);
}

async fn a_shop_shows_the_same_record_in_its_own_words(app: TestApp) {
    let (jwt, ada) = shopper(&app, "ada@example.com").await;
    let me = async || app.shop("GET", "/store/customers/me").bearer(&jwt).send().await.expect(200);
    assert_eq!(me().await["customer"]["addresses"], json!([]));
    let made = add(&app, &ada, &full()).await;
    let customer = me().await["customer"].clone();
    assert_eq!(
        customer["addresses"],
        json!([{
            "id": made["id"], "address_name": "Office", "is_default_shipping": false, "is_default_billing": true,
            "customer_id": ada["id"], "company": "Engines", "first_name": "Ada", "last_name": "Lovelace",
            "address_1": "12 St James's Square", "address_2": "top floor", "city": "London", "country_code": "gb",
            "province": "gb-ldn", "postal_code": "SW1Y 4JH", "phone": "+44 20 7946 0000",
            "metadata": {"door": 7, "nested": {"a": null}}, "created_at": made["created_at"],
            "updated_at": made["created_at"],
        }])
    );
    assert_eq!(customer["default_billing_address_id"], made["id"]);
    assert_eq!(customer["updated_at"], ada["updated_at"], "an address is no change of the customer");
    let own = json!({"address_1": "2 Main St", "country_code": "us", "province": "us-ca"});
    let added = app.shop("POST", "/store/customers/me/addresses").bearer(&jwt).json(&own).send().await;
    let theirs = added.expect(200)["customer"]["addresses"][1].clone();
    let book = addresses(&app, &ada).await;
    assert_eq!([&book[0], &book[1]["id"]], [&made, &theirs["id"]]);
    assert_eq!([&book[1]["line1"], &book[1]["country"], &book[1]["state"]], ["2 Main St", "US", "US-CA"]);
}

async fn a_default_billing_address_is_the_customers(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let embedded = async || {
        session(&app, &json!({"customer_id": ada["id"]})).await["customer"]["billing_address"].clone()
    };
    assert_eq!(embedded().await, json!(null));
    add(&app, &ada, &full()).await;
    let expected = json!({
        "country": "GB", "line1": "12 St James's Square", "line2": "top floor", "postal_code": "SW1Y 4JH",
        "city": "London", "state": "GB-LDN",
    });
    assert_eq!([billing_address(&app, &ada).await, embedded().await], [expected.clone(), expected]);
    add(&app, &ada, &json!({"line1": "nowhere", "is_default_billing": true})).await;
    assert_eq!(billing_address(&app, &ada).await, json!(null), "it has no country");
}

async fn countries_and_states_are_looked_at_as_of_a_billing_address(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    for (n, (country, state)) in
        [("US", "CA"), ("us", "us-ca"), ("CA", "nu"), ("FR", "Île-de-France"), ("DE", "by"), ("KP", "x")]
            .into_iter()
            .enumerate()
    {
        let address = json!({"country": country, "state": state, "is_default_billing": true});
        let made = add(&app, &ada, &address).await;
        let billing = json!({"country": country, "state": state});
        let new = json!({"email": format!("a{n}@example.com"), "billing_address": billing});
        let other = customer(&app, &new).await;
        let shown = &other["billing_address"];
        assert_eq!([&made["country"], &made["state"]], [&shown["country"], &shown["state"]]);
        assert_eq!(billing_address(&app, &ada).await, *shown);
    }
    let stateless = add(&app, &ada, &json!({"state": "us-zz"})).await;
    assert_eq!([&stateless["country"], &stateless["state"]], [&json!(null), &json!("US-ZZ")]);
}

async fn a_book_holds_two_hundred(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    for _ in 0..200 {
        add(&app, &ada, &json!({})).await;
    }
    let expected =
        fault("value_error", &json!(["body"]), "A customer can have at most 200 addresses.", &json!(null));
    let call = app.merchant("POST", &book(&ada)).json(&json!({"is_default_billing": true}));
    call.send().await.assert(422, &expected);
    let first = addresses(&app, &ada).await[0].clone();
    app.merchant("DELETE", &path(&first)).send().await.expect(204);
    add(&app, &ada, &json!({})).await;
}

async fn an_external_id_names_the_customer_too(app: TestApp) {
    let ada = customer(&app, &json!({"email": "ada@example.com", "external_id": "usr/1"})).await;
    let by_external_id = "/api/customers/external/usr%2F1/addresses";
    let made = app.merchant("POST", by_external_id).json(&full()).send().await.expect(201);
    assert_eq!(made["customer_id"], ada["id"]);
    assert_eq!(addresses(&app, &ada).await, [made]);
    let listed = app.merchant("GET", &format!("{by_external_id}/")).send().await.expect(200);
    assert_eq!(listed, app.merchant("GET", &book(&ada)).send().await.expect(200));
    let refused = app.merchant("POST", by_external_id).json(&json!({"country": "usd"})).send().await;
    assert_eq!(refused.expect(422)["detail"][0]["loc"], json!(["body", "country"]));
}

async fn ac_05_fields_that_are_ours_are_refused_in_a_new_address(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    for field in [
        "id",
        "workspace_id",
        "customer_id",
        "created_at",
        "modified_at",
        "updated_at",
        "deleted_at",
        "email_verified",
    ] {
        let loc = json!(["body", field]);
        let expected = fault("extra_forbidden", &loc, "Extra inputs are not permitted", &json!(null));
        let call = app.merchant("POST", &book(&ada)).json(&json!({field: ABSENT}));
        call.send().await.assert(422, &expected);
    }
    assert!(addresses(&app, &ada).await.is_empty());
}

async fn every_fault_of_a_new_address_is_named(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let table = answers(
        || app.merchant("POST", &book(&ada)),
        &[
            json!({"country": 5}),
            json!({"country": "usd"}),
            json!({"country": "ZZ"}),
            json!({"country": ""}),
            json!({"country": "US", "state": "QC"}),
            json!({"country": "CA", "state": "NY"}),
            json!({"country": "US", "state": "California"}),
            json!({"is_default_billing": "true", "is_default_shipping": 1}),
            json!({"line1": 5, "line2": [], "postal_code": 90210, "city": {}, "state": true, "phone": 5}),
            json!({"line1": "a\nb", "company": "x".repeat(257), "phone": "5".repeat(65)}),
            json!({"metadata": "x"}),
            json!({"metadata": {"k": "v".repeat(20_000)}}),
            json!({"metadata": {"k": "\u{0}"}}),
            json!({"address_1": "1 Main St", "country_code": "us", "province": "ca"}),
        ],
    )
    .await
    .replace(&"v".repeat(20_000), "…");
    insta::assert_snapshot!("faults_of_a_new_address", table);
    assert!(addresses(&app, &ada).await.is_empty());
}

async fn an_unknown_customer_is_not_found(app: TestApp) {
    let gone = customer(&app, &json!({"email": "gone@example.com", "external_id": "gone"})).await;
    app.merchant("DELETE", &format!("/api/customers/{}", id(&gone))).send().await.expect(204);
    for path in [
        book(&gone),
        format!("/api/customers/{ABSENT}/addresses"),
        "/api/customers/external/gone/addresses".to_owned(),
        "/api/customers/external/nobody/addresses".to_owned(),
    ] {
        app.merchant("GET", &path).send().await.assert(404, &not_found("Customer"));
        app.merchant("POST", &path).json(&full()).send().await.assert(404, &not_found("Customer"));
    }
}
