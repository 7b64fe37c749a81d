//! `/api/customer-portal`: what a customer session's token opens.

use anteroom_app::{CustomerRef, NewAddress, Once};
use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::text::Line;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::support::{
    NOW, answers, customer, id, individual, member, members_enabled, members_of, session, session_token,
    team, text, value_error,
};

both_databases![
    a_session_tells_its_end_and_the_way_back,
    a_member_learns_who_acts,
    a_customer_learns_who_acts,
    the_customer_is_shown_to_its_holder,
    the_holder_changes_names_and_address,
    null_and_blank_clear,
    what_changes_nothing_leaves_the_time_of_the_last_change,
    a_billing_address_is_changed_in_place_unless_parcels_go_there_too,
    an_address_book_holds_200,
    ac_04_a_plain_member_reads_and_does_not_write,
    ac_04_a_billing_manager_writes,
    every_fault_of_a_change_is_named,
    a_session_ends_for_its_holder_at_its_moment,
];

const INTROSPECT: &str = "/api/customer-portal/customer-session/introspect";
const USER: &str = "/api/customer-portal/customer-session/user";
const ME: &str = "/api/customer-portal/customers/me";

async fn get(app: &TestApp, path: &str, token: &str) -> Value {
    app.get(path).bearer(token).send().await.expect(200)
}

async fn change(app: &TestApp, token: &str, body: &Value) -> Value {
    app.call("PATCH", ME).bearer(token).json(body).send().await.expect(200)
}

async fn token_of(app: &TestApp, customer: &Value, member: &Value) -> String {
    let body = json!({"customer_id": customer["id"], "member_id": member["id"]});
    text(&session(app, &body).await["token"]).to_owned()
}

async fn a_session_tells_its_end_and_the_way_back(app: TestApp) {
    for members in [true, false] {
        members_enabled(&app, members).await;
        let ada = individual(&app, &format!("ada-{members}@example.com")).await;
        let body = json!({"customer_id": ada["id"], "return_url": "https://shop.example/x"});
        let opened = session(&app, &body).await;
        assert_eq!(
            get(&app, INTROSPECT, text(&opened["token"])).await,
            json!({"expires_at": "2026-01-02T04:04:05.678Z", "return_url": "https://shop.example/x"})
        );
        let plain = session_token(&app, &ada).await;
        assert_eq!(get(&app, INTROSPECT, &plain).await["return_url"], json!(null));
    }
}

async fn a_member_learns_who_acts(app: TestApp) {
    let team = customer(&app, &json!({"email": "team@example.com", "name": "Team", "type": "team"})).await;
    let new = json!({"customer_id": team["id"], "email": "Bob@example.com", "role": "billing_manager"});
    let bob = member(&app, &new).await;
    assert_eq!(
        get(&app, USER, &token_of(&app, &team, &bob).await).await,
        json!({
            "type": "member", "name": null, "email": "Bob@example.com", "customer_id": team["id"],
            "member_id": bob["id"], "role": "billing_manager",
        })
    );
    let members = members_of(&app, &team).await;
    let owner = members.iter().find(|member| member["role"] == "owner").unwrap();
    let user = get(&app, USER, &token_of(&app, &team, owner).await).await;
    assert_eq!([&user["name"], &user["role"]], [&json!("Team"), &json!("owner")]);
}

async fn a_customer_learns_who_acts(app: TestApp) {
    members_enabled(&app, false).await;
    let ada = customer(&app, &json!({"email": "ada@example.com", "name": "Ada"})).await;
    assert_eq!(
        get(&app, USER, &session_token(&app, &ada).await).await,
        json!({
            "type": "customer", "name": "Ada", "email": "ada@example.com", "customer_id": ada["id"],
            "member_id": null, "role": null,
        })
    );
}

async fn the_customer_is_shown_to_its_holder(app: TestApp) {
    let address = json!({"country": "US", "state": "CA", "city": "Palo Alto"});
    let new =
        json!({"email": "ada@example.com", "name": "Ada", "metadata": {"a": 1}, "billing_address": address});
    let ada = customer(&app, &new).await;
    assert_eq!(
        get(&app, ME, &session_token(&app, &ada).await).await,
        json!({
            "id": ada["id"], "created_at": NOW, "modified_at": null, "email": "ada@example.com",
            "email_verified": false, "name": "Ada", "billing_name": "Ada",
            "billing_address": {
                "country": "US", "line1": null, "line2": null, "postal_code": null, "city": "Palo Alto",
                "state": "US-CA",
            },
            "oauth_accounts": {}, "type": "individual",
        })
    );
}

