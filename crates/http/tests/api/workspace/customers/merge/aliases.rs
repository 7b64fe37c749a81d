//! The names of a customer that has gone up in another.

use anteroom_http::{Who, routes};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{found, merge};
use crate::workspace::objects::{Document, Objects, parameters};
use crate::workspace::support::{
    ABSENT, customer, id, individual, member, members_of, not_found, session, value_error,
};

both_databases![
    a_merged_id_stands_for_the_survivor_in_every_path,
    a_merged_external_id_stands_for_the_survivor_in_every_path,
    a_merged_name_stands_for_the_survivor_in_bodies_and_filters,
    a_name_that_leads_to_somebody_is_taken_and_an_email_is_free,
    a_deleted_survivor_takes_its_names_along,
    what_is_remembered_under_a_merged_name_follows_the_survivor,
    a_name_leads_nowhere_in_another_workspace,
    deleting_by_a_merged_name_deletes_the_survivor,
    what_was_answered_before_is_answered_again_until_the_survivor_is_erased,
];

/// Whether every route with that parameter takes the name of one who has gone up for the survivor's: it answers otherwise
/// than for nobody's, and does the same as for the survivor's own.
async fn assert_stands_for_the_survivor(app: &TestApp, parameter: &'static str) {
    let document = Document::of(app).await;
    let mut seen = 0;
    let mut all: Vec<_> = routes().filter(|route| matches!(route.who, Who::Merchant(_))).collect();
    // What makes nobody somebody comes last.
    all.sort_by_key(|route| route.method == "PUT");
    for (n, route) in all.into_iter().enumerate() {
        if !parameters(route.path).any(|name| name == parameter) {
            continue;
        }
        let what = format!("{} {}", route.method, route.path);
        let mut statuses = Vec::new();
        for round in ["by-its-name", "by-its-own"] {
            let objects = Objects::of(app, &app.workspace, &app.token, &format!("{round}-{n}")).await;
            let (gone_name, name) = (format!("gone-{round}-{n}"), objects.get("customer_id"));
            let gone = json!({"email": format!("{gone_name}@example.com"), "external_id": gone_name, "type": "team"});
            let gone = customer(app, &gone).await;
            merge(app, &gone, &json!({"id": name})).await;
            let other = if parameter == "customer_id" { id(&gone) } else { &gone_name };
            let called =
                if round == "by-its-name" { objects.clone().with(parameter, other) } else { objects };
            let call = document.call_as(app, route, &called.path(route), &format!("{round}-{n}@put.example"));
            statuses.push(call.bearer(&app.token).send().await.status);
        }
        assert!(statuses[0] == statuses[1] && statuses[0] != 404, "{what} gave {statuses:?}");
        let nobody = Objects::of(app, &app.workspace, &app.token, &format!("nobody-{n}")).await.nobodys();
        let call = document.call_as(app, route, &nobody.path(route), &format!("nobody-{n}@put.example"));
        assert!(matches!(call.bearer(&app.token).send().await.status, 404 | 201), "{what}");
        seen += 1;
    }
    assert!(seen >= 2, "{seen} routes");
}

async fn a_merged_id_stands_for_the_survivor_in_every_path(app: TestApp) {
    assert_stands_for_the_survivor(&app, "customer_id").await;
}

async fn a_merged_external_id_stands_for_the_survivor_in_every_path(app: TestApp) {
    assert_stands_for_the_survivor(&app, "external_id").await;
}

/// Ada, who has gone up in Bob.
async fn ada_in_bob(app: &TestApp) -> (Value, Value) {
    let (ada, bob) = super::ada_and_bob(app).await;
    merge(app, &ada, &bob).await;
    let bob = found(app, &bob).await;
    (ada, bob)
}

async fn a_merged_name_stands_for_the_survivor_in_bodies_and_filters(app: TestApp) {
    let (ada, bob) = ada_in_bob(&app).await;
    let body = json!({"customer_id": ada["id"]});
    for body in [&body, &json!({"external_customer_id": "usr_a"}), &body] {
        let opened = session(&app, body).await;
        assert_eq!((&opened["customer_id"], &opened["customer"]), (&bob["id"], &bob));
    }
    let total =
        async |path: &str| app.merchant("GET", path).send().await.expect(200)["meta"]["total"].clone();
    for path in ["/api/customer-sessions", "/api/members"] {
        let by_own = total(&format!("{path}?customer_id={}", id(&bob))).await;
        assert!(by_own.as_u64() > Some(0), "{path}");
        for (query, is_found) in [
            (format!("customer_id={}", id(&ada)), true),
            ("external_customer_id=usr_a".to_owned(), true),
            ("external_customer_id=usr_b".to_owned(), true),
            (format!("customer_id={}&external_customer_id=usr_a", id(&ada)), true),
            (format!("customer_id={}&external_customer_id=usr_a", id(&bob)), true),
            (format!("customer_id={}&external_customer_id=usr_b", id(&ada)), true),
            (format!("customer_id={}&external_customer_id=nobody", id(&ada)), false),
            (format!("customer_id={ABSENT}&external_customer_id=usr_a"), false),
        ] {
            let expected = if is_found { by_own.clone() } else { json!(0) };
            assert_eq!(total(&format!("{path}?{query}")).await, expected, "{path}?{query}");
        }
    }
    for name in ["usr_a", "usr_b"] {
        let listed =
            app.merchant("GET", &format!("/api/customers?external_id={name}")).send().await.expect(200);
        assert_eq!((&listed["data"], &listed["meta"]["total"]), (&json!([bob]), &json!(1)));
    }
    let owner = members_of(&app, &bob).await[0].clone();
    let existing = json!({"customer_id": ada["id"], "email": "bob@example.com"});
    assert_eq!(member(&app, &existing).await, owner);
    let carol = individual(&app, "carol@example.com").await;
    let answer = app.merchant("POST", &format!("/api/customers/{}/merge", id(&carol)));
    let answer = answer.json(&json!({"from": ada["id"]})).send().await.expect(200);
    assert_eq!(answer["merged_id"], bob["id"]);
}

