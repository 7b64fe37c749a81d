//! `POST /api/members` and `GET /api/members/{member_id}`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use crate::workspace::support::{
    ABSENT, MALFORMED, NOW, answers, customer, id, individual, malformed, member, members_enabled,
    members_of, not_found, team, value_error,
};

both_databases![
    a_member_is_made_with_everything_that_was_said,
    a_member_is_a_member_unless_said_otherwise,
    an_existing_member_of_that_email_is_given_back_as_it_is,
    an_individual_has_one_member,
    ac_04_there_is_one_owner,
    a_team_without_an_owner_gets_one_first,
    a_taken_external_id_is_refused,
    without_members_none_are_made,
    an_unknown_customer_is_not_found,
    sixteen_raced_creations_make_one_member,
    every_fault_of_a_new_member_is_named,
    an_unknown_or_malformed_id_is_said_so,
];

const PATH: &str = "/api/members";

async fn a_member_is_made_with_everything_that_was_said(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    app.clock.advance(Duration::SECOND);
    let new = json!({
        "customer_id": team["id"], "email": "Bob@Example.com", "name": " Bob ", "external_id": "m-1",
        "role": "billing_manager",
    });
    let bob = member(&app, &new).await;
    assert_eq!(
        bob,
        json!({
            "id": bob["id"], "created_at": "2026-01-02T03:04:06.678Z", "modified_at": null,
            "workspace_id": app.workspace.id.to_string(), "customer_id": team["id"], "email": "Bob@Example.com",
            "name": "Bob", "external_id": "m-1", "role": "billing_manager",
        })
    );
    app.merchant("GET", &format!("{PATH}/{}", id(&bob))).send().await.assert(200, &bob);
}

async fn a_member_is_a_member_unless_said_otherwise(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let blank = json!({
        "customer_id": team["id"], "email": "a@example.com", "name": "", "external_id": null, "role": null,
    });
    let made = member(&app, &blank).await;
    assert_eq!(
        made,
        json!({
            "id": made["id"], "created_at": NOW, "modified_at": null,
            "workspace_id": app.workspace.id.to_string(), "customer_id": team["id"], "email": "a@example.com",
            "name": null, "external_id": null, "role": "member",
        })
    );
}

async fn an_existing_member_of_that_email_is_given_back_as_it_is(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let first = member(&app, &json!({"customer_id": team["id"], "email": "a@example.com"})).await;
    app.clock.advance(Duration::HOUR);
    let again = json!({
        "customer_id": team["id"], "email": "A@EXAMPLE.com", "name": "Other", "external_id": "m-1", "role": "owner",
    });
    assert_eq!(member(&app, &again).await, first);
    let other = customer(&app, &json!({"email": "other@example.com", "type": "team"})).await;
    let elsewhere = member(&app, &json!({"customer_id": other["id"], "email": "a@example.com"})).await;
    assert_ne!(elsewhere["id"], first["id"], "of another customer it is another member");
}

async fn an_individual_has_one_member(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let expected =
        json!({"error": "NotPermitted", "detail": "An individual customer can have only one member"});
    for role in ["member", "billing_manager"] {
        let body = json!({"customer_id": ada["id"], "email": "b@example.com", "role": role});
        app.merchant("POST", PATH).json(&body).send().await.assert(403, &expected);
    }
    let owner = members_of(&app, &ada).await;
    let body = json!({"customer_id": ada["id"], "email": "ADA@example.com"});
    assert_eq!(owner, [member(&app, &body).await]);
}

async fn ac_04_there_is_one_owner(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let body = json!({"customer_id": team["id"], "email": "b@example.com", "role": "owner"});
    let expected = value_error("role", "Customer must have exactly one owner.", &json!("owner"));
    app.merchant("POST", PATH).json(&body).send().await.assert(422, &expected);
    assert_eq!(members_of(&app, &team).await.len(), 1);
}

