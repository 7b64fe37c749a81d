//! `PUT /api/customers/external/{external_id}`

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use crate::workspace::support::{
    ABSENT, NOW, answers, customer, fault, id, individual, members_enabled, members_of, value_error,
};

both_databases![
    a_customer_is_made_where_there_is_none,
    the_same_again_changes_nothing,
    what_is_left_out_stays_and_null_clears,
    an_owner_is_described_to_a_new_customer_only,
    a_team_stays_a_team_and_null_says_nothing_of_it,
    a_taken_email_is_refused,
    of_sixteen_at_once_one_makes_the_customer,
    of_sixteen_that_want_one_email_one_gets_it,
    any_external_id_can_stand_in_the_path,
    what_a_deleted_customer_had_is_made_anew,
    every_fault_of_what_is_put_is_named,
    ac_05_fields_that_are_ours_are_not_put,
    ac_03_another_workspaces_customer_is_not_touched,
];

async fn put(app: &TestApp, external_id: &str, body: &Value) -> Answer {
    app.merchant("PUT", &format!("/api/customers/external/{external_id}")).json(body).send().await
}

async fn a_customer_is_made_where_there_is_none(app: TestApp) {
    let address = json!({
        "country": "US", "line1": null, "line2": null, "postal_code": null, "city": null, "state": "US-CA",
    });
    let body = json!({
        "email": "Ada@example.com", "type": "team", "name": "Ada", "billing_address": address,
        "avatar_url": "https://example.com/a.png", "metadata": {"plan": "gold"},
    });
    let made = put(&app, "usr_1", &body).await.expect(201);
    let mut expected = json!({
        "id": made["id"], "created_at": NOW, "modified_at": null, "external_id": "usr_1", "email_verified": false,
        "workspace_id": app.workspace.id.to_string(), "deleted_at": null,
    });
    expected.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    assert_eq!(made, expected);
    app.merchant("GET", "/api/customers/external/usr_1").send().await.assert(200, &made);
    let owner = &members_of(&app, &made).await[0];
    assert_eq!([&owner["email"], &owner["external_id"]], [&json!("Ada@example.com"), &json!("usr_1")]);
}

async fn the_same_again_changes_nothing(app: TestApp) {
    let body = json!({"email": "ada@example.com", "name": "Ada", "billing_address": {"country": "FR"}, "type": null});
    let made = put(&app, "usr_1", &body).await.expect(201);
    app.clock.advance(Duration::SECOND);
    for _ in 0..2 {
        put(&app, "usr_1", &body).await.assert(200, &made);
    }
}

async fn what_is_left_out_stays_and_null_clears(app: TestApp) {
    let body = json!({"email": "ada@example.com", "name": "Ada", "metadata": {"a": 1}, "avatar_url": "https://a.example/"});
    let mut expected = put(&app, "usr_1", &body).await.expect(201);
    app.clock.advance(Duration::SECOND);
    expected["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    expected["email"] = json!("new@example.com");
    put(&app, "usr_1", &json!({"email": "new@example.com"})).await.assert(200, &expected);
    (expected["name"], expected["metadata"], expected["avatar_url"]) = (json!(null), json!({}), json!(null));
    let nulls = json!({"email": "new@example.com", "name": null, "metadata": null, "avatar_url": null});
    put(&app, "usr_1", &nulls).await.assert(200, &expected);
    assert_eq!(members_of(&app, &expected).await[0]["email"], "new@example.com");
}

async fn an_owner_is_described_to_a_new_customer_only(app: TestApp) {
    let body = json!({"email": "team@example.com", "type": "team", "owner": {"email": "boss@example.com"}});
    let made = put(&app, "t-1", &body).await.expect(201);
    let owner = members_of(&app, &made).await;
    assert_eq!((owner.len(), &owner[0]["email"]), (1, &json!("boss@example.com")));
    let other = json!({"email": "team@example.com", "owner": {"email": "other@example.com"}});
    put(&app, "t-1", &other).await.assert(200, &made);
    assert_eq!(members_of(&app, &made).await, owner);
    members_enabled(&app, false).await;
    let forbidden =
        json!({"error": "NotPermitted", "detail": "Member management is not enabled for this workspace"});
    put(&app, "t-1", &other).await.assert(403, &forbidden);
}

async fn a_team_stays_a_team_and_null_says_nothing_of_it(app: TestApp) {
    let made = put(&app, "t-1", &json!({"email": "team@example.com", "type": "team"})).await.expect(201);
    for body in [json!({"email": "team@example.com", "type": null}), json!({"email": "team@example.com"})] {
        put(&app, "t-1", &body).await.assert(200, &made);
    }
    let msg = "Customer type cannot be downgraded from 'team' to 'individual'.";
    let refused = value_error("type", msg, &json!("individual"));
    let body = json!({"email": "team@example.com", "type": "individual"});
    put(&app, "t-1", &body).await.assert(422, &refused);
}

const EMAIL_TAKEN: &str = "A customer with this email address already exists.";

async fn a_taken_email_is_refused(app: TestApp) {
    individual(&app, "ada@example.com").await;
    let refused = value_error("email", EMAIL_TAKEN, &json!("ADA@example.com"));
    let body = json!({"email": "ADA@example.com"});
    put(&app, "usr_1", &body).await.assert(422, &refused);
    app.merchant("GET", "/api/customers/external/usr_1").send().await.expect(404);
    customer(&app, &json!({"email": "bob@example.com", "external_id": "usr_1"})).await;
    put(&app, "usr_1", &body).await.assert(422, &refused);
}

async fn of_sixteen_at_once_one_makes_the_customer(app: TestApp) {
    for round in 0..3 {
        let path = format!("usr_{round}");
        let bodies: Vec<_> = (0..16)
            .map(|n| json!({"email": format!("a{round}@example.com"), "name": format!("Ada {n}")}))
            .collect();
        let answers = join_all(bodies.iter().map(|body| put(&app, &path, body))).await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![200; 15], vec![201]].concat());
        let ids: Vec<_> = answers.iter().map(|answer| answer.json()["id"].clone()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]));
        for (answer, body) in answers.iter().zip(&bodies) {
            assert_eq!(answer.json()["name"], body["name"]);
        }
        assert_eq!(members_of(&app, &json!({"id": ids[0]})).await.len(), 1);
    }
}

