//! `GET /api/customers/{customer_id}/state` and `…/external/{external_id}/state`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::update::change;
use crate::workspace::support::{
    ABSENT, customer, id, malformed, member, members_enabled, members_of, not_found, session, shopper,
};

both_databases![
    a_state_is_the_customer_with_all_that_belongs_to_it,
    a_shoppers_state_counts_its_sign_ins_and_shows_its_addresses,
    where_there_are_no_members_the_customer_itself_acts,
    a_state_is_never_stale,
    an_unknown_foreign_or_deleted_customer_is_not_found,
];

async fn state(app: &TestApp, customer: &Value) -> Value {
    app.merchant("GET", &format!("/api/customers/{}/state", id(customer))).send().await.expect(200)
}

async fn a_state_is_the_customer_with_all_that_belongs_to_it(app: TestApp) {
    let new = json!({
        "email": "team@example.com", "type": "team", "external_id": "org/1", "name": "Team", "metadata": {"a": 1.5},
        "billing_address": {"country": "FR", "city": "Paris"},
    });
    let team = customer(&app, &new).await;
    let grace = member(&app, &json!({"customer_id": team["id"], "email": "grace@example.com"})).await;
    for _ in 0..2 {
        session(&app, &json!({"customer_id": team["id"], "member_id": grace["id"]})).await;
    }
    let mut members = members_of(&app, &team).await;
    members.sort_by(|one, other| id(one).cmp(id(other)));
    let mut expected = team.clone();
    let more = json!({
        "shipping_address": null, "has_account": false, "disabled_at": null, "members": members,
        "sessions": {"customer": 0, "member": 2, "store": 0},
    });
    expected.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    for path in
        [format!("/api/customers/{}/state", id(&team)), "/api/customers/external/org%2F1/state/".to_owned()]
    {
        app.merchant("GET", &path).send().await.assert(200, &expected);
    }
}

async fn a_shoppers_state_counts_its_sign_ins_and_shows_its_addresses(app: TestApp) {
    let (jwt, ada) = shopper(&app, "ada@example.com").await;
    for (line, shipping) in [("1 Main St", true), ("2 Main St", false)] {
        let address = json!({
            "address_1": line, "country_code": "us", "province": "us-ca", "is_default_shipping": shipping,
            "is_default_billing": !shipping,
        });
        let add = app.shop("POST", "/store/customers/me/addresses").bearer(&jwt).json(&address);
        add.send().await.expect(200);
    }
    let state = state(&app, &ada).await;
    let address = |line: &str| -> Value {
        json!({"country": "US", "line1": line, "line2": null, "postal_code": null, "city": null, "state": "US-CA"})
    };
    assert_eq!(
        [&state["billing_address"], &state["shipping_address"]],
        [&address("2 Main St"), &address("1 Main St")]
    );
    assert_eq!(
        [&state["has_account"], &state["sessions"]],
        [&json!(true), &json!({"customer": 0, "member": 0, "store": 2})]
    );
}

async fn where_there_are_no_members_the_customer_itself_acts(app: TestApp) {
    let ada = customer(&app, &json!({"email": "ada@example.com"})).await;
    members_enabled(&app, false).await;
    session(&app, &json!({"customer_id": ada["id"]})).await;
    let state = state(&app, &ada).await;
    assert_eq!(
        [&state["members"], &state["sessions"]],
        [&json!([]), &json!({"customer": 1, "member": 0, "store": 0})]
    );
}

async fn a_state_is_never_stale(app: TestApp) {
    let ada = customer(&app, &json!({"email": "ada@example.com"})).await;
    let other = app.another_server();
    for n in 0..5 {
        let (here, there) = if n % 2 == 0 { (&app, &other) } else { (&other, &app) };
        let name = format!("Ada {n}");
        change(here, &ada, &json!({"name": name})).await.expect(200);
        session(here, &json!({"customer_id": ada["id"]})).await;
        for server in [here, there] {
            let state = state(server, &ada).await;
            assert_eq!([&state["name"], &state["sessions"]["member"]], [&json!(name), &json!(n + 1)]);
        }
    }
}

async fn an_unknown_foreign_or_deleted_customer_is_not_found(app: TestApp) {
    let ada = customer(&app, &json!({"email": "ada@example.com", "external_id": "usr_1"})).await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customers:read").await;
    let paths =
        [format!("/api/customers/{}/state", id(&ada)), "/api/customers/external/usr_1/state".to_owned()];
    for path in &paths {
        app.get(path).bearer(&rivals).send().await.assert(404, &not_found("Customer"));
        app.merchant("GET", &format!("{path}?fields=name")).send().await.expect(422);
    }
    let absent = app.merchant("GET", &format!("/api/customers/{ABSENT}/state")).send().await;
    absent.assert(404, &not_found("Customer"));
    let bad = app.merchant("GET", "/api/customers/abc/state").send().await;
    bad.assert(422, &malformed("customer_id", "abc"));
    app.merchant("DELETE", &format!("/api/customers/{}", id(&ada))).send().await.expect(204);
    for path in &paths {
        app.merchant("GET", path).send().await.assert(404, &not_found("Customer"));
    }
}
