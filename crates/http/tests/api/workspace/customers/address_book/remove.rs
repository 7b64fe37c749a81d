//! `DELETE` of an address.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::json;

use super::{add, addresses, billing_address, path};
use crate::workspace::support::{individual, not_found, session, shopper};

both_databases![a_removed_address_is_gone, with_a_default_its_flag_goes, of_sixteen_removals_one_removes,];

async fn a_removed_address_is_gone(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let (home, office) = (add(&app, &ada, &json!({})).await, add(&app, &ada, &json!({})).await);
    let answer = app.merchant("DELETE", &path(&home)).send().await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    for method in ["GET", "DELETE"] {
        app.merchant(method, &path(&home)).send().await.assert(404, &not_found("Address"));
    }
    let change = app.merchant("PATCH", &path(&home)).json(&json!({})).send().await;
    change.assert(404, &not_found("Address"));
    assert_eq!(addresses(&app, &ada).await, [office]);
}

async fn with_a_default_its_flag_goes(app: TestApp) {
    let (jwt, ada) = shopper(&app, "ada@example.com").await;
    let embedded = async || {
        session(&app, &json!({"customer_id": ada["id"]})).await["customer"]["billing_address"].clone()
    };
    let both = json!({"is_default_billing": true, "is_default_shipping": true, "country": "us"});
    let home = add(&app, &ada, &both).await;
    assert_eq!(embedded().await["country"], "US");
    let me = async || {
        app.shop("GET", "/store/customers/me").bearer(&jwt).send().await.expect(200)["customer"].clone()
    };
    assert_eq!(me().await["default_billing_address_id"], home["id"]);
    app.merchant("DELETE", &path(&home)).send().await.expect(204);
    let after = me().await;
    assert_eq!(
        [&after["default_billing_address_id"], &after["default_shipping_address_id"], &after["addresses"]],
        [&json!(null), &json!(null), &json!([])]
    );
    assert_eq!([billing_address(&app, &ada).await, embedded().await], [json!(null), json!(null)]);
    add(&app, &ada, &both).await;
    assert_eq!(billing_address(&app, &ada).await["country"], "US");
}

async fn of_sixteen_removals_one_removes(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let home = add(&app, &ada, &json!({"is_default_billing": true})).await;
    let other = app.another_server();
    let servers = [&app, &other];
    let remove = |n: usize| servers[n % 2].merchant("DELETE", &path(&home)).send();
    let answers = join_all((0..16).map(remove)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 204) {
        answer.assert(404, &not_found("Address"));
    }
}
