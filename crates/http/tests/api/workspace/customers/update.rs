//! `PATCH /api/customers/{customer_id}` and `…/external/{external_id}`

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use crate::workspace::support::{
    ABSENT, MALFORMED, NOW, answers, customer, fault, id, individual, malformed, members_of, not_found, team,
    value_error,
};

both_databases![
    every_field_can_be_changed,
    what_is_left_out_stays_and_null_clears,
    what_changes_nothing_leaves_the_time_of_the_last_change,
    a_customer_can_be_changed_by_external_id,
    another_spelling_of_the_email_keeps_it_verified,
    another_email_is_not_verified,
    the_owner_follows_the_email_and_stays_the_only_one,
    an_owner_with_an_address_of_their_own_keeps_it,
    an_email_that_another_member_has_is_refused,
    metadata_is_replaced_as_a_whole,
    an_external_id_is_given_once,
    a_team_stays_a_team,
    null_is_no_way_around_the_rules,
    a_billing_address_is_written_and_taken_off,
    every_fault_of_a_change_is_named,
    ac_05_fields_that_are_ours_are_not_changed,
    an_unknown_foreign_or_deleted_customer_is_not_found,
];

const LATER: &str = "2026-01-02T03:04:06.678Z";

pub(super) async fn change(app: &TestApp, customer: &Value, body: &Value) -> Answer {
    app.merchant("PATCH", &format!("/api/customers/{}", id(customer))).json(body).send().await
}

async fn shown(app: &TestApp, customer: &Value) -> Value {
    app.merchant("GET", &format!("/api/customers/{}", id(customer))).send().await.expect(200)
}

async fn every_field_can_be_changed(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    app.clock.advance(Duration::SECOND);
    let address = json!({
        "country": "US", "line1": "1 Market Street", "line2": null, "postal_code": "94105", "city": "San Francisco",
        "state": "US-CA",
    });
    let fields = json!({
        "email": "Ada@Shop.example", "type": "team", "external_id": "usr_1", "name": "Ada Lovelace",
        "billing_address": address, "avatar_url": "https://example.com/ada.png", "metadata": {"plan": "gold"},
    });
    let mut expected = ada.clone();
    for (field, value) in fields.as_object().unwrap() {
        expected[field] = value.clone();
    }
    expected["modified_at"] = json!(LATER);
    change(&app, &ada, &fields).await.assert(200, &expected);
    assert_eq!(shown(&app, &ada).await, expected);
}

async fn what_is_left_out_stays_and_null_clears(app: TestApp) {
    let new = json!({
        "email": "ada@example.com", "external_id": "usr_1", "name": "Ada", "avatar_url": "https://example.com/a.png",
        "metadata": {"plan": "gold"}, "billing_address": {"country": "FR"},
    });
    let mut expected = customer(&app, &new).await;
    app.clock.advance(Duration::SECOND);
    expected["modified_at"] = json!(LATER);
    for (field, sent, cleared) in [
        ("name", json!(null), json!(null)),
        ("avatar_url", json!(null), json!(null)),
        ("metadata", json!(null), json!({})),
        ("billing_address", json!(null), json!(null)),
        ("name", json!("Grace"), json!("Grace")),
        ("name", json!(" \t"), json!(null)),
    ] {
        expected[field] = cleared;
        change(&app, &expected, &json!({field: sent})).await.assert(200, &expected);
    }
}

async fn what_changes_nothing_leaves_the_time_of_the_last_change(app: TestApp) {
    let new = json!({
        "email": "ada@example.com", "external_id": "usr_1", "name": "Ada", "metadata": {"a": 1.5, "b": true},
        "billing_address": {"country": "US", "state": "US-CA", "line1": "1 Main St"}, "type": "team",
    });
    let ada = customer(&app, &new).await;
    app.clock.advance(Duration::SECOND);
    for body in [json!({}), json!({"avatar_url": null}), new] {
        change(&app, &ada, &body).await.assert(200, &ada);
    }
    assert_eq!(members_of(&app, &ada).await[0]["modified_at"], json!(null));
    let bob = individual(&app, "bob@example.com").await;
    let nothing = json!({"external_id": "", "billing_address": null, "name": null, "metadata": {}, "type": "individual"});
    change(&app, &bob, &nothing).await.assert(200, &bob);
}

async fn a_customer_can_be_changed_by_external_id(app: TestApp) {
    let mut ada = customer(&app, &json!({"email": "ada@example.com", "external_id": "org/1 %2F"})).await;
    let path = "/api/customers/external/org%2F1%20%252F";
    app.clock.advance(Duration::SECOND);
    (ada["name"], ada["modified_at"]) = (json!("Ada"), json!(LATER));
    app.merchant("PATCH", path).json(&json!({"name": "Ada"})).send().await.assert(200, &ada);
    assert_eq!(shown(&app, &ada).await, ada);
    let nobody = app.merchant("PATCH", "/api/customers/external/nobody").json(&json!({"name": "Ada"}));
    nobody.send().await.assert(404, &not_found("Customer"));
}

