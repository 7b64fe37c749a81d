//! `POST /api/customers` and `GET /api/customers/{customer_id}`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Map, Value, json};

use crate::workspace::support::{
    ABSENT, MALFORMED, NOW, answers, asked, customer, id, individual, malformed, members_enabled, members_of,
    not_found, value_error,
};

both_databases![
    a_customer_is_made_with_everything_that_was_said,
    null_and_blank_are_the_same_as_absent,
    a_name_has_at_most_256_characters,
    every_fault_of_a_new_customer_is_named,
    ac_05_fields_that_are_ours_are_refused,
    metadata_has_limits,
    numbers_in_metadata_come_back_as_they_were_sent,
    an_owner_comes_with_the_customer,
    an_owner_can_be_described,
    without_members_there_is_no_owner,
    a_customer_is_shown_as_it_was_made,
    an_unknown_or_malformed_id_is_said_so,
    queries_are_refused_where_none_are_taken,
];

const PATH: &str = "/api/customers";

async fn a_customer_is_made_with_everything_that_was_said(app: TestApp) {
    let billing_address = json!({
        "country": "GB", "line1": "12 St James's Square", "line2": "Flat 1", "postal_code": "SW1Y 4JH",
        "city": "London", "state": "Greater London",
    });
    let metadata = json!({"plan": "gold", "seats": 5, "ratio": 0.5, "beta": true});
    let new = json!({
        "email": "Ada@Example.com", "name": "Ada Lovelace", "external_id": "usr_1337", "type": "team",
        "billing_address": billing_address, "metadata": metadata, "avatar_url": "https://example.com/ada.png",
    });
    let made = customer(&app, &new).await;
    assert_eq!(
        made,
        json!({
            "id": made["id"], "created_at": NOW, "modified_at": null, "metadata": metadata,
            "external_id": "usr_1337", "email": "Ada@Example.com", "email_verified": false,
            "name": "Ada Lovelace", "billing_address": billing_address,
            "workspace_id": app.workspace.id.to_string(), "deleted_at": null,
            "avatar_url": "https://example.com/ada.png", "type": "team",
        })
    );
}

async fn null_and_blank_are_the_same_as_absent(app: TestApp) {
    let absent = individual(&app, "a@example.com").await;
    let nulls = json!({
        "email": "b@example.com", "name": null, "external_id": null, "type": null, "billing_address": null,
        "metadata": null, "avatar_url": null, "owner": null,
    });
    let blanks =
        json!({"email": "  c@example.com ", "name": " \t", "external_id": "", "metadata": {}, "owner": {}});
    for (new, email) in [(nulls, "b@example.com"), (blanks, "c@example.com")] {
        let mut expected = absent.clone();
        let made = customer(&app, &new).await;
        expected["id"] = made["id"].clone();
        expected["email"] = json!(email);
        assert_eq!(made, expected);
    }
    // Two customers without an external id do not stand in each other's way.
    assert_eq!(individual(&app, "d@example.com").await["external_id"], json!(null));
}

async fn a_name_has_at_most_256_characters(app: TestApp) {
    let longest = "ж".repeat(256);
    let made = customer(&app, &json!({"email": "a@example.com", "name": longest})).await;
    assert_eq!(made["name"], longest);
    let longer = format!("{longest}ж");
    let expected = value_error("name", "Value should have at most 256 characters", &json!(longer));
    let body = json!({"email": "b@example.com", "name": longer});
    app.merchant("POST", PATH).json(&body).send().await.assert(422, &expected);
}

