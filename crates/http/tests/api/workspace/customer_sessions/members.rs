//! Which member a session is for: the decision table.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::workspace::support::{
    ABSENT, customer, id, individual, introspect, member, members_enabled, members_of, session, team, text,
    value_error,
};

both_databases![
    an_individual_without_a_named_member_acts_by_its_owner,
    a_customer_without_an_owner_gets_one,
    raced_first_sessions_all_open_and_make_one_owner,
    a_team_needs_a_named_member,
    a_member_can_be_named_by_either_id_or_by_both,
    members_of_others_are_unknown,
    without_members_the_customer_itself_acts,
    without_members_a_named_member_is_refused,
    an_unknown_customer_is_refused_by_the_field_that_names_it,
];

const PATH: &str = "/api/customer-sessions";

async fn refused(app: &TestApp, body: &Value, expected: &Value) {
    app.merchant("POST", PATH).json(body).send().await.assert(422, expected);
}

async fn actor(app: &TestApp, body: &Value) -> Value {
    introspect(app, &session(app, body).await["token"]).await["member_id"].clone()
}

async fn an_individual_without_a_named_member_acts_by_its_owner(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let owner = &members_of(&app, &ada).await[0];
    assert_eq!(actor(&app, &json!({"customer_id": ada["id"]})).await, owner["id"]);
    assert_eq!(members_of(&app, &ada).await.len(), 1);
}

async fn a_customer_without_an_owner_gets_one(app: TestApp) {
    members_enabled(&app, false).await;
    let new = json!({"email": "Ada@Example.com", "name": "Ada", "external_id": "usr_1"});
    let (ada, bob) = (customer(&app, &new).await, individual(&app, "bob@example.com").await);
    members_enabled(&app, true).await;
    assert!(members_of(&app, &ada).await.is_empty());
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    assert!(text(&opened["token"]).starts_with("anteroom_mst_"));
    let owners = members_of(&app, &ada).await;
    assert_eq!(owners.len(), 1);
    let owner = [&owners[0]["email"], &owners[0]["name"], &owners[0]["role"], &owners[0]["external_id"]];
    assert_eq!(owner, [&json!("Ada@Example.com"), &json!("Ada"), &json!("owner"), &json!(null)]);
    session(&app, &json!({"customer_id": bob["id"]})).await;
    assert_eq!(
        members_of(&app, &bob).await[0]["name"],
        "bob@example.com",
        "the e-mail where there is no name"
    );
}

async fn raced_first_sessions_all_open_and_make_one_owner(app: TestApp) {
    members_enabled(&app, false).await;
    let ada = individual(&app, "ada@example.com").await;
    members_enabled(&app, true).await;
    let body = json!({"customer_id": ada["id"]});
    let sessions = join_all((0..16).map(|_| session(&app, &body))).await;
    let owners = members_of(&app, &ada).await;
    assert_eq!(owners.len(), 1);
    for opened in sessions {
        assert_eq!(introspect(&app, &opened["token"]).await["member_id"], owners[0]["id"]);
    }
}

async fn a_team_needs_a_named_member(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let expected = value_error("member_id", "member_id is required for team customers.", &json!(null));
    refused(&app, &json!({"customer_id": team["id"]}), &expected).await;
    let owner = &members_of(&app, &team).await[0];
    let body = json!({"customer_id": team["id"], "member_id": owner["id"]});
    assert_eq!(actor(&app, &body).await, owner["id"]);
}

async fn a_member_can_be_named_by_either_id_or_by_both(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let mut members = Vec::new();
    for n in ["m-1", "m-2"] {
        let email = format!("{n}@example.com");
        let new = json!({"customer_id": team["id"], "email": email, "external_id": n});
        members.push(member(&app, &new).await);
    }
    for body in [
        json!({"customer_id": team["id"], "member_id": members[0]["id"]}),
        json!({"customer_id": team["id"], "external_member_id": "m-1"}),
        json!({"customer_id": team["id"], "member_id": members[0]["id"], "external_member_id": "m-1"}),
        json!({"customer_id": team["id"], "member_id": null, "external_member_id": "m-1"}),
    ] {
        assert_eq!(actor(&app, &body).await, members[0]["id"], "{body}");
    }
    let unknown = |name, value: &str| value_error(name, "Member does not exist.", &json!(value));
    for (member_id, external_id, expected) in [
        (json!(ABSENT), json!(null), unknown("member_id", ABSENT)),
        (json!(null), json!("m-3"), unknown("external_member_id", "m-3")),
        (members[0]["id"].clone(), json!("m-2"), unknown("external_member_id", "m-2")),
        (members[0]["id"].clone(), json!("m-3"), unknown("external_member_id", "m-3")),
        (json!(ABSENT), json!("m-1"), unknown("external_member_id", "m-1")),
    ] {
        let body = json!({
            "customer_id": team["id"], "member_id": member_id, "external_member_id": external_id,
        });
        refused(&app, &body, &expected).await;
    }
}

async fn members_of_others_are_unknown(app: TestApp) {
    let (ours, theirs) = (team(&app, "a@example.com").await, team(&app, "b@example.com").await);
    let new = json!({"customer_id": theirs["id"], "email": "m@example.com", "external_id": "m-1"});
    let other = member(&app, &new).await;
    let expected = value_error("member_id", "Member does not exist.", &other["id"]);
    refused(&app, &json!({"customer_id": ours["id"], "member_id": other["id"]}), &expected).await;
    let expected = value_error("external_member_id", "Member does not exist.", &json!("m-1"));
    refused(&app, &json!({"customer_id": ours["id"], "external_member_id": "m-1"}), &expected).await;
}

async fn without_members_the_customer_itself_acts(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    members_enabled(&app, false).await;
    let body = json!({"customer_id": team["id"], "member_id": null, "external_member_id": null});
    let opened = session(&app, &body).await;
    let token = text(&opened["token"]).strip_prefix("anteroom_cst_").unwrap();
    assert!(token.len() == 49 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");
    assert_eq!(introspect(&app, &opened["token"]).await["member_id"], json!(null));
}

async fn without_members_a_named_member_is_refused(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let owner = members_of(&app, &ada).await[0].clone();
    members_enabled(&app, false).await;
    let off =
        |name, value: &str| value_error(name, "Members are not enabled for this workspace.", &json!(value));
    let id = id(&owner);
    let body = json!({"customer_id": ada["id"], "member_id": id});
    refused(&app, &body, &off("member_id", id)).await;
    let body = json!({"customer_id": ada["id"], "external_member_id": "m-1"});
    refused(&app, &body, &off("external_member_id", "m-1")).await;
    let body = json!({"customer_id": ada["id"], "member_id": id, "external_member_id": "m-1"});
    refused(&app, &body, &off("member_id", id)).await;
}

async fn an_unknown_customer_is_refused_by_the_field_that_names_it(app: TestApp) {
    let gone = customer(&app, &json!({"email": "gone@example.com", "external_id": "usr_1"})).await;
    app.merchant("DELETE", &format!("/api/customers/{}", id(&gone))).send().await.expect(204);
    for (field, value) in
        [("customer_id", ABSENT), ("customer_id", id(&gone)), ("external_customer_id", "usr_1")]
    {
        let expected = value_error(field, "Customer does not exist.", &json!(value));
        refused(&app, &json!({field: value}), &expected).await;
    }
}