async fn another_spelling_of_the_email_keeps_it_verified(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    verify(&app, &ada);
    app.clock.advance(Duration::SECOND);
    let changed = change(&app, &ada, &json!({"email": " ADA@Example.COM "})).await.expect(200);
    assert_eq!(
        [&changed["email"], &changed["email_verified"], &changed["modified_at"]],
        [&json!("ADA@Example.COM"), &json!(true), &json!(LATER)]
    );
    let owner = &members_of(&app, &ada).await[0];
    assert_eq!([&owner["email"], &owner["modified_at"]], [&json!("ADA@Example.COM"), &json!(LATER)]);
}

async fn another_email_is_not_verified(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    verify(&app, &ada);
    let changed = change(&app, &ada, &json!({"email": "ada@shop.example"})).await.expect(200);
    assert_eq!([&changed["email"], &changed["email_verified"]], [&json!("ada@shop.example"), &json!(false)]);
    individual(&app, "ada@example.com").await;
}

/// What nothing in the API says yet: the customer has shown to read the mailbox.
fn verify(app: &TestApp, customer: &Value) {
    use anteroom_store::StoreExt;
    let (workspace, id) = (app.workspace.id, id(customer).parse().unwrap());
    let verify = app.store().write(|unit| {
        let mut customer = unit.customer_for_update(workspace, id)?.unwrap();
        customer.email_verified = true;
        unit.update_customer(&customer)
    });
    assert!(verify.unwrap());
}

async fn the_owner_follows_the_email_and_stays_the_only_one(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    change(&app, &ada, &json!({"email": "new@example.com"})).await.expect(200);
    let members = members_of(&app, &ada).await;
    assert_eq!((members.len(), &members[0]["email"]), (1, &json!("new@example.com")));
    let session = json!({"customer_id": ada["id"]});
    app.merchant("POST", "/api/customer-sessions").json(&session).send().await.expect(201);
    let add = json!({"customer_id": ada["id"], "email": "new@example.com"});
    app.merchant("POST", "/api/members").json(&add).send().await.assert(201, &members[0]);
    assert_eq!(members_of(&app, &ada).await, members);
}

async fn an_owner_with_an_address_of_their_own_keeps_it(app: TestApp) {
    let new = json!({"email": "team@example.com", "type": "team", "owner": {"email": "boss@example.com"}});
    let team = customer(&app, &new).await;
    let members = members_of(&app, &team).await;
    change(&app, &team, &json!({"email": "new@example.com"})).await.expect(200);
    assert_eq!(members_of(&app, &team).await, members);
}

async fn an_email_that_another_member_has_is_refused(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let add = json!({"customer_id": team["id"], "email": "grace@example.com"});
    app.merchant("POST", "/api/members").json(&add).send().await.expect(201);
    let msg = "A member with this email address already exists.";
    let expected = value_error("email", msg, &json!("Grace@example.com"));
    let body = json!({"email": "Grace@example.com", "name": "Grace"});
    change(&app, &team, &body).await.assert(422, &expected);
    assert_eq!(shown(&app, &team).await, team);
}

async fn metadata_is_replaced_as_a_whole(app: TestApp) {
    let new = json!({"email": "ada@example.com", "metadata": {"plan": "gold", "seats": 5}});
    let ada = customer(&app, &new).await;
    let sent = json!({"seats": 6, "beta": true});
    let changed = change(&app, &ada, &json!({"metadata": sent})).await.expect(200);
    assert_eq!(changed["metadata"], sent);
    assert_eq!(shown(&app, &ada).await["metadata"], sent);
}

async fn an_external_id_is_given_once(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let given = change(&app, &ada, &json!({"external_id": "usr_1"})).await.expect(200);
    assert_eq!(given["external_id"], "usr_1");
    change(&app, &ada, &json!({"external_id": " usr_1 "})).await.assert(200, &given);
    for (sent, input) in
        [(json!("usr_2"), json!("usr_2")), (json!(null), json!(null)), (json!(" "), json!(null))]
    {
        let expected = value_error("external_id", "Customer external ID cannot be updated.", &input);
        change(&app, &ada, &json!({"external_id": sent})).await.assert(422, &expected);
    }
    app.merchant("GET", "/api/customers/external/usr_1").send().await.assert(200, &given);
}

async fn a_team_stays_a_team(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    change(&app, &ada, &json!({"type": "individual"})).await.assert(200, &ada);
    assert_eq!(change(&app, &ada, &json!({"type": "team"})).await.expect(200)["type"], "team");
    change(&app, &ada, &json!({"type": "team"})).await.expect(200);
    let msg = "Customer type cannot be downgraded from 'team' to 'individual'.";
    let expected = value_error("type", msg, &json!("individual"));
    change(&app, &ada, &json!({"type": "individual"})).await.assert(422, &expected);
}