async fn a_team_without_an_owner_gets_one_first(app: TestApp) {
    members_enabled(&app, false).await;
    let (left, right) = (team(&app, "left@example.com").await, team(&app, "right@example.com").await);
    members_enabled(&app, true).await;
    member(&app, &json!({"customer_id": left["id"], "email": "a@example.com"})).await;
    let mut roles: Vec<_> = members_of(&app, &left)
        .await
        .iter()
        .map(|member| (member["email"].clone(), member["role"].clone()))
        .collect();
    roles.sort_by_key(|(_, role)| role.to_string());
    let expected = [(json!("a@example.com"), json!("member")), (json!("left@example.com"), json!("owner"))];
    assert_eq!(roles, expected);
    let body = json!({"customer_id": right["id"], "email": "b@example.com", "role": "owner"});
    assert!(members_of(&app, &right).await.is_empty());
    assert_eq!([member(&app, &body).await].as_slice(), members_of(&app, &right).await);
}

async fn a_taken_external_id_is_refused(app: TestApp) {
    let (left, right) = (team(&app, "left@example.com").await, team(&app, "right@example.com").await);
    member(&app, &json!({"customer_id": left["id"], "email": "a@example.com", "external_id": "m-1"})).await;
    let body = json!({"customer_id": left["id"], "email": "b@example.com", "external_id": "m-1"});
    let expected =
        value_error("external_id", "A member with this external ID already exists.", &json!("m-1"));
    app.merchant("POST", PATH).json(&body).send().await.assert(422, &expected);
    member(&app, &json!({"customer_id": right["id"], "email": "b@example.com", "external_id": "m-1"})).await;
}

async fn without_members_none_are_made(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    members_enabled(&app, false).await;
    let expected =
        json!({"error": "NotPermitted", "detail": "Member management is not enabled for this workspace"});
    for customer in [&team["id"], &json!(ABSENT)] {
        let body = json!({"customer_id": customer, "email": "b@example.com"});
        app.merchant("POST", PATH).json(&body).send().await.assert(403, &expected);
    }
    assert_eq!(members_of(&app, &team).await.len(), 1, "what there is stays readable");
}

async fn an_unknown_customer_is_not_found(app: TestApp) {
    let body = json!({"customer_id": ABSENT, "email": "b@example.com"});
    app.merchant("POST", PATH).json(&body).send().await.assert(404, &not_found("Customer"));
}

async fn sixteen_raced_creations_make_one_member(app: TestApp) {
    members_enabled(&app, false).await;
    let team = team(&app, "team@example.com").await;
    members_enabled(&app, true).await;
    let body = json!({"customer_id": team["id"], "email": "a@example.com", "external_id": "m-1"});
    let made = join_all((0..16).map(|_| member(&app, &body))).await;
    assert!(made.iter().all(|member| *member == made[0]));
    assert_eq!(members_of(&app, &team).await.len(), 2, "that one and the first owner");
}

async fn every_fault_of_a_new_member_is_named(app: TestApp) {
    let with = |field: &str, value: Value| -> Value {
        json!({"customer_id": ABSENT, "email": "a@example.com", field: value})
    };
    let table = answers(
        || app.merchant("POST", PATH),
        &[
            json!({}),
            json!({"customer_id": null, "email": null}),
            with("customer_id", json!("abc")),
            with("customer_id", json!(5)),
            with("email", json!("x")),
            with("email", json!({})),
            with("name", json!("x".repeat(257))),
            with("name", json!(5)),
            with("external_id", json!(5)),
            with("external_id", json!("a\tb")),
            with("role", json!("admin")),
            with("role", json!("Owner")),
            with("role", json!(1)),
            with("id", json!(ABSENT)),
            with("workspace_id", json!(ABSENT)),
            with("external_customer_id", json!("usr_1")),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_a_new_member", table);
}

async fn an_unknown_or_malformed_id_is_said_so(app: TestApp) {
    let path = format!("{PATH}/{ABSENT}");
    app.merchant("GET", &path).send().await.assert(404, &not_found("Member"));
    for text in MALFORMED {
        let path = format!("{PATH}/{}", text.replace('{', "%7B").replace('}', "%7D"));
        app.merchant("GET", &path).send().await.assert(422, &malformed("member_id", text));
    }
}