async fn a_name_that_leads_to_somebody_is_taken_and_an_email_is_free(app: TestApp) {
    let (_, bob) = ada_in_bob(&app).await;
    let new = |email: &str| json!({"email": email, "external_id": "usr_a"});
    let taken =
        value_error("external_id", "A customer with this external ID already exists.", &json!("usr_a"));
    app.merchant("POST", "/api/customers").json(&new("a@example.com")).send().await.assert(422, &taken);
    let both = app.merchant("POST", "/api/customers").json(&new("bob@example.com")).send().await.expect(422);
    assert_eq!(both["detail"].as_array().unwrap().len(), 2);
    individual(&app, "ada@example.com").await;
    assert_eq!(found(&app, &bob).await, bob);
}

async fn a_deleted_survivor_takes_its_names_along(app: TestApp) {
    for anonymize in [false, true] {
        let (ada, bob) = ada_in_bob(&app).await;
        let path = format!("/api/customers/{}?anonymize={anonymize}", id(&bob));
        app.merchant("DELETE", &path).send().await.expect(204);
        for path in [format!("/api/customers/{}", id(&ada)), "/api/customers/external/usr_a".to_owned()] {
            for method in ["GET", "DELETE"] {
                app.merchant(method, &path).send().await.assert(404, &not_found("Customer"));
            }
        }
        let erase = format!("/api/customers/{}?anonymize=true", id(&ada));
        app.merchant("DELETE", &erase).send().await.assert(404, &not_found("Customer"));
        let body = json!({"customer_id": ada["id"]});
        app.merchant("POST", "/api/customer-sessions").json(&body).send().await.expect(422);
        let names = json!({"email": "heir@example.com", "external_id": "usr_a"});
        let heir = customer(&app, &names).await;
        app.merchant("DELETE", &format!("/api/customers/{}", id(&heir))).send().await.expect(204);
    }
}

async fn what_is_remembered_under_a_merged_name_follows_the_survivor(app: TestApp) {
    let (ada, bob) = ada_in_bob(&app).await;
    let names = [json!({"customer_id": ada["id"]}), json!({"external_customer_id": "usr_a"})];
    let opened_for = async |survivor: &Value| {
        for body in names.iter().chain(&names) {
            assert_eq!(session(&app, body).await["customer"], *survivor);
        }
    };
    opened_for(&bob).await;
    let carol = individual(&app, "carol@example.com").await;
    merge(&app, &bob, &carol).await;
    opened_for(&found(&app, &carol).await).await;
    app.merchant("DELETE", &format!("/api/customers/{}", id(&carol))).send().await.expect(204);
    for body in &names {
        app.merchant("POST", "/api/customer-sessions").json(body).send().await.expect(422);
    }
}

async fn a_name_leads_nowhere_in_another_workspace(app: TestApp) {
    let (ada, bob) = ada_in_bob(&app).await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customers:read customers:write customer_sessions:write").await;
    for path in [format!("/api/customers/{}", id(&ada)), "/api/customers/external/usr_a".to_owned()] {
        for method in ["GET", "DELETE"] {
            app.call(method, &path).bearer(&rivals).send().await.assert(404, &not_found("Customer"));
        }
    }
    let body = json!({"external_customer_id": "usr_a"});
    app.post("/api/customer-sessions").bearer(&rivals).json(&body).send().await.expect(422);
    let free = json!({"email": "a@example.com", "external_id": "usr_a"});
    app.post("/api/customers").bearer(&rivals).json(&free).send().await.expect(201);
    assert_eq!(found(&app, &ada).await, bob);
}

async fn deleting_by_a_merged_name_deletes_the_survivor(app: TestApp) {
    for (path, query) in
        [("id", ""), ("id", "?anonymize=true"), ("external", ""), ("external", "?anonymize=true")]
    {
        let (ada, bob) = ada_in_bob(&app).await;
        let name = if path == "id" { id(&ada).to_owned() } else { "external/usr_a".to_owned() };
        app.merchant("DELETE", &format!("/api/customers/{name}{query}")).send().await.expect(204);
        app.merchant("GET", &format!("/api/customers/{}", id(&bob))).send().await.expect(404);
    }
}

async fn what_was_answered_before_is_answered_again_until_the_survivor_is_erased(app: TestApp) {
    let create = || {
        let body = json!({"email": "ada@example.com", "external_id": "usr_a"});
        app.merchant("POST", "/api/customers").header("idempotency-key", "once").json(&body).send()
    };
    let ada = create().await.expect(201);
    let bob = individual(&app, "bob@example.com").await;
    merge(&app, &ada, &bob).await;
    create().await.assert(201, &ada);
    app.merchant("DELETE", &format!("/api/customers/{}?anonymize=true", id(&ada))).send().await.expect(204);
    assert_ne!(create().await.expect(201)["id"], ada["id"]);
}
