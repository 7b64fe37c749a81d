//! `PATCH` of an address.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::{add, addresses, bare, billing_address, patch, path, shown};
use crate::workspace::support::{ABSENT, answers, fault, id, individual, session, shopper, value_error};

both_databases![
    each_field_of_an_address_is_changed,
    null_clears_and_flags_cannot_be_cleared,
    what_changes_nothing_leaves_the_time_of_the_last_change,
    a_state_is_one_of_the_country_whichever_of_them_is_changed,
    notes_are_merged_key_by_key,
    a_change_is_seen_by_the_shop_and_in_the_customer,
    ac_05_fields_that_are_ours_are_refused_in_a_changed_address,
    every_fault_of_a_changed_address_is_named,
];

async fn each_field_of_an_address_is_changed(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let home = add(&app, &ada, &json!({})).await;
    let mut expected = home.clone();
    app.clock.advance(Duration::SECOND);
    expected["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    for (field, sent, value) in [
        ("address_name", json!(" Home "), json!("Home")),
        ("is_default_billing", json!(true), json!(true)),
        ("is_default_shipping", json!(true), json!(true)),
        ("first_name", json!("Ada"), json!("Ada")),
        ("last_name", json!("Lovelace"), json!("Lovelace")),
        ("company", json!("Engines"), json!("Engines")),
        ("line1", json!("1 Main St"), json!("1 Main St")),
        ("line2", json!("Floor 2"), json!("Floor 2")),
        ("postal_code", json!("94016"), json!("94016")),
        ("city", json!("Springfield"), json!("Springfield")),
        ("country", json!("us"), json!("US")),
        ("state", json!("ca"), json!("US-CA")),
        ("phone", json!("555 0100"), json!("555 0100")),
        ("metadata", json!({"door": 7}), json!({"door": 7})),
    ] {
        expected[field] = value;
        patch(&app, &home, &json!({field: sent})).await.assert(200, &expected);
        assert_eq!(shown(&app, &home).await, expected);
    }
    assert_eq!(addresses(&app, &ada).await, [expected]);
}

