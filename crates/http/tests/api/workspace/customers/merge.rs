//! `POST /api/customers/{customer_id}/merge`

mod aliases;
mod races;
mod refusals;
mod shoppers;

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use crate::workspace::support::{
    NOW, customer, id, individual, introspect, member, members_of, session, team,
};

both_databases![
    the_survivor_keeps_what_it_has_and_gets_what_it_lacks,
    a_dry_run_tells_the_same_and_changes_nothing,
    what_has_been_merged_is_left_as_it_is,
    a_chain_leads_to_its_end,
    an_individual_keeps_its_owner,
    an_individual_without_an_owner_gets_one,
    members_of_teams_come_together,
    the_survivors_default_addresses_stay,
];

/// Asks for one customer to go up in another.
async fn merging(app: &TestApp, from: &Value, into: &Value) -> Answer {
    let call = app.merchant("POST", &format!("/api/customers/{}/merge", id(into)));
    call.json(&json!({"from": from["id"]})).send().await
}

/// Lets one customer go up in another.
async fn merge(app: &TestApp, from: &Value, into: &Value) -> Value {
    merging(app, from, into).await.expect(200)
}

async fn found(app: &TestApp, which: &Value) -> Value {
    app.merchant("GET", &format!("/api/customers/{}", id(which))).send().await.expect(200)
}

/// Two individuals; the first has what the second lacks, and some of what it has too.
async fn ada_and_bob(app: &TestApp) -> (Value, Value) {
    let ada = json!({
        "email": "ada@example.com", "external_id": "usr_a", "name": "Ada Lovelace",
        "billing_address": {"country": "GB", "city": "London"}, "avatar_url": "https://img.example/a.png",
        "metadata": {"plan": "silver", "since": 1843},
    });
    let bob = json!({"email": "bob@example.com", "external_id": "usr_b", "metadata": {"plan": "gold"}});
    (customer(app, &ada).await, customer(app, &bob).await)
}

/// What comes of the two.
fn both_in_one(ada: &Value, bob: &Value, dry_run: bool) -> Value {
    let mut survivor = bob.clone();
    for taken_over in ["name", "billing_address", "avatar_url"] {
        survivor[taken_over] = ada[taken_over].clone();
    }
    survivor["modified_at"] = json!(NOW);
    survivor["metadata"] = json!({"plan": "gold", "since": 1843});
    json!({
        "dry_run": dry_run, "merged_id": ada["id"], "external_id_alias": "usr_a",
        "moved": {"addresses": 1, "members": 0, "sign_ins": 0}, "ended": {"members": 1, "sessions": 1},
        "customer": survivor,
    })
}

/// What comes of a merge that has been made before.
fn nothing(merged: &Value, survivor: &Value) -> Value {
    json!({
        "dry_run": false, "merged_id": merged["id"], "external_id_alias": null,
        "moved": {"addresses": 0, "members": 0, "sign_ins": 0}, "ended": {"members": 0, "sessions": 0},
        "customer": survivor,
    })
}

async fn the_survivor_keeps_what_it_has_and_gets_what_it_lacks(app: TestApp) {
    let (ada, bob) = ada_and_bob(&app).await;
    let (adas, bobs) = (
        session(&app, &json!({"customer_id": ada["id"]})).await,
        session(&app, &json!({"customer_id": bob["id"]})).await,
    );
    let expected = both_in_one(&ada, &bob, false);
    assert_eq!(merge(&app, &ada, &bob).await, expected);
    assert_eq!(found(&app, &bob).await, expected["customer"]);
    assert_eq!(introspect(&app, &adas["token"]).await, json!({"active": false}));
    assert_eq!(introspect(&app, &bobs["token"]).await["active"], true);

    let (carol, dan) = (individual(&app, "c@example.com").await, individual(&app, "d@example.com").await);
    let taken_over = customer(&app, &json!({"email": "e@example.com", "external_id": "usr_e"})).await;
    let answer = merge(&app, &taken_over, &carol).await;
    assert_eq!(
        (&answer["external_id_alias"], &answer["customer"]["external_id"]),
        (&json!(null), &json!("usr_e"))
    );
    assert_eq!(merge(&app, &dan, &carol).await["external_id_alias"], json!(null));
}

async fn a_dry_run_tells_the_same_and_changes_nothing(app: TestApp) {
    let (ada, bob) = ada_and_bob(&app).await;
    let adas = session(&app, &json!({"customer_id": ada["id"]})).await;
    let path = format!("/api/customers/{}/merge", id(&bob));
    for _ in 0..2 {
        let body = json!({"from": ada["id"], "dry_run": true});
        let answer = app.merchant("POST", &path).json(&body).send().await;
        answer.assert(200, &both_in_one(&ada, &bob, true));
    }
    assert_eq!((found(&app, &ada).await, found(&app, &bob).await), (ada.clone(), bob.clone()));
    assert_eq!(introspect(&app, &adas["token"]).await["active"], true);
    assert_eq!(members_of(&app, &ada).await.len(), 1);
    let refused = app.merchant("POST", &path).json(&json!({"from": bob["id"], "dry_run": true})).send().await;
    refused.assert(422, &merging(&app, &bob, &bob).await.json());
}

