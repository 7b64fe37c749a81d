//! `/api/customers/{customer_id}/members` and the same by external ids.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use time::Duration;

use crate::workspace::support::{
    ABSENT, MALFORMED, NOW, customer, fault, id, individual, malformed, member, members_enabled, members_of,
    not_found, owner_of, team, value_error,
};

both_databases![
    a_member_is_the_same_below_its_customer,
    a_member_is_the_same_by_external_ids,
    any_external_ids_can_stand_in_a_path,
    a_members_external_id_is_looked_for_among_its_customers_own,
    a_list_has_the_members_of_one_customer_and_can_be_narrowed,
    a_new_owner_takes_over_and_the_owner_stays,
    a_member_of_another_customer_is_not_found,
    of_an_unknown_customer_nothing_is_found,
    an_individual_has_one_member,
    without_members_they_are_read_and_not_changed,
    ac_05_whose_the_member_is_stands_in_the_path_alone,
    no_route_takes_other_parameters,
    a_malformed_path_is_said_so,
];

/// A team, and the path to its members by either identifier.
async fn arrange(app: &TestApp) -> (Value, [String; 2]) {
    let new = json!({"email": "team@example.com", "type": "team", "external_id": "team/1"});
    let team = customer(app, &new).await;
    let by_id = format!("/api/customers/{}/members", id(&team));
    (team, [by_id, "/api/customers/external/team%2F1/members".to_owned()])
}

async fn send(app: &TestApp, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let call = app.merchant(method, path);
    match body {
        Some(body) => call.json(body).send().await,
        None => call.send().await,
    }
}

