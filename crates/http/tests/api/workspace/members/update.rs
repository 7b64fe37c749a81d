//! `PATCH /api/members/{member_id}`

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use crate::workspace::support::{
    ABSENT, MALFORMED, NOW, answers, fault, id, individual, introspect, malformed, member, members_enabled,
    members_of, not_found, owner_of, session, team, value_error,
};

both_databases![
    each_field_of_a_member_is_changed,
    what_changes_nothing_leaves_the_time_of_the_last_change,
    null_clears_the_name_and_nothing_else,
    a_new_owner_takes_over_from_the_one_before,
    ac_04_the_owner_takes_no_other_role,
    lg_03_an_email_is_one_members_in_every_spelling,
    an_email_is_free_with_other_customers_and_after_a_removal,
    se_05_another_email_ends_the_members_sessions_and_no_others,
    se_05_a_refused_change_ends_nothing,
    ac_04_a_role_counts_from_the_next_request_on,
    a_changed_member_is_what_its_holder_learns,
    without_members_none_are_changed,
    ac_05_fields_that_are_ours_are_refused_in_a_change,
    every_fault_of_a_change_is_named,
    an_unknown_or_malformed_id_is_said_so,
];

const ONE_OWNER: &str = "Customer must have exactly one owner.";
const EMAIL_TAKEN: &str = "A member with this email address already exists.";

async fn patch(app: &TestApp, member: &Value, body: &Value) -> Answer {
    app.merchant("PATCH", &format!("/api/members/{}", id(member))).json(body).send().await
}

async fn shown(app: &TestApp, member: &Value) -> Value {
    app.merchant("GET", &format!("/api/members/{}", id(member))).send().await.expect(200)
}

/// The token of a session of a member.
async fn token_of(app: &TestApp, member: &Value) -> Value {
    let body = json!({"customer_id": member["customer_id"], "member_id": member["id"]});
    session(app, &body).await["token"].clone()
}

async fn is_live(app: &TestApp, token: &Value) -> bool {
    introspect(app, token).await["active"] == true
}

async fn each_field_of_a_member_is_changed(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob =
        member(&app, &json!({"customer_id": team["id"], "email": "b@example.com", "external_id": "m-1"}))
            .await;
    let mut expected = bob.clone();
    for (seconds, (field, sent, value)) in [
        ("name", json!(" Bob "), json!("Bob")),
        ("email", json!(" New@Example.com "), json!("New@Example.com")),
        ("role", json!("billing_manager"), json!("billing_manager")),
    ]
    .into_iter()
    .enumerate()
    {
        app.clock.advance(Duration::SECOND);
        expected[field] = value;
        expected["modified_at"] = json!(format!("2026-01-02T03:04:0{}.678Z", 6 + seconds));
        patch(&app, &bob, &json!({field: sent})).await.assert(200, &expected);
        assert_eq!(shown(&app, &bob).await, expected);
    }
    app.clock.advance(Duration::SECOND);
    let all = json!({"name": "B", "email": "b@example.com", "role": "member"});
    let changed = patch(&app, &bob, &all).await.expect(200);
    assert_eq!(
        changed,
        json!({
            "id": bob["id"], "created_at": NOW, "modified_at": "2026-01-02T03:04:09.678Z",
            "workspace_id": app.workspace.id.to_string(), "customer_id": team["id"], "email": "b@example.com",
            "name": "B", "external_id": "m-1", "role": "member",
        })
    );
}

async fn what_changes_nothing_leaves_the_time_of_the_last_change(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob =
        member(&app, &json!({"customer_id": team["id"], "email": "b@example.com", "name": "Bob"})).await;
    let token = token_of(&app, &bob).await;
    app.clock.advance(Duration::SECOND);
    for body in [
        json!({}),
        json!({"name": " Bob "}),
        json!({"email": "b@example.com"}),
        json!({"email": "B@EXAMPLE.com"}),
        json!({"role": "member"}),
        json!({"name": "Bob", "email": " b@example.com", "role": "member"}),
    ] {
        patch(&app, &bob, &body).await.assert(200, &bob);
    }
    let owner = owner_of(&app, &team).await;
    patch(&app, &owner, &json!({"role": "owner"})).await.assert(200, &owner);
    assert!(is_live(&app, &token).await);
}

async fn null_clears_the_name_and_nothing_else(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob =
        member(&app, &json!({"customer_id": team["id"], "email": "b@example.com", "name": "Bob"})).await;
    for field in ["email", "role"] {
        let expected =
            fault("string_type", &json!(["body", field]), "Input should be a valid string", &json!(null));
        patch(&app, &bob, &json!({field: null})).await.assert(422, &expected);
    }
    assert_eq!(shown(&app, &bob).await, bob);
    for blank in [json!(null), json!(""), json!("  ")] {
        assert_eq!(patch(&app, &bob, &json!({"name": "Bob"})).await.expect(200)["name"], "Bob");
        assert_eq!(patch(&app, &bob, &json!({"name": blank})).await.expect(200)["name"], json!(null));
    }
}

