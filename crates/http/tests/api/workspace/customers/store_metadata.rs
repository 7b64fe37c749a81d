//! `GET /api/customers/{customer_id}/store-metadata`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

use crate::workspace::support::{ABSENT, id, individual, malformed, not_found, shopper};

both_databases![
    it_is_what_the_shopper_keeps_and_apart_from_the_merchants,
    an_unknown_or_foreign_customer_is_not_found,
    a_query_is_refused,
];

async fn it_is_what_the_shopper_keeps_and_apart_from_the_merchants(app: TestApp) {
    let (jwt, customer) = shopper(&app, "grace@example.com").await;
    let path = format!("/api/customers/{}/store-metadata", id(&customer));
    app.merchant("GET", &path).send().await.assert(200, &json!({}));
    let kept = json!({"newsletter": true, "sizes": [38, "M"], "note": null});
    let update = app.shop("POST", "/store/customers/me").bearer(&jwt);
    update.json(&json!({"metadata": kept})).send().await.expect(200);
    app.merchant("GET", &path).send().await.assert(200, &kept);
    app.merchant("GET", &format!("{path}/")).send().await.assert(200, &kept);
    let seen = app.merchant("GET", &format!("/api/customers/{}", id(&customer))).send().await.expect(200);
    assert_eq!(seen["metadata"], json!({}), "the merchant's own");
}

async fn an_unknown_or_foreign_customer_is_not_found(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let path = |id: &str| format!("/api/customers/{id}/store-metadata");
    app.merchant("GET", &path(ABSENT)).send().await.assert(404, &not_found("Customer"));
    app.merchant("GET", &path("42")).send().await.assert(422, &malformed("customer_id", "42"));
    let other = app.other_workspace("other").await;
    let foreign = app.token_with(&other, "customers:read").await;
    let answer = app.call("GET", &path(id(&ada))).bearer(&foreign).send().await;
    answer.assert(404, &not_found("Customer"));
}

async fn a_query_is_refused(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let answer = app.merchant("GET", &format!("/api/customers/{}/store-metadata?a=b", id(&ada))).send().await;
    assert_eq!((answer.status, answer.json()["detail"][0]["loc"].clone()), (422, json!(["query", "a"])));
}
