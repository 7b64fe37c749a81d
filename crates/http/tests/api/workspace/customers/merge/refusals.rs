//! What a merge refuses, and what is then as it was.

use anteroom_domain::Id;
use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::metadata::StoreMetadata;
use anteroom_store::StoreExt;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Map, Value, json};
use time::macros::datetime;

use super::{found, merge, merging};
use crate::workspace::support::{
    ABSENT, answers, customer, id, individual, malformed, not_found, shopper, team, value_error,
};

both_databases![
    a_customer_who_is_not_there_is_refused,
    nobody_goes_up_in_themselves,
    a_team_and_an_individual_stay_two,
    a_book_that_would_be_too_full_is_refused,
    every_reason_is_told_at_once,
    an_account_does_not_get_the_email_of_another,
    every_fault_of_a_body_is_named,
];

async fn a_customer_who_is_not_there_is_refused(app: TestApp) {
    let (ada, bob) = (individual(&app, "ada@example.com").await, individual(&app, "bob@example.com").await);
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customers:write").await;
    let create = app.post("/api/customers").bearer(&rivals).json(&json!({"email": "eve@example.com"}));
    let eve = create.send().await.expect(201);
    app.merchant("DELETE", &format!("/api/customers/{}", id(&bob))).send().await.expect(204);
    for nobody in [&json!({"id": ABSENT}), &bob, &eve] {
        let expected = value_error("from", "Customer does not exist.", &nobody["id"]);
        merging(&app, nobody, &ada).await.assert(422, &expected);
        merging(&app, &ada, nobody).await.assert(404, &not_found("Customer"));
        merging(&app, nobody, nobody).await.assert(404, &not_found("Customer"));
    }
    assert_eq!(found(&app, &ada).await, ada);
    let path = format!("/api/customers/{}/merge", id(&eve));
    let answer = app.post(&path).bearer(&rivals).json(&json!({"from": ada["id"]})).send().await;
    answer.assert(422, &value_error("from", "Customer does not exist.", &ada["id"]));
}

async fn nobody_goes_up_in_themselves(app: TestApp) {
    let (ada, bob) = (individual(&app, "ada@example.com").await, individual(&app, "bob@example.com").await);
    let msg = "A customer cannot be merged into itself.";
    merging(&app, &ada, &ada).await.assert(422, &value_error("from", msg, &ada["id"]));
    merge(&app, &ada, &bob).await;
    for (from, into) in [(&ada, &ada), (&bob, &ada), (&bob, &bob)] {
        merging(&app, from, into).await.assert(422, &value_error("from", msg, &from["id"]));
    }
}

async fn a_team_and_an_individual_stay_two(app: TestApp) {
    let (ada, team) = (individual(&app, "ada@example.com").await, team(&app, "team@example.com").await);
    let msg = "A team and an individual cannot be merged.";
    for (from, into) in [(&ada, &team), (&team, &ada)] {
        merging(&app, from, into).await.assert(422, &value_error("from", msg, &from["id"]));
        assert_eq!((found(&app, from).await, found(&app, into).await), (from.clone(), into.clone()));
    }
}

/// Puts so many addresses into a book.
fn fill(app: &TestApp, customer: &Value, addresses: u128) {
    let customer_id: CustomerId = id(customer).parse().unwrap();
    let at = datetime!(2026-01-02 03:04:05 UTC);
    let address = |n: u128| Address {
        id: Id::from_random_bytes((customer_id.uuid().as_u128() + n).to_be_bytes()),
        customer_id,
        is_default_shipping: false,
        is_default_billing: false,
        postal: PostalAddress::default(),
        metadata: StoreMetadata::default(),
        created_at: at,
        updated_at: at,
    };
    let mut all = (1..=addresses).map(address);
    app.store().write(|unit| all.try_for_each(|address| unit.insert_address(&address))).unwrap();
}

async fn a_book_that_would_be_too_full_is_refused(app: TestApp) {
    let (ada, bob) = (individual(&app, "ada@example.com").await, individual(&app, "bob@example.com").await);
    let carol = individual(&app, "carol@example.com").await;
    for (customer, addresses) in [(&ada, 101), (&bob, 100), (&carol, 100)] {
        fill(&app, customer, addresses);
    }
    let msg = "A customer can have at most 200 addresses.";
    merging(&app, &ada, &bob).await.assert(422, &value_error("from", msg, &ada["id"]));
    assert_eq!(merge(&app, &carol, &bob).await["moved"]["addresses"], 100);
}

async fn every_reason_is_told_at_once(app: TestApp) {
    let notes = |from: u32| -> Map<String, Value> {
        (from..from + 30).map(|n| (format!("k{n}"), n.into())).collect()
    };
    let ada = json!({"email": "ada@example.com", "metadata": notes(0)});
    let ada = customer(&app, &ada).await;
    let team = json!({"email": "team@example.com", "type": "team", "metadata": notes(30)});
    let team = customer(&app, &team).await;
    fill(&app, &ada, 101);
    fill(&app, &team, 100);
    let fault = |msg: &str| {
        let fault = value_error("from", msg, &ada["id"]);
        fault["detail"][0].clone()
    };
    let expected = json!({
        "error": "RequestValidationError",
        "detail": [
            fault("A team and an individual cannot be merged."),
            fault("A customer can have at most 50 keys of metadata."),
            fault("A customer can have at most 200 addresses."),
        ],
    });
    merging(&app, &ada, &team).await.assert(422, &expected);
}

async fn an_account_does_not_get_the_email_of_another(app: TestApp) {
    let guest = individual(&app, "ada@example.com").await;
    let (jwt, account) = shopper(&app, "ada@example.com").await;
    let (_, other) = shopper(&app, "bob@example.com").await;
    let msg = "Another account has the e-mail address of the remaining customer.";
    merging(&app, &other, &guest).await.assert(422, &value_error("from", msg, &other["id"]));
    assert_eq!(found(&app, &guest).await, guest);
    merge(&app, &account, &guest).await;
    app.shop("GET", "/store/customers/me").bearer(&jwt).send().await.expect(401);
    merge(&app, &other, &guest).await;
}

async fn every_fault_of_a_body_is_named(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let path = format!("/api/customers/{}/merge", id(&ada));
    let bodies = [
        json!({}),
        json!({"from": null}),
        json!({"from": "abc"}),
        json!({"from": 5, "dry_run": "yes"}),
        json!({"from": [], "dry_run": 0, "into": "x", "customer_id": ABSENT}),
        json!({"dry_run": true}),
    ];
    let table = answers(|| app.merchant("POST", &path), &bodies).await;
    insta::assert_snapshot!("faults_of_a_merge", table);
    let call = |path: &str| app.merchant("POST", path).json(&json!({"from": ABSENT}));
    call("/api/customers/abc/merge").send().await.assert(422, &malformed("customer_id", "abc"));
    call(&format!("{path}?dry_run=true")).send().await.expect(422);
    let with_null = json!({"from": ABSENT, "dry_run": null});
    let answer = app.merchant("POST", &path).json(&with_null).send().await;
    answer.assert(422, &value_error("from", "Customer does not exist.", &json!(ABSENT)));
    assert_eq!(found(&app, &ada).await, ada);
}
