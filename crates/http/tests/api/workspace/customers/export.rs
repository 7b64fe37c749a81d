//! `GET /api/customers/export`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use crate::workspace::support::{individual, shopper};

const PATH: &str = "/api/customers/export";

both_databases![
    everybody_is_in_the_file_with_all_that_belongs_to_them,
    ap_03_a_cell_is_no_formula,
    a_large_file_comes_in_pieces_and_is_whole,
    nobody_of_another_workspace_is_in_it,
    an_empty_workspace_has_an_empty_file,
    what_is_no_format_is_refused,
];

async fn everybody_is_in_the_file_with_all_that_belongs_to_them(app: TestApp) {
    let (jwt, _) = shopper(&app, "grace@example.com").await;
    let address = json!({"address_1": "1 Main Street", "country_code": "us", "is_default_billing": true});
    app.shop("POST", "/store/customers/me/addresses").bearer(&jwt).json(&address).send().await.expect(200);
    let answer = app.merchant("GET", &format!("{PATH}?format=ndjson")).send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"acme-customers.ndjson\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    let record: Value = serde_json::from_str(&answer.text()).unwrap();
    let expected = json!({
        "email": "grace@example.com", "email_verified": false, "type": "individual", "disabled": false,
        "created_at": "2026-01-02T03:04:05.678901Z",
        "addresses": [{"address_1": "1 Main Street", "country_code": "US", "is_default_shipping": false, "is_default_billing": true}],
    });
    assert_eq!(record, expected);
    assert!(!answer.text().contains("argon2"));
}

async fn ap_03_a_cell_is_no_formula(app: TestApp) {
    let body =
        json!({"email": "ada@example.com", "name": "=HYPERLINK(\"http://evil\")", "external_id": "@x"});
    app.merchant("POST", "/api/customers").json(&body).send().await.expect(201);
    let answer = app.merchant("GET", PATH).send().await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    let text = answer.text();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert!(lines[0].starts_with("email,email_verified,type,external_id,name,"), "{text}");
    assert!(
        lines[1].starts_with("ada@example.com,false,individual,'@x,\"'=HYPERLINK(\"\"http://evil\"\")\","),
        "{text}"
    );
    assert_eq!(lines[2..], [""]);
}

async fn a_large_file_comes_in_pieces_and_is_whole(app: TestApp) {
    for n in 0..1_001 {
        let body = json!({"email": format!("{n}@example.com")});
        app.merchant("POST", "/api/customers").json(&body).send().await.expect(201);
    }
    let answer = app.merchant("GET", &format!("{PATH}?format=ndjson")).send().await;
    let text = answer.text();
    let emails: std::collections::BTreeSet<_> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["email"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!((text.lines().count(), emails.len()), (1_001, 1_001));
}

async fn nobody_of_another_workspace_is_in_it(app: TestApp) {
    individual(&app, "ada@example.com").await;
    let other = app.other_workspace("other").await;
    let foreign = app.token_with(&other, "customers:read").await;
    let answer = app.call("GET", &format!("{PATH}?format=ndjson")).bearer(&foreign).send().await;
    assert_eq!((answer.status, answer.text()), (200, String::new()));
}

async fn an_empty_workspace_has_an_empty_file(app: TestApp) {
    let answer = app.merchant("GET", PATH).send().await;
    assert_eq!((answer.status, answer.text().lines().count()), (200, 1), "the names");
}

async fn what_is_no_format_is_refused(app: TestApp) {
    let refused = |query: &str| app.merchant("GET", &format!("{PATH}?{query}")).send();
    let answer = refused("format=xlsx").await;
    assert_eq!(
        (answer.status, answer.json()["detail"][0]["msg"].clone()),
        (422, json!("Value should be csv or ndjson"))
    );
    let answer = refused("limit=5").await;
    assert_eq!((answer.status, answer.json()["detail"][0]["loc"].clone()), (422, json!(["query", "limit"])));
}