async fn null_is_no_way_around_the_rules(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    for field in ["type", "email"] {
        let expected =
            fault("string_type", &json!(["body", field]), "Input should be a valid string", &json!(null));
        change(&app, &team, &json!({field: null})).await.assert(422, &expected);
    }
    assert_eq!(shown(&app, &team).await, team);
}

async fn a_billing_address_is_written_and_taken_off(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    for (country, sent, state) in [
        ("us", "CA", "US-CA"),
        ("CA", "NT", "CA-NT"),
        ("CA", "nu", "CA-NU"),
        ("CA", "CA-YT", "CA-YT"),
        ("FR", "AURA", "AURA"),
    ] {
        let body = json!({"billing_address": {"country": country, "state": sent}});
        let changed = change(&app, &ada, &body).await.expect(200);
        assert_eq!(changed["billing_address"]["state"], state);
    }
    let cleared = change(&app, &ada, &json!({"billing_address": null})).await.expect(200);
    assert_eq!(cleared["billing_address"], json!(null));
    // The flag was taken off; the address stays in the book.
    let mut unit = app.store().begin(anteroom_store::Mode::Read).unwrap();
    let book = unit.addresses(id(&ada).parse().unwrap()).unwrap();
    assert_eq!(book.iter().map(|address| address.is_default_billing).collect::<Vec<_>>(), [false]);
}

async fn every_fault_of_a_change_is_named(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let path = format!("/api/customers/{}", id(&ada));
    let table = answers(
        || app.merchant("PATCH", &path),
        &[
            json!({"email": "ada"}),
            json!({"email": 5, "name": 5, "type": "company", "external_id": ["x"], "avatar_url": "ftp://x"}),
            json!({"name": "ж".repeat(257)}),
            json!({"billing_address": {"country": 5}}),
            json!({"billing_address": {"country": null}}),
            json!({"billing_address": {"country": "US", "state": "QC"}}),
            json!({"billing_address": "Main Street 1", "metadata": [1]}),
            json!({"metadata": {"a": null, "b": {}, "c": "x".repeat(501), "k".repeat(41): 1}}),
            json!({"owner": {"name": "Boss"}, "typo": 1, "email": "x"}),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_a_changed_customer", table);
    let query = app.merchant("PATCH", &format!("{path}?name=x")).json(&json!({})).send().await;
    let loc = json!(["query", "name"]);
    query.assert(422, &fault("extra_forbidden", &loc, "Extra inputs are not permitted", &json!(null)));
    app.merchant("PATCH", &path)
        .send()
        .await
        .assert(422, &fault("missing", &json!(["body"]), "Field required", &json!(null)));
    assert_eq!(shown(&app, &ada).await, ada);
}

async fn ac_05_fields_that_are_ours_are_not_changed(app: TestApp) {
    let ada = customer(&app, &json!({"email": "ada@example.com", "external_id": "usr_1"})).await;
    let paths = [format!("/api/customers/{}", id(&ada)), "/api/customers/external/usr_1".to_owned()];
    for (field, value) in [
        ("id", json!(ABSENT)),
        ("workspace_id", json!(ABSENT)),
        ("email_verified", json!(true)),
        ("created_at", json!("2020-01-01T00:00:00Z")),
        ("modified_at", json!(NOW)),
        ("deleted_at", json!(NOW)),
        ("disabled_at", json!(null)),
        ("has_account", json!(true)),
        ("store_metadata", json!({})),
        ("billing_name", json!("Ada")),
    ] {
        let loc = json!(["body", field]);
        let expected = fault("extra_forbidden", &loc, "Extra inputs are not permitted", &json!(null));
        for path in &paths {
            app.merchant("PATCH", path)
                .json(&json!({"name": "Ada", field: value}))
                .send()
                .await
                .assert(422, &expected);
        }
    }
    assert_eq!(shown(&app, &ada).await, ada);
}

async fn an_unknown_foreign_or_deleted_customer_is_not_found(app: TestApp) {
    let ada = customer(&app, &json!({"email": "ada@example.com", "external_id": "usr_1"})).await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customers:write").await;
    let body = json!({"name": "Mallory"});
    for path in [format!("/api/customers/{}", id(&ada)), "/api/customers/external/usr_1".to_owned()] {
        let foreign = app.call("PATCH", &path).bearer(&rivals).json(&body).send().await;
        foreign.assert(404, &not_found("Customer"));
    }
    assert_eq!(shown(&app, &ada).await, ada);
    let absent = app.merchant("PATCH", &format!("/api/customers/{ABSENT}")).json(&body).send().await;
    absent.assert(404, &not_found("Customer"));
    for text in MALFORMED {
        let path = format!("/api/customers/{}", text.replace('{', "%7B").replace('}', "%7D"));
        app.merchant("PATCH", &path).json(&body).send().await.assert(422, &malformed("customer_id", text));
    }
    app.merchant("DELETE", &format!("/api/customers/{}", id(&ada))).send().await.expect(204);
    change(&app, &ada, &body).await.assert(404, &not_found("Customer"));
}