async fn every_fault_of_a_new_customer_is_named(app: TestApp) {
    let with = |field: &str, value: Value| -> Value { json!({"email": "a@example.com", field: value}) };
    let table = answers(|| app.merchant("POST", PATH),
        &[
            json!({}),
            json!({"email": null}),
            json!({"email": 5}),
            json!({"email": ""}),
            json!({"email": "ada"}),
            json!({"email": "Ada <ada@example.com>"}),
            json!({"email": "a@example.com\r\nBcc: b@example.com"}),
            with("name", json!(5)),
            with("name", json!("a\nb")),
            with("external_id", json!(["usr_1"])),
            with("external_id", json!("a\u{7}b")),
            with("type", json!("company")),
            with("type", json!(1)),
            with("billing_address", json!("Main Street 1")),
            with("billing_address", json!([])),
            with("metadata", json!("x")),
            with("metadata", json!([1])),
            with("avatar_url", json!("javascript:alert(1)")),
            with("avatar_url", json!(1)),
            with("owner", json!("Ada")),
            with("owner", json!({"email": "x", "name": 1, "external_id": false, "role": "owner"})),
            json!({"email": "x", "type": "y", "owner": {"email": "z"}, "billing_address": {"country": 1}, "typo": 1}),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_a_new_customer", table);
}

async fn ac_05_fields_that_are_ours_are_refused(app: TestApp) {
    for (field, value) in [
        ("id", json!(ABSENT)),
        ("workspace_id", json!(ABSENT)),
        ("email_verified", json!(true)),
        ("created_at", json!("2020-01-01T00:00:00Z")),
        ("modified_at", json!(null)),
        ("deleted_at", json!("2020-01-01T00:00:00Z")),
        ("has_account", json!(true)),
        ("store_metadata", json!({})),
        ("billing_name", json!("Ada")),
        ("role", json!("owner")),
    ] {
        let body = json!({"email": "ada@example.com", field: value});
        let unknown = json!({
            "type": "extra_forbidden", "loc": ["body", field], "msg": "Extra inputs are not permitted", "input": null,
        });
        let expected = json!({"error": "RequestValidationError", "detail": [unknown]});
        app.merchant("POST", PATH).json(&body).send().await.assert(422, &expected);
    }
    individual(&app, "ada@example.com").await;
}

async fn metadata_has_limits(app: TestApp) {
    let keys =
        |n: usize| -> Value { (0..n).map(|n| (format!("k{n:02}"), json!(n))).collect::<Map<_, _>>().into() };
    let full = customer(&app, &json!({"email": "a@example.com", "metadata": keys(50)})).await;
    assert_eq!(full["metadata"], keys(50));
    let edges = json!({"k".repeat(40): "v".repeat(500)});
    assert_eq!(
        customer(&app, &json!({"email": "b@example.com", "metadata": edges})).await["metadata"],
        edges
    );
    let body = |metadata: Value| -> Value { json!({"email": "c@example.com", "metadata": metadata}) };
    let table = answers(
        || app.merchant("POST", PATH),
        &[
            body(keys(51)),
            body(json!({"k".repeat(41): 1})),
            body(json!({"": 1})),
            body(json!({"a": "v".repeat(501)})),
            body(json!({"a": ""})),
            body(json!({"a": null, "b": {}, "c": [1]})),
            body(json!({"nul": "a\u{0}b"})),
        ],
    )
    .await;
    insta::assert_snapshot!("metadata_that_is_refused", table);
}

async fn numbers_in_metadata_come_back_as_they_were_sent(app: TestApp) {
    let metadata = r#"{"a":0,"b":-1,"c":18446744073709551615,"d":-9223372036854775808,"e":0.1,"f":1.0,"g":1e-7,"h":1e300,"i":2.5e15}"#;
    let body = format!(r#"{{"email":"ada@example.com","metadata":{metadata}}}"#);
    let made = app.merchant("POST", PATH).body("application/json", body).send().await.expect(201);
    assert_eq!(made["metadata"], serde_json::from_str::<Value>(metadata).unwrap());
    app.merchant("GET", &format!("{PATH}/{}", id(&made))).send().await.assert(200, &made);
}

async fn an_owner_comes_with_the_customer(app: TestApp) {
    let new = json!({"email": "Ada@Example.com", "name": "Ada", "external_id": "usr_1"});
    let ada = customer(&app, &new).await;
    let owner = members_of(&app, &ada).await;
    assert_eq!(
        owner,
        [json!({
            "id": owner[0]["id"], "created_at": NOW, "modified_at": null,
            "workspace_id": app.workspace.id.to_string(), "customer_id": ada["id"], "email": "Ada@Example.com",
            "name": "Ada", "external_id": "usr_1", "role": "owner",
        })]
    );
}

async fn an_owner_can_be_described(app: TestApp) {
    let owner = json!({"email": "boss@example.com", "name": "Boss", "external_id": "m-1"});
    let new = json!({"email": "team@example.com", "name": "Team", "external_id": "t-1", "type": "team", "owner": owner});
    let team = customer(&app, &new).await;
    let found = &members_of(&app, &team).await[0];
    let described =
        json!({"email": found["email"], "name": found["name"], "external_id": found["external_id"]});
    assert_eq!(described, owner);
    assert_eq!(team["email"], "team@example.com");
}

async fn without_members_there_is_no_owner(app: TestApp) {
    members_enabled(&app, false).await;
    let ada = individual(&app, "ada@example.com").await;
    let body = json!({"email": "b@example.com", "owner": {"name": "Boss"}});
    let expected =
        json!({"error": "NotPermitted", "detail": "Member management is not enabled for this workspace"});
    app.merchant("POST", PATH).json(&body).send().await.assert(403, &expected);
    members_enabled(&app, true).await;
    assert!(members_of(&app, &ada).await.is_empty());
}

async fn a_customer_is_shown_as_it_was_made(app: TestApp) {
    let address = json!({"country": "FR", "city": "Paris"});
    let new = json!({"email": "ada@example.com", "billing_address": address, "metadata": {"a": 1.25}});
    let ada = customer(&app, &new).await;
    app.merchant("GET", &format!("/api/customers/{}", id(&ada))).send().await.assert(200, &ada);
    let upper = id(&ada).to_uppercase();
    app.merchant("GET", &format!("/api/customers/{upper}")).send().await.assert(200, &ada);
}

async fn an_unknown_or_malformed_id_is_said_so(app: TestApp) {
    for method in ["GET", "DELETE"] {
        let path = format!("/api/customers/{ABSENT}");
        app.merchant(method, &path).send().await.assert(404, &not_found("Customer"));
        for text in MALFORMED {
            let path = format!("/api/customers/{}", text.replace('{', "%7B").replace('}', "%7D"));
            app.merchant(method, &path).send().await.assert(422, &malformed("customer_id", text));
        }
    }
}

async fn queries_are_refused_where_none_are_taken(app: TestApp) {
    let paths = [
        format!("/api/customers/{ABSENT}?include=members"),
        format!("/api/customers/{ABSENT}?a=1&a=2&b="),
        "/api/customers/external/usr_1?x".to_owned(),
        format!("/api/members/{ABSENT}?include=customer"),
        "/api/workspace?fields=name".to_owned(),
    ];
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    insta::assert_snapshot!("refused_queries", asked(&app, "GET", &paths).await);
}
