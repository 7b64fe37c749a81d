//! Billing addresses in seed 1's words.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use crate::workspace::support::{answers, customer};

both_databases![
    states_of_the_united_states_and_canada_carry_their_prefix,
    regions_of_other_countries_are_kept_as_typed,
    countries_are_upper_case_and_none_is_refused,
    blank_lines_are_null,
    every_fault_of_an_address_is_named,
];

async fn kept(app: &TestApp, n: usize, address: Value) -> Value {
    let body = json!({"email": format!("a{n}@example.com"), "billing_address": address});
    customer(app, &body).await["billing_address"].clone()
}

async fn states_of_the_united_states_and_canada_carry_their_prefix(app: TestApp) {
    for (n, (country, sent, state)) in [
        ("US", "CA", "US-CA"),
        ("us", "us-ca", "US-CA"),
        ("US", "DC", "US-DC"),
        ("US", "pr", "US-PR"),
        ("CA", "QC", "CA-QC"),
        ("CA", "NT", "CA-NT"),
        ("CA", "nu", "CA-NU"),
        ("CA", "CA-YT", "CA-YT"),
    ]
    .into_iter()
    .enumerate()
    {
        let address = kept(&app, n, json!({"country": country, "state": sent})).await;
        assert_eq!(address["state"], state);
    }
}

async fn regions_of_other_countries_are_kept_as_typed(app: TestApp) {
    for (n, (country, sent, state)) in [
        ("FR", "AURA", "AURA"),
        ("FR", "fr-ara", "FR-ARA"),
        ("FR", "Île-de-France", "Île-de-France"),
        ("DE", "by", "by"),
        ("MX", "CA", "CA"),
    ]
    .into_iter()
    .enumerate()
    {
        let address = kept(&app, n, json!({"country": country, "state": sent})).await;
        assert_eq!(address["state"], state);
    }
}

async fn countries_are_upper_case_and_none_is_refused(app: TestApp) {
    for (n, country) in ["ad", "CU", "IR", "KP", "RU", "SY", "zw"].into_iter().enumerate() {
        let address = kept(&app, n, json!({"country": country})).await;
        assert_eq!(
            address,
            json!({
                "country": country.to_uppercase(), "line1": null, "line2": null, "postal_code": null, "city": null,
                "state": null,
            })
        );
    }
}

async fn blank_lines_are_null(app: TestApp) {
    let sent = json!({"country": "US", "line1": " 1 Main St ", "line2": "", "postal_code": null, "city": " ", "state": ""});
    assert_eq!(
        kept(&app, 1, sent).await,
        json!({
            "country": "US", "line1": "1 Main St", "line2": null, "postal_code": null, "city": null, "state": null,
        })
    );
}

async fn every_fault_of_an_address_is_named(app: TestApp) {
    let with = |address: Value| -> Value { json!({"email": "a@example.com", "billing_address": address}) };
    let table = answers(|| app.merchant("POST", "/api/customers"),
        &[
            with(json!({})),
            with(json!({"country": null})),
            with(json!({"country": 5})),
            with(json!({"country": "usd"})),
            with(json!({"country": "ZZ"})),
            with(json!({"country": ""})),
            with(json!({"country": "US", "state": "QC"})),
            with(json!({"country": "CA", "state": "NY"})),
            with(json!({"country": "CA", "state": "us-ny"})),
            with(json!({"country": "US", "state": "California"})),
            with(json!({"country": "GB", "line1": 5, "line2": [], "postal_code": 90210, "city": {}, "state": true})),
            with(json!({"country": "GB", "line1": "a\nb"})),
            with(json!({"country": "GB", "tax_id": "x", "address_1": "y"})),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_an_address", table);
}