async fn a_new_owner_takes_over_from_the_one_before(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let first = owner_of(&app, &team).await;
    let mut owner = first.clone();
    for (n, role) in ["member", "billing_manager"].into_iter().enumerate() {
        let new = json!({"customer_id": team["id"], "email": format!("m{n}@example.com"), "role": role});
        let heir = member(&app, &new).await;
        app.clock.advance(Duration::SECOND);
        let moment = format!("2026-01-02T03:04:0{}.678Z", 6 + n);
        let mut expected = heir.clone();
        (expected["role"], expected["modified_at"]) = (json!("owner"), json!(moment));
        patch(&app, &heir, &json!({"role": "owner"})).await.assert(200, &expected);
        (owner["role"], owner["modified_at"]) = (json!("billing_manager"), json!(moment));
        assert_eq!(shown(&app, &owner).await, owner);
        assert_eq!(owner_of(&app, &team).await, expected);
        owner = expected;
    }
    let back = patch(&app, &first, &json!({"role": "owner", "name": "Again"})).await.expect(200);
    assert_eq!([&back["role"], &back["name"]], ["owner", "Again"]);
    let mut roles: Vec<_> = members_of(&app, &team).await.iter().map(|one| one["role"].to_string()).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["\"billing_manager\"", "\"billing_manager\"", "\"owner\""]);
}

async fn ac_04_the_owner_takes_no_other_role(app: TestApp) {
    let (team, ada) = (team(&app, "team@example.com").await, individual(&app, "ada@example.com").await);
    member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    for customer in [&team, &ada] {
        let owner = owner_of(&app, customer).await;
        for role in ["member", "billing_manager"] {
            let body = json!({"role": role, "name": "Changed", "email": "changed@example.com"});
            let expected = value_error("role", ONE_OWNER, &json!(role));
            patch(&app, &owner, &body).await.assert(422, &expected);
        }
        assert_eq!(owner_of(&app, customer).await, owner, "nothing of it was done");
    }
}

async fn lg_03_an_email_is_one_members_in_every_spelling(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let ada = member(&app, &json!({"customer_id": team["id"], "email": "Ada@Bücher.example"})).await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    for email in ["Ada@Bücher.example", "ADA@bücher.example", "ada@xn--bcher-kva.example", "TEAM@example.com"]
    {
        let expected = value_error("email", EMAIL_TAKEN, &json!(email));
        patch(&app, &bob, &json!({"email": email, "name": "B"})).await.assert(422, &expected);
        let typed = json!({"email": format!(" {email} "), "role": "owner"});
        patch(&app, &bob, &typed).await.assert(422, &expected);
    }
    assert_eq!(shown(&app, &bob).await, bob);
    assert_eq!(shown(&app, &ada).await, ada);
    assert_eq!(owner_of(&app, &team).await["email"], "team@example.com", "nor was the ownership handed over");
}

async fn an_email_is_free_with_other_customers_and_after_a_removal(app: TestApp) {
    let (left, right) = (team(&app, "left@example.com").await, team(&app, "right@example.com").await);
    let ada = member(&app, &json!({"customer_id": left["id"], "email": "ada@example.com"})).await;
    let bob = member(&app, &json!({"customer_id": left["id"], "email": "bob@example.com"})).await;
    let eve = member(&app, &json!({"customer_id": right["id"], "email": "eve@example.com"})).await;
    let email = json!({"email": "ada@example.com"});
    assert_eq!(patch(&app, &eve, &email).await.expect(200)["email"], "ada@example.com");
    app.merchant("DELETE", &format!("/api/members/{}", id(&ada))).send().await.expect(204);
    assert_eq!(patch(&app, &bob, &email).await.expect(200)["email"], "ada@example.com");
}

async fn se_05_another_email_ends_the_members_sessions_and_no_others(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let eve = member(&app, &json!({"customer_id": team["id"], "email": "e@example.com"})).await;
    let (first, second) = (token_of(&app, &bob).await, token_of(&app, &bob).await);
    let eves = token_of(&app, &eve).await;
    for token in [&first, &second, &eves] {
        assert!(is_live(&app, token).await);
    }
    patch(&app, &bob, &json!({"name": "Bob", "role": "billing_manager"})).await.expect(200);
    assert!(is_live(&app, &first).await, "a name or a role ends nothing");
    patch(&app, &bob, &json!({"email": "new@example.com"})).await.expect(200);
    let me = app.get("/api/customer-portal/customers/me").bearer(first.as_str().unwrap()).send().await;
    assert_eq!(me.expect(401)["error"], "invalid_token");
    assert!(!is_live(&app, &second).await && is_live(&app, &eves).await);
    let live = format!("/api/customers/{}/sessions", id(&team));
    assert_eq!(app.merchant("GET", &live).send().await.expect(200)["meta"]["total"], 1);
    assert!(is_live(&app, &token_of(&app, &bob).await).await, "a session opened since is another one");
}