async fn null_clears_and_flags_cannot_be_cleared(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let given = json!({
        "address_name": "Home", "first_name": "Ada", "last_name": "Lovelace", "company": "Engines", "line1": "1",
        "line2": "2", "postal_code": "3", "city": "4", "state": "ca", "country": "us", "phone": "5",
        "metadata": {"a": 1},
    });
    let mut cleared = given.clone();
    cleared.as_object_mut().unwrap().values_mut().for_each(|value| *value = json!(null));
    let home = add(&app, &ada, &given).await;
    let mut expected = bare(&home);
    app.clock.advance(Duration::SECOND);
    expected["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    patch(&app, &home, &cleared).await.assert(200, &expected);
    for flag in ["is_default_billing", "is_default_shipping"] {
        let loc = json!(["body", flag]);
        let refusal = fault("bool_type", &loc, "Input should be a valid boolean", &json!(null));
        patch(&app, &home, &json!({flag: null, "line1": "x"})).await.assert(422, &refusal);
    }
    patch(&app, &home, &json!({"line1": "x"})).await.expect(200);
    patch(&app, &home, &json!({"line1": "  "})).await.assert(200, &expected);
}

async fn what_changes_nothing_leaves_the_time_of_the_last_change(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let given = json!({
        "line1": "1 Main St", "country": "us", "state": "us-ca", "is_default_billing": true, "metadata": {"a": 1},
    });
    let home = add(&app, &ada, &given).await;
    app.clock.advance(Duration::SECOND);
    for body in [
        json!({}),
        given,
        json!({"line1": " 1 Main St ", "line2": null, "country": "US", "state": "CA"}),
        json!({"is_default_shipping": false}),
        json!({"metadata": {}}),
        json!({"metadata": {"b": ""}}),
    ] {
        patch(&app, &home, &body).await.assert(200, &home);
    }
    assert_eq!(addresses(&app, &ada).await, [home]);
}

async fn a_state_is_one_of_the_country_whichever_of_them_is_changed(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let home = add(&app, &ada, &json!({"country": "us", "state": "ca"})).await;
    let us = "Value should be a state of the United States (ISO 3166-2)";
    let canada = "Value should be a province of Canada (ISO 3166-2)";
    for (body, msg, input) in [
        (json!({"state": "qc"}), us, "qc"),
        (json!({"state": " us-zz "}), us, "us-zz"),
        (json!({"country": "us", "state": "qc"}), us, "qc"),
        (json!({"country": "ca"}), canada, "US-CA"),
        (json!({"country": "ca", "state": "ny"}), canada, "ny"),
    ] {
        patch(&app, &home, &body).await.assert(422, &value_error("state", msg, &json!(input)));
        assert_eq!(shown(&app, &home).await, home);
    }
    for (body, country, state) in [
        (json!({"state": "ny"}), json!("US"), json!("US-NY")),
        (json!({"country": "ca", "state": "qc"}), json!("CA"), json!("CA-QC")),
        (json!({"country": "fr"}), json!("FR"), json!("CA-QC")),
        (json!({"state": "Bretagne"}), json!("FR"), json!("Bretagne")),
        (json!({"country": null}), json!(null), json!("Bretagne")),
        (json!({"state": "ny"}), json!(null), json!("ny")),
        (json!({"country": "us"}), json!("US"), json!("US-NY")),
        (json!({"country": "ca", "state": null}), json!("CA"), json!(null)),
    ] {
        let changed = patch(&app, &home, &body).await.expect(200);
        assert_eq!([&changed["country"], &changed["state"]], [&country, &state], "{body}");
    }
}

async fn notes_are_merged_key_by_key(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let home = add(&app, &ada, &json!({"metadata": {"a": 1, "b": {"c": 2}}})).await;
    for (sent, kept) in [
        (json!({"d": [3]}), json!({"a": 1, "b": {"c": 2}, "d": [3]})),
        (json!({"a": "", "b": {"e": null}}), json!({"b": {"e": null}, "d": [3]})),
        (json!(null), json!({})),
    ] {
        assert_eq!(patch(&app, &home, &json!({"metadata": sent})).await.expect(200)["metadata"], kept);
    }
    let large = json!({"metadata": {"k": "v".repeat(10_000)}});
    patch(&app, &home, &large).await.expect(200);
    let more = json!({"metadata": {"l": "v".repeat(10_000)}});
    let expected = value_error("metadata", "Value should have at most 16 KiB of JSON", &json!(null));
    patch(&app, &home, &more).await.assert(422, &expected);
}

async fn a_change_is_seen_by_the_shop_and_in_the_customer(app: TestApp) {
    let (jwt, ada) = shopper(&app, "ada@example.com").await;
    let home = add(&app, &ada, &json!({"country": "us", "is_default_billing": true})).await;
    let shops = async || {
        let me = app.shop("GET", "/store/customers/me").bearer(&jwt).send().await.expect(200);
        me["customer"]["addresses"][0].clone()
    };
    let embedded = async || {
        session(&app, &json!({"customer_id": ada["id"]})).await["customer"]["billing_address"].clone()
    };
    for line in ["1 Main St", "2 Main St"] {
        app.clock.advance(Duration::SECOND);
        let changed = patch(&app, &home, &json!({"line1": line})).await.expect(200);
        let shown = shops().await;
        assert_eq!([&shown["address_1"], &shown["updated_at"]], [&json!(line), &changed["modified_at"]]);
        assert_eq!(embedded().await["line1"], line);
        assert_eq!(billing_address(&app, &ada).await["line1"], line);
    }
    let customer = app.merchant("GET", &format!("/api/customers/{}", id(&ada))).send().await.expect(200);
    assert_eq!(customer["modified_at"], json!(null), "an address is no change of the customer");
}

async fn ac_05_fields_that_are_ours_are_refused_in_a_changed_address(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let home = add(&app, &ada, &json!({})).await;
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
        for value in [home[field].clone(), json!(ABSENT)] {
            patch(&app, &home, &json!({"line1": "x", field: value})).await.assert(422, &expected);
        }
    }
    assert_eq!(shown(&app, &home).await, home);
}

async fn every_fault_of_a_changed_address_is_named(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let home = add(&app, &ada, &json!({"country": "us", "state": "ca"})).await;
    let bodies: [Value; 8] = [
        json!({"country": "usd", "state": 5}),
        json!({"country": ""}),
        json!({"state": "x\ny"}),
        json!({"is_default_billing": "yes", "is_default_shipping": 0}),
        json!({"line1": 5, "line2": [], "postal_code": 90210, "city": {}, "phone": "5".repeat(65)}),
        json!({"metadata": ["x"]}),
        json!({"address_1": "1 Main St", "country_code": "us", "province": "ca"}),
        json!("x"),
    ];
    let table = answers(|| app.merchant("PATCH", &path(&home)), &bodies).await;
    insta::assert_snapshot!("faults_of_a_changed_address", table);
    assert_eq!(shown(&app, &home).await, home);
}