async fn the_holder_changes_names_and_address(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let token = session_token(&app, &ada).await;
    app.clock.advance(Duration::SECOND);
    let address = json!({"country": "ca", "state": "on", "line1": "1 Main St", "postal_code": "K1A 0B1"});
    let body =
        json!({"name": " Ada Lovelace ", "billing_name": "Analytical Engines", "billing_address": address});
    let expected = json!({
        "id": ada["id"], "created_at": NOW, "modified_at": "2026-01-02T03:04:06.678Z", "email": "ada@example.com",
        "email_verified": false, "name": "Ada Lovelace", "billing_name": "Analytical Engines",
        "billing_address": {
            "country": "CA", "line1": "1 Main St", "line2": null, "postal_code": "K1A 0B1", "city": null,
            "state": "CA-ON",
        },
        "oauth_accounts": {}, "type": "individual",
    });
    assert_eq!(change(&app, &token, &body).await, expected);
    assert_eq!(get(&app, ME, &token).await, expected);
    let seen = app.merchant("GET", &format!("/api/customers/{}", id(&ada))).send().await.expect(200);
    assert_eq!([&seen["name"], &seen["billing_address"]], [&expected["name"], &expected["billing_address"]]);
    let moved = change(&app, &token, &json!({"billing_address": {"country": "FR"}})).await;
    assert_eq!(moved["billing_address"]["line1"], json!(null), "an address is replaced as a whole");
    assert_eq!([&moved["name"], &moved["billing_name"]], [&expected["name"], &expected["billing_name"]]);
}

async fn null_and_blank_clear(app: TestApp) {
    let new = json!({"email": "ada@example.com", "name": "Ada", "billing_address": {"country": "FR"}});
    let ada = customer(&app, &new).await;
    let token = session_token(&app, &ada).await;
    change(&app, &token, &json!({"billing_name": "Analytical Engines"})).await;
    let cleared = change(&app, &token, &json!({"billing_name": null, "billing_address": null})).await;
    assert_eq!([&cleared["billing_name"], &cleared["billing_address"]], [&json!("Ada"), &json!(null)]);
    let cleared = change(&app, &token, &json!({"name": "  "})).await;
    assert_eq!([&cleared["name"], &cleared["billing_name"]], [&json!(null), &json!(null)]);
    assert_eq!(get(&app, ME, &token).await, cleared);
}

async fn what_changes_nothing_leaves_the_time_of_the_last_change(app: TestApp) {
    let address = json!({"country": "US", "state": "CA"});
    let new = json!({"email": "ada@example.com", "name": "Ada", "billing_address": address});
    let ada = customer(&app, &new).await;
    let token = session_token(&app, &ada).await;
    let before = get(&app, ME, &token).await;
    app.clock.advance(Duration::SECOND);
    for body in [
        json!({}),
        json!({"name": "Ada"}),
        json!({"billing_name": null}),
        json!({"billing_address": address}),
    ] {
        assert_eq!(change(&app, &token, &body).await, before, "{body}");
    }
    let access = app.app.authenticate_portal_token(&token).await.unwrap();
    assert_eq!(
        app.app.portal_addresses(&access).await.unwrap().len(),
        1,
        "the same address is not kept twice"
    );
}