async fn se_05_a_refused_change_ends_nothing(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let token = token_of(&app, &bob).await;
    patch(&app, &bob, &json!({"email": "team@example.com"})).await.expect(422);
    assert!(is_live(&app, &token).await);
}

async fn ac_04_a_role_counts_from_the_next_request_on(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let owner = owner_of(&app, &team).await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let [owners, bobs] = [token_of(&app, &owner).await, token_of(&app, &bob).await];
    let rename = async |token: &Value, name: &str| {
        let call = app.call("PATCH", "/api/customer-portal/customers/me").bearer(token.as_str().unwrap());
        call.json(&json!({"name": name})).send().await.status
    };
    let role = async |token: &Value| {
        let call = app.get("/api/customer-portal/customer-session/user").bearer(token.as_str().unwrap());
        call.send().await.expect(200)["role"].clone()
    };
    assert_eq!([rename(&owners, "1").await, rename(&bobs, "2").await], [200, 403]);
    patch(&app, &bob, &json!({"role": "owner"})).await.expect(200);
    assert_eq!([role(&owners).await, role(&bobs).await], ["billing_manager", "owner"]);
    assert_eq!([rename(&owners, "3").await, rename(&bobs, "4").await], [200, 200]);
    patch(&app, &owner, &json!({"role": "member"})).await.expect(200);
    assert_eq!([rename(&owners, "5").await, rename(&bobs, "6").await], [403, 200]);
}

async fn a_changed_member_is_what_its_holder_learns(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let token = token_of(&app, &bob).await;
    let user = async || {
        let call = app.get("/api/customer-portal/customer-session/user").bearer(token.as_str().unwrap());
        call.send().await.expect(200)
    };
    assert_eq!(user().await["name"], json!(null));
    patch(&app, &bob, &json!({"name": "Bob"})).await.expect(200);
    assert_eq!(user().await["name"], "Bob");
}

async fn without_members_none_are_changed(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    members_enabled(&app, false).await;
    let expected =
        json!({"error": "NotPermitted", "detail": "Member management is not enabled for this workspace"});
    for member in [&bob, &json!({"id": ABSENT})] {
        patch(&app, member, &json!({"name": "Bob"})).await.assert(403, &expected);
    }
    assert_eq!(shown(&app, &bob).await, bob);
}

async fn ac_05_fields_that_are_ours_are_refused_in_a_change(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    for field in [
        "id",
        "workspace_id",
        "customer_id",
        "external_id",
        "created_at",
        "modified_at",
        "deleted_at",
        "email_verified",
        "email_key",
    ] {
        let loc = json!(["body", field]);
        let expected = fault("extra_forbidden", &loc, "Extra inputs are not permitted", &json!(null));
        for value in [bob[field].clone(), json!(ABSENT), json!(true)] {
            let body = json!({"name": "Bob", field: value});
            patch(&app, &bob, &body).await.assert(422, &expected);
        }
    }
    assert_eq!(shown(&app, &bob).await, bob);
}

async fn every_fault_of_a_change_is_named(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let call = || app.merchant("PATCH", &format!("/api/members/{}", id(&bob)));
    let table = answers(
        call,
        &[
            json!({"name": 5}),
            json!({"name": "x".repeat(257)}),
            json!({"name": "a\nb"}),
            json!({"email": "x"}),
            json!({"email": ""}),
            json!({"email": ["b@example.com"]}),
            json!({"role": "admin"}),
            json!({"role": ""}),
            json!({"role": 1}),
            json!({"name": [], "email": {}, "role": "Owner", "colour": "red"}),
            json!([]),
            json!(null),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_a_changed_member", table);
    assert_eq!(call().send().await.expect(422)["detail"][0]["type"], "missing", "a body is needed");
    let asked = app.merchant("PATCH", &format!("/api/members/{}?role=owner", id(&bob)));
    let expected =
        fault("extra_forbidden", &json!(["query", "role"]), "Extra inputs are not permitted", &json!(null));
    asked.json(&json!({})).send().await.assert(422, &expected);
    assert_eq!(shown(&app, &bob).await, bob);
}

async fn an_unknown_or_malformed_id_is_said_so(app: TestApp) {
    patch(&app, &json!({"id": ABSENT}), &json!({})).await.assert(404, &not_found("Member"));
    for text in MALFORMED {
        let path = format!("/api/members/{}", text.replace('{', "%7B").replace('}', "%7D"));
        let answer = app.merchant("PATCH", &path).json(&json!({})).send().await;
        answer.assert(422, &malformed("member_id", text));
    }
}
