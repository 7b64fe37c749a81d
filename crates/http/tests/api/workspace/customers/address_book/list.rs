//! `GET` of an address book, and of one address.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::{add, addresses, book, path};
use crate::workspace::support::{ABSENT, MALFORMED, asked, fault, id, individual, malformed, not_found};

both_databases![
    an_empty_book_has_no_pages,
    addresses_come_oldest_first_and_in_pages,
    addresses_made_at_once_are_in_a_stable_order,
    an_address_of_another_customer_is_not_found,
    a_malformed_path_is_said_so,
    other_parameters_are_refused,
];

async fn an_empty_book_has_no_pages(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let empty = json!({"data": [], "meta": {"total": 0, "page": 1, "per_page": 10, "pages": 0}});
    app.merchant("GET", &book(&ada)).send().await.assert(200, &empty);
}

async fn addresses_come_oldest_first_and_in_pages(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let mut made: Vec<Value> = Vec::new();
    for n in 0..5 {
        app.clock.advance(Duration::SECOND);
        made.push(add(&app, &ada, &json!({"address_name": n.to_string()})).await);
    }
    for (query, expected, page, pages) in [
        ("?limit=2", &made[..2], 1, 3),
        ("?limit=2&page=2", &made[2..4], 2, 3),
        ("?limit=2&page=3", &made[4..], 3, 3),
        ("?limit=2&page=4", &[], 4, 3),
    ] {
        let meta = json!({"total": 5, "page": page, "per_page": 2, "pages": pages});
        let found = app.merchant("GET", &format!("{}{query}", book(&ada))).send().await;
        found.assert(200, &json!({"data": expected, "meta": meta}));
    }
    assert_eq!(addresses(&app, &ada).await, made);
}

async fn addresses_made_at_once_are_in_a_stable_order(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    for _ in 0..6 {
        add(&app, &ada, &json!({})).await;
    }
    let listed = addresses(&app, &ada).await;
    let mut ids: Vec<_> = listed.iter().map(id).collect();
    ids.sort_unstable();
    assert_eq!(listed.iter().map(id).collect::<Vec<_>>(), ids, "ties go by id");
}

async fn an_address_of_another_customer_is_not_found(app: TestApp) {
    let (ada, bob) = (individual(&app, "ada@example.com").await, individual(&app, "bob@example.com").await);
    let theirs = add(&app, &bob, &json!({"line1": "1 Main St", "is_default_billing": true})).await;
    for (path, what) in [
        (format!("{}/{}", book(&ada), id(&theirs)), "Address"),
        (format!("{}/{ABSENT}", book(&ada)), "Address"),
        (format!("/api/customers/{ABSENT}/addresses/{}", id(&theirs)), "Customer"),
    ] {
        app.merchant("GET", &path).send().await.assert(404, &not_found(what));
        let change = app.merchant("PATCH", &path).json(&json!({"line1": "2"})).send().await;
        change.assert(404, &not_found(what));
        app.merchant("DELETE", &path).send().await.assert(404, &not_found(what));
    }
    app.merchant("GET", &path(&theirs)).send().await.assert(200, &theirs);
    app.merchant("DELETE", &format!("/api/customers/{}", id(&bob))).send().await.expect(204);
    app.merchant("GET", &path(&theirs)).send().await.assert(404, &not_found("Customer"));
}

async fn a_malformed_path_is_said_so(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    for text in MALFORMED {
        let segment = text.replace('{', "%7B").replace('}', "%7D");
        for (path, name) in [
            (format!("/api/customers/{segment}/addresses"), "customer_id"),
            (format!("/api/customers/{segment}/addresses/{ABSENT}"), "customer_id"),
            (format!("{}/{segment}", book(&ada)), "address_id"),
        ] {
            app.merchant("GET", &path).send().await.assert(422, &malformed(name, text));
        }
        let path = format!("{}/{segment}", book(&ada));
        for method in ["PATCH", "DELETE"] {
            let call = app.merchant(method, &path).json(&json!({}));
            call.send().await.assert(422, &malformed("address_id", text));
        }
    }
}

async fn other_parameters_are_refused(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let home = add(&app, &ada, &json!({})).await;
    let expected =
        fault("extra_forbidden", &json!(["query", "colour"]), "Extra inputs are not permitted", &json!(null));
    for (method, path) in [
        ("GET", book(&ada)),
        ("POST", book(&ada)),
        ("GET", path(&home)),
        ("PATCH", path(&home)),
        ("DELETE", path(&home)),
    ] {
        let call = app.merchant(method, &format!("{path}?colour=red"));
        let call = if method == "GET" || method == "DELETE" { call } else { call.json(&json!({})) };
        call.send().await.assert(422, &expected);
    }
    assert_eq!(addresses(&app, &ada).await, [home]);
    let table = asked(&app, "GET", &[&format!("{}?limit=0&page=x", book(&ada))]).await;
    assert!(
        table.contains(r#""loc":["query","limit"]"#) && table.contains(r#""loc":["query","page"]"#),
        "{table}"
    );
}