async fn a_billing_address_is_changed_in_place_unless_parcels_go_there_too(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let token = session_token(&app, &ada).await;
    let lines = async || {
        let which = CustomerRef::Id(id(&ada).parse().unwrap());
        let customer = app.app.customer(app.workspace.id, which).await.unwrap().customer;
        let book = app.app.shopper((&customer).into()).await.unwrap().addresses;
        let line = |address: &Address| address.postal.address_1.as_ref().unwrap().to_string();
        book.iter().map(|address| (line(address), address.is_default_billing)).collect::<Vec<_>>()
    };
    let address = |line: &str| json!({"billing_address": {"country": "FR", "line1": line}});
    change(&app, &token, &address("1 rue Ada")).await;
    change(&app, &token, &address("2 rue Ada")).await;
    assert_eq!(lines().await, [("2 rue Ada".to_owned(), true)]);
    let which = CustomerRef::Id(id(&ada).parse().unwrap());
    let customer = app.app.customer(app.workspace.id, which).await.unwrap().customer;
    let postal = PostalAddress { address_1: Line::parse("3 rue Ada").unwrap(), ..PostalAddress::default() };
    let new =
        NewAddress { postal, is_default_shipping: true, is_default_billing: true, ..NewAddress::default() };
    // The book is in the order in which it was filled.
    app.clock.advance(Duration::SECOND);
    app.app.add_address((&customer).into(), new, Once::unrepeated()).await.unwrap();
    app.clock.advance(Duration::SECOND);
    change(&app, &token, &address("4 rue Ada")).await;
    let kept = [("2 rue Ada", false), ("3 rue Ada", false), ("4 rue Ada", true)];
    assert_eq!(lines().await, kept.map(|(line, flag)| (line.to_owned(), flag)));
}

async fn an_address_book_holds_200(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let token = session_token(&app, &ada).await;
    let which = CustomerRef::Id(id(&ada).parse().unwrap());
    let customer = app.app.customer(app.workspace.id, which).await.unwrap().customer;
    for _ in 0..200 {
        app.app.add_address((&customer).into(), NewAddress::default(), Once::unrepeated()).await.unwrap();
    }
    let address = json!({"billing_address": {"country": "FR", "line1": "1 rue Ada"}});
    let full = app.call("PATCH", ME).bearer(&token).json(&address).send().await;
    full.assert(
        422,
        &value_error("billing_address", "A customer can have at most 200 addresses.", &json!(null)),
    );
    assert_eq!(get(&app, ME, &token).await["billing_address"], json!(null));
}

async fn ac_04_a_plain_member_reads_and_does_not_write(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "bob@example.com"})).await;
    let token = token_of(&app, &team, &bob).await;
    let before = get(&app, ME, &token).await;
    let expected = json!({
        "error": "NotPermitted", "detail": "Only the customer's owner or a billing manager may change this.",
    });
    let answer = app.call("PATCH", ME).bearer(&token).json(&json!({"name": "Bob's"})).send().await;
    answer.assert(403, &expected);
    assert_eq!(get(&app, ME, &token).await, before);
}

async fn ac_04_a_billing_manager_writes(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let new = json!({"customer_id": team["id"], "email": "bob@example.com", "role": "billing_manager"});
    let bob = member(&app, &new).await;
    let token = token_of(&app, &team, &bob).await;
    assert_eq!(change(&app, &token, &json!({"name": "Team"})).await["name"], "Team");
}

async fn every_fault_of_a_change_is_named(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let token = session_token(&app, &ada).await;
    let before = get(&app, ME, &token).await;
    let bodies = [
        json!({"name": 5}),
        json!({"name": "x\ny"}),
        json!({"billing_name": ["x"]}),
        json!({"billing_address": "x"}),
        json!({"billing_address": {}}),
        json!({"billing_address": {"country": null}}),
        json!({"billing_address": {"country": "US", "state": "QC", "typo": 1}}),
        json!({"email": "new@example.com", "email_verified": true, "type": "team", "oauth_accounts": {}}),
        json!({"metadata": {}, "external_id": "x", "id": "y", "deleted_at": null}),
        json!({"name": "Good", "billing_address": {"country": 5}}),
    ];
    let table = answers(|| app.call("PATCH", ME).bearer(&token), &bodies).await;
    insta::assert_snapshot!("faults_of_me", table);
    assert_eq!(get(&app, ME, &token).await, before);
}

async fn a_session_ends_for_its_holder_at_its_moment(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let token = session_token(&app, &ada).await;
    app.clock.advance(Duration::HOUR - Duration::microseconds(1));
    for path in [INTROSPECT, USER, ME] {
        get(&app, path, &token).await;
    }
    app.clock.advance(Duration::microseconds(1));
    for path in [INTROSPECT, USER, ME] {
        assert_eq!(app.get(path).bearer(&token).send().await.expect(401)["error"], "invalid_token");
    }
}