async fn what_has_been_merged_is_left_as_it_is(app: TestApp) {
    let (ada, bob) = ada_and_bob(&app).await;
    session(&app, &json!({"customer_id": ada["id"]})).await;
    let survivor = merge(&app, &ada, &bob).await["customer"].clone();
    app.clock.advance(time::Duration::SECOND);
    for path in [id(&bob), id(&ada)] {
        let again = app.merchant("POST", &format!("/api/customers/{path}/merge"));
        let answer = again.json(&json!({"from": ada["id"]})).send().await;
        if path == id(&bob) {
            answer.assert(200, &nothing(&ada, &survivor));
        } else {
            answer.expect(422);
        }
    }
    let tried = app.merchant("POST", &format!("/api/customers/{}/merge", id(&bob)));
    let mut expected = nothing(&ada, &survivor);
    expected["dry_run"] = json!(true);
    tried.json(&json!({"from": ada["id"], "dry_run": true})).send().await.assert(200, &expected);
}

async fn a_chain_leads_to_its_end(app: TestApp) {
    let (ada, bob) = ada_and_bob(&app).await;
    let carol = customer(&app, &json!({"email": "carol@example.com", "external_id": "usr_c"})).await;
    merge(&app, &ada, &bob).await;
    // By the name of one that has gone up in it already.
    let answer = merge(&app, &ada, &carol).await;
    assert_eq!((&answer["merged_id"], &answer["external_id_alias"]), (&bob["id"], &json!("usr_b")));
    let survivor = answer["customer"].clone();
    assert_eq!((&survivor["id"], &survivor["name"]), (&carol["id"], &json!("Ada Lovelace")));
    for one in [&ada, &bob, &carol] {
        assert_eq!(found(&app, one).await, survivor);
        let path = format!("/api/customers/external/{}", one["external_id"].as_str().unwrap());
        app.merchant("GET", &path).send().await.assert(200, &survivor);
    }
}

async fn an_individual_keeps_its_owner(app: TestApp) {
    let (ada, bob) = ada_and_bob(&app).await;
    let owner = members_of(&app, &bob).await;
    let gone = members_of(&app, &ada).await;
    merge(&app, &ada, &bob).await;
    assert_eq!(members_of(&app, &bob).await, owner);
    app.merchant("GET", &format!("/api/members/{}", id(&gone[0]))).send().await.expect(404);
}

async fn an_individual_without_an_owner_gets_one(app: TestApp) {
    crate::workspace::support::members_enabled(&app, false).await;
    let bob = individual(&app, "bob@example.com").await;
    crate::workspace::support::members_enabled(&app, true).await;
    let ada = individual(&app, "ada@example.com").await;
    let mut owner = members_of(&app, &ada).await[0].clone();
    let answer = merge(&app, &ada, &bob).await;
    assert_eq!((&answer["moved"]["members"], &answer["ended"]["members"]), (&json!(1), &json!(0)));
    owner["customer_id"] = bob["id"].clone();
    owner["modified_at"] = json!(NOW);
    assert_eq!(members_of(&app, &bob).await, [owner]);
}

async fn members_of_teams_come_together(app: TestApp) {
    let (ours, theirs) = (team(&app, "ours@example.com").await, team(&app, "theirs@example.com").await);
    let add = async |team: &Value, email: &str, external_id: &str| {
        let body = json!({"customer_id": team["id"], "email": email, "external_id": external_id});
        member(&app, &body).await
    };
    add(&ours, "ada@example.com", "m_1").await;
    let kept = members_of(&app, &ours).await;
    let same_email = add(&theirs, "ADA@example.com", "m_2").await;
    let same_external_id = add(&theirs, "bob@example.com", "m_1").await;
    let moved = add(&theirs, "carol@example.com", "m_3").await;
    let acts = json!({"customer_id": theirs["id"], "member_id": moved["id"]});
    let opened = session(&app, &acts).await;
    let answer = merge(&app, &theirs, &ours).await;
    assert_eq!(
        (&answer["moved"]["members"], &answer["ended"]),
        (&json!(2), &json!({"members": 2, "sessions": 1}))
    );
    let mut roles: Vec<_> = members_of(&app, &ours)
        .await
        .iter()
        .map(|member| (member["email"].as_str().unwrap().to_owned(), member["role"].clone()))
        .collect();
    roles.sort_by(|(one, _), (other, _)| one.cmp(other));
    let expected = [
        ("ada@example.com", "member"),
        ("carol@example.com", "member"),
        ("ours@example.com", "owner"),
        ("theirs@example.com", "billing_manager"),
    ];
    assert_eq!(roles, expected.map(|(email, role)| (email.to_owned(), json!(role))));
    for member in &kept {
        app.merchant("GET", &format!("/api/members/{}", id(member))).send().await.assert(200, member);
    }
    for gone in [same_email, same_external_id] {
        app.merchant("GET", &format!("/api/members/{}", id(&gone))).send().await.expect(404);
    }
    assert_eq!(introspect(&app, &opened["token"]).await, json!({"active": false}));
    let acts = json!({"customer_id": theirs["id"], "member_id": moved["id"]});
    assert_eq!(session(&app, &acts).await["customer_id"], ours["id"]);
}

async fn the_survivors_default_addresses_stay(app: TestApp) {
    let with_address =
        |email: &str, city: &str| json!({"email": email, "billing_address": {"country": "GB", "city": city}});
    let ada = customer(&app, &with_address("ada@example.com", "London")).await;
    let bob = customer(&app, &with_address("bob@example.com", "Leeds")).await;
    let answer = merge(&app, &ada, &bob).await;
    assert_eq!(
        (&answer["moved"]["addresses"], &answer["customer"]["billing_address"]["city"]),
        (&json!(1), &json!("Leeds"))
    );
    assert_eq!(found(&app, &bob).await["billing_address"], bob["billing_address"]);
    let bob = id(&bob).parse().unwrap();
    let book = anteroom_store::StoreExt::read(app.store(), |unit| unit.addresses(bob)).unwrap();
    assert_eq!(book.iter().filter(|address| address.is_default_billing).count(), 1);
    assert_eq!(book.len(), 2);
}