async fn of_sixteen_that_want_one_email_one_gets_it(app: TestApp) {
    let body = json!({"email": "ada@example.com"});
    let paths: Vec<_> = (0..16).map(|n| format!("usr_{n}")).collect();
    let answers = join_all(paths.iter().map(|path| put(&app, path, &body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    let refused = value_error("email", EMAIL_TAKEN, &json!("ada@example.com"));
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.assert(422, &refused);
    }
}

async fn any_external_id_can_stand_in_the_path(app: TestApp) {
    for (n, (path, external_id)) in
        [("org%2F1", "org/1"), ("a%20b", "a b"), ("%252F", "%2F"), ("state", "state"), ("%F0%9F%A6%80", "🦀")]
            .into_iter()
            .enumerate()
    {
        let body = json!({"email": format!("a{n}@example.com")});
        let made = put(&app, path, &body).await.expect(201);
        assert_eq!(made["external_id"], external_id);
        put(&app, path, &body).await.assert(200, &made);
    }
}

async fn what_a_deleted_customer_had_is_made_anew(app: TestApp) {
    for anonymize in [false, true] {
        let body = json!({"email": "ada@example.com", "name": "Ada"});
        let gone = put(&app, "usr_1", &body).await.expect(201);
        let path = format!("/api/customers/{}?anonymize={anonymize}", id(&gone));
        app.merchant("DELETE", &path).send().await.expect(204);
        let again = put(&app, "usr_1", &json!({"email": "ada@example.com"})).await.expect(201);
        assert_ne!(again["id"], gone["id"]);
        assert_eq!(
            [&again["name"], &again["metadata"]],
            [&json!(null), &json!({})],
            "nothing of before is left"
        );
        app.merchant("DELETE", &format!("/api/customers/{}", id(&again))).send().await.expect(204);
    }
}

async fn every_fault_of_what_is_put_is_named(app: TestApp) {
    let path = "/api/customers/external/usr_1";
    let table = answers(
        || app.merchant("PUT", path),
        &[
            json!({}),
            json!({"email": null}),
            json!({"email": "x", "type": "y", "name": 5, "owner": {"email": "z"}, "billing_address": {"country": 1}}),
            json!({"email": "a@example.com", "external_id": "usr_1"}),
            json!({"email": "a@example.com", "metadata": {"a": []}, "avatar_url": "x", "typo": 1}),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_what_is_put", table);
    let loc = json!(["path", "external_id"]);
    let blank = put(&app, "%20", &json!({"email": "a@example.com"})).await;
    blank.assert(422, &fault("value_error", &loc, "Value should not be blank", &json!(" ")));
    app.merchant("PUT", &format!("{path}?x=1"))
        .json(&json!({"email": "a@example.com"}))
        .send()
        .await
        .expect(422);
    app.merchant("GET", path).send().await.expect(404);
}

async fn ac_05_fields_that_are_ours_are_not_put(app: TestApp) {
    for (field, value) in [
        ("id", json!(ABSENT)),
        ("workspace_id", json!(ABSENT)),
        ("email_verified", json!(true)),
        ("created_at", json!(NOW)),
        ("modified_at", json!(NOW)),
        ("deleted_at", json!(NOW)),
        ("disabled_at", json!(null)),
        ("has_account", json!(true)),
    ] {
        let loc = json!(["body", field]);
        let expected = fault("extra_forbidden", &loc, "Extra inputs are not permitted", &json!(null));
        put(&app, "usr_1", &json!({"email": "a@example.com", field: value})).await.assert(422, &expected);
    }
    app.merchant("GET", "/api/customers/external/usr_1").send().await.expect(404);
}

async fn ac_03_another_workspaces_customer_is_not_touched(app: TestApp) {
    let ours =
        customer(&app, &json!({"email": "ada@example.com", "external_id": "usr_1", "name": "Ada"})).await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customers:write").await;
    let call = app.call("PUT", "/api/customers/external/usr_1").bearer(&rivals);
    let theirs = call.json(&json!({"email": "ada@example.com", "name": "Mallory"})).send().await.expect(201);
    assert_ne!(theirs["id"], ours["id"]);
    app.merchant("GET", "/api/customers/external/usr_1").send().await.assert(200, &ours);
}