/// The same member on both lists, by both ids, through creation, change and removal.
async fn lives_through(app: &TestApp, team: &Value, list: &str, one: impl Fn(&Value) -> String) {
    let new = json!({"email": "Bob@example.com", "name": " Bob ", "external_id": "bob/1", "role": null});
    let bob = send(app, "POST", list, Some(&new)).await.expect(201);
    assert_eq!(
        bob,
        json!({
            "id": bob["id"], "created_at": NOW, "modified_at": null,
            "workspace_id": app.workspace.id.to_string(), "customer_id": team["id"], "email": "Bob@example.com",
            "name": "Bob", "external_id": "bob/1", "role": "member",
        })
    );
    send(app, "POST", list, Some(&json!({"email": "BOB@example.com"}))).await.assert(201, &bob);
    let (path, flat) = (one(&bob), format!("/api/members/{}", id(&bob)));
    for path in [&path, &format!("{path}/"), &flat] {
        send(app, "GET", path, None).await.assert(200, &bob);
    }
    assert_eq!(send(app, "GET", list, None).await.expect(200)["data"], json!(members_of(app, team).await));

    app.clock.advance(Duration::SECOND);
    send(app, "PATCH", &path, Some(&json!({}))).await.assert(200, &bob);
    let change = json!({"name": null, "role": "billing_manager"});
    let changed = send(app, "PATCH", &path, Some(&change)).await.expect(200);
    let mut expected = bob.clone();
    (expected["name"], expected["role"]) = (json!(null), json!("billing_manager"));
    expected["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    assert_eq!(changed, expected);
    send(app, "GET", &flat, None).await.assert(200, &changed);

    let answer = send(app, "DELETE", &path, None).await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    for (method, body) in [("GET", None), ("PATCH", Some(json!({}))), ("DELETE", None)] {
        send(app, method, &path, body.as_ref()).await.assert(404, &not_found("Member"));
    }
    send(app, "GET", &flat, None).await.assert(404, &not_found("Member"));
}

async fn a_member_is_the_same_below_its_customer(app: TestApp) {
    let (team, [list, _]) = arrange(&app).await;
    lives_through(&app, &team, &list, |bob| format!("{list}/{}", id(bob))).await;
}

async fn a_member_is_the_same_by_external_ids(app: TestApp) {
    let (team, [_, list]) = arrange(&app).await;
    lives_through(&app, &team, &list, |_| format!("{list}/external/bob%2F1")).await;
}

async fn any_external_ids_can_stand_in_a_path(app: TestApp) {
    let names = [
        "m-1",
        "org/team/7",
        "/",
        "a b",
        "a+b",
        "100%",
        "%2F",
        "a?b=c&d#e",
        "Ωmega-日本-🦀",
        "x@example.com",
        "external",
        "members",
        &"x".repeat(256),
    ];
    let encoded = |name: &str| utf8_percent_encode(name, NON_ALPHANUMERIC).to_string();
    for (n, name) in names.into_iter().enumerate() {
        let new = json!({"email": format!("t{n}@example.com"), "type": "team", "external_id": name});
        let team = customer(&app, &new).await;
        let list = format!("/api/customers/external/{}/members", encoded(name));
        // The owner has the external id of its customer.
        let owner = owner_of(&app, &team).await;
        let other = names[(n + 1) % names.len()];
        let new = json!({"email": "b@example.com", "external_id": other});
        let bob = send(&app, "POST", &list, Some(&new)).await.expect(201);
        for (name, expected) in [(name, owner), (other, bob)] {
            assert_eq!(expected["external_id"], name);
            let path = format!("{list}/external/{}", encoded(name));
            send(&app, "GET", &path, None).await.assert(200, &expected);
        }
    }
}

async fn a_members_external_id_is_looked_for_among_its_customers_own(app: TestApp) {
    for name in ["one", "two"] {
        let new = json!({"email": format!("{name}@example.com"), "type": "team", "external_id": name});
        let team = customer(&app, &new).await;
        let new = json!({"customer_id": team["id"], "email": "m@example.com", "external_id": "m"});
        let made = member(&app, &new).await;
        let path = format!("/api/customers/external/{name}/members/external/m");
        send(&app, "GET", &path, None).await.assert(200, &made);
    }
    let change = json!({"name": "Changed"});
    let changed = send(&app, "PATCH", "/api/customers/external/one/members/external/m", Some(&change)).await;
    assert_eq!(changed.expect(200)["name"], "Changed");
    let other = send(&app, "GET", "/api/customers/external/two/members/external/m", None).await;
    assert_eq!(other.expect(200)["name"], json!(null));
    let path = "/api/customers/external/one/members/external/two";
    send(&app, "GET", path, None).await.assert(404, &not_found("Member"));
}

async fn a_list_has_the_members_of_one_customer_and_can_be_narrowed(app: TestApp) {
    let (team, lists) = arrange(&app).await;
    individual(&app, "ada@example.com").await;
    for (name, role) in [("a", "member"), ("b", "billing_manager"), ("c", "member")] {
        app.clock.advance(Duration::SECOND);
        let email = format!("{name}@example.com");
        let new = json!({"customer_id": team["id"], "email": email, "external_id": name, "role": role});
        member(&app, &new).await;
    }
    let all = members_of(&app, &team).await;
    for list in lists {
        for (query, expected, total) in [
            ("", &all[..], 4),
            ("?limit=2", &all[..2], 4),
            ("?limit=2&page=2", &all[2..], 4),
            ("?limit=2&page=3", &[], 4),
            ("?role=owner", &all[3..], 1),
            ("?role=billing_manager", &all[1..2], 1),
            ("?email=C%40EXAMPLE.COM", &all[..1], 1),
            ("?external_id=a", &all[2..3], 1),
            ("?external_id=a&role=owner", &[], 0),
            ("?email=ada@example.com", &[], 0),
        ] {
            let found = send(&app, "GET", &format!("{list}{query}"), None).await.expect(200);
            assert_eq!(
                (&found["data"], &found["meta"]["total"]),
                (&json!(expected), &json!(total)),
                "{query}"
            );
        }
    }
}

async fn a_new_owner_takes_over_and_the_owner_stays(app: TestApp) {
    let (team, [by_id, by_external_id]) = arrange(&app).await;
    let first = owner_of(&app, &team).await;
    let new = json!({"email": "b@example.com", "external_id": "bob"});
    let bob = send(&app, "POST", &by_id, Some(&new)).await.expect(201);
    let one_owner = |input: &str| value_error("role", "Customer must have exactly one owner.", &json!(input));
    let second = json!({"email": "c@example.com", "role": "owner"});
    let stays = fault(
        "value_error",
        &json!(["body"]),
        "The only owner of a customer cannot be removed. Make another member the owner first.",
        &json!(null),
    );
    let owner = json!({"role": "owner"});
    for (path, firsts) in [
        (format!("{by_id}/{}", id(&bob)), format!("{by_id}/{}", id(&first))),
        (format!("{by_external_id}/external/bob"), format!("{by_external_id}/external/team%2F1")),
    ] {
        for list in [&by_id, &by_external_id] {
            send(&app, "POST", list, Some(&second)).await.assert(422, &one_owner("owner"));
        }
        assert_eq!(send(&app, "PATCH", &path, Some(&owner)).await.expect(200)["role"], "owner");
        assert_eq!(send(&app, "GET", &firsts, None).await.expect(200)["role"], "billing_manager");
        send(&app, "DELETE", &path, None).await.assert(422, &stays);
        let demote = json!({"role": "member"});
        send(&app, "PATCH", &path, Some(&demote)).await.assert(422, &one_owner("member"));
        assert_eq!(send(&app, "PATCH", &firsts, Some(&owner)).await.expect(200)["role"], "owner");
    }
    assert_eq!(members_of(&app, &team).await.len(), 2);
}

async fn a_member_of_another_customer_is_not_found(app: TestApp) {
    let (_, [ours, ours_by_name]) = arrange(&app).await;
    let theirs = team(&app, "theirs@example.com").await;
    let new = json!({"customer_id": theirs["id"], "email": "m@example.com", "external_id": "m"});
    let stranger = member(&app, &new).await;
    for path in [format!("{ours}/{}", id(&stranger)), format!("{ours_by_name}/external/m")] {
        for (method, body) in [("GET", None), ("PATCH", Some(json!({"name": "X"}))), ("DELETE", None)] {
            send(&app, method, &path, body.as_ref()).await.assert(404, &not_found("Member"));
        }
    }
    send(&app, "GET", &format!("/api/members/{}", id(&stranger)), None).await.assert(200, &stranger);
}

async fn of_an_unknown_customer_nothing_is_found(app: TestApp) {
    let (team, lists) = arrange(&app).await;
    let bob =
        member(&app, &json!({"customer_id": team["id"], "email": "b@example.com", "external_id": "b"})).await;
    let deletion = format!("/api/customers/{}", id(&team));
    let [by_id, by_external_id] = &lists;
    let nobodys =
        ["/api/customers/external/nobody/members".to_owned(), format!("/api/customers/{ABSENT}/members")];
    let mut paths = vec![
        (nobodys[0].clone(), format!("{}/external/b", nobodys[0])),
        (nobodys[1].clone(), format!("{}/{}", nobodys[1], id(&bob))),
    ];
    for deleted in [false, true] {
        if deleted {
            app.merchant("DELETE", &deletion).send().await.expect(204);
            paths.push((by_id.clone(), format!("{by_id}/{}", id(&bob))));
            paths.push((by_external_id.clone(), format!("{by_external_id}/external/b")));
        }
        for (list, one) in &paths {
            for (method, path, body) in [
                ("GET", list, None),
                ("POST", list, Some(json!({"email": "x@example.com"}))),
                ("GET", one, None),
                ("PATCH", one, Some(json!({"name": "X"}))),
                ("DELETE", one, None),
            ] {
                let answer = send(&app, method, path, body.as_ref()).await;
                answer.assert(404, &not_found("Customer"));
            }
        }
    }
}

async fn an_individual_has_one_member(app: TestApp) {
    let ada = customer(&app, &json!({"email": "ada@example.com", "external_id": "ada"})).await;
    let expected =
        json!({"error": "NotPermitted", "detail": "An individual customer can have only one member"});
    let paths =
        [format!("/api/customers/{}/members", id(&ada)), "/api/customers/external/ada/members".to_owned()];
    for path in paths {
        send(&app, "POST", &path, Some(&json!({"email": "b@example.com"}))).await.assert(403, &expected);
        let owner = owner_of(&app, &ada).await;
        send(&app, "POST", &path, Some(&json!({"email": "Ada@example.com"}))).await.assert(201, &owner);
    }
}

async fn without_members_they_are_read_and_not_changed(app: TestApp) {
    let (team, [by_id, by_external_id]) = arrange(&app).await;
    let bob =
        member(&app, &json!({"customer_id": team["id"], "email": "b@example.com", "external_id": "b"})).await;
    members_enabled(&app, false).await;
    let expected =
        json!({"error": "NotPermitted", "detail": "Member management is not enabled for this workspace"});
    let ones = [format!("{by_id}/{}", id(&bob)), format!("{by_external_id}/external/b")];
    for (list, one) in [&by_id, &by_external_id].into_iter().zip(&ones) {
        send(&app, "POST", list, Some(&json!({"email": "x@example.com"}))).await.assert(403, &expected);
        send(&app, "PATCH", one, Some(&json!({"name": "X"}))).await.assert(403, &expected);
        send(&app, "DELETE", one, None).await.assert(403, &expected);
        send(&app, "GET", one, None).await.assert(200, &bob);
        assert_eq!(send(&app, "GET", list, None).await.expect(200)["meta"]["total"], 2);
    }
}

async fn ac_05_whose_the_member_is_stands_in_the_path_alone(app: TestApp) {
    let (team, [by_id, by_external_id]) = arrange(&app).await;
    for list in [by_id, by_external_id] {
        for field in [
            "customer_id",
            "external_customer_id",
            "id",
            "workspace_id",
            "created_at",
            "deleted_at",
            "email_verified",
        ] {
            let loc = json!(["body", field]);
            let expected = fault("extra_forbidden", &loc, "Extra inputs are not permitted", &json!(null));
            let body = json!({"email": "x@example.com", field: team["id"]});
            send(&app, "POST", &list, Some(&body)).await.assert(422, &expected);
        }
    }
    assert_eq!(members_of(&app, &team).await.len(), 1);
}

async fn no_route_takes_other_parameters(app: TestApp) {
    let (team, [by_id, by_external_id]) = arrange(&app).await;
    let owner = owner_of(&app, &team).await;
    let ones = [format!("{by_id}/{}", id(&owner)), format!("{by_external_id}/external/team%2F1")];
    for (list, one) in [by_id, by_external_id].iter().zip(&ones) {
        for (method, path, body) in [
            ("GET", list, None),
            ("POST", list, Some(json!({"email": "x@example.com"}))),
            ("GET", one, None),
            ("PATCH", one, Some(json!({"name": "X"}))),
            ("DELETE", one, None),
        ] {
            let loc = json!(["query", "customer_id"]);
            let expected = fault("extra_forbidden", &loc, "Extra inputs are not permitted", &json!(null));
            let path = format!("{path}?customer_id={ABSENT}");
            send(&app, method, &path, body.as_ref()).await.assert(422, &expected);
        }
    }
    assert_eq!(members_of(&app, &team).await, [owner]);
}

async fn a_malformed_path_is_said_so(app: TestApp) {
    let (team, [by_id, by_external_id]) = arrange(&app).await;
    for text in MALFORMED {
        let segment = text.replace('{', "%7B").replace('}', "%7D");
        let unknown = format!("/api/customers/{segment}/members");
        for (method, path, name) in [
            ("GET", &unknown, "customer_id"),
            ("POST", &unknown, "customer_id"),
            ("GET", &format!("{unknown}/{ABSENT}"), "customer_id"),
            ("GET", &format!("{by_id}/{segment}"), "member_id"),
            ("PATCH", &format!("{by_id}/{segment}"), "member_id"),
            ("DELETE", &format!("{by_id}/{segment}"), "member_id"),
        ] {
            let body = (method != "GET" && method != "DELETE").then(|| json!({"email": "x@example.com"}));
            send(&app, method, path, body.as_ref()).await.assert(422, &malformed(name, text));
        }
    }
    for (path, name, input) in [
        (format!("{by_external_id}/external/%20"), "external_member_id", " "),
        ("/api/customers/external/%20/members/external/b".to_owned(), "external_id", " "),
        ("/api/customers/external/%20/members".to_owned(), "external_id", " "),
    ] {
        let loc = json!(["path", name]);
        let expected = fault("value_error", &loc, "Value should not be blank", &json!(input));
        send(&app, "GET", &path, None).await.assert(422, &expected);
    }
    assert_eq!(members_of(&app, &team).await.len(), 1);
}
