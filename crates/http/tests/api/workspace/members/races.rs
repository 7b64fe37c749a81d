//! Many who change a customer's members at once, at two servers.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::workspace::support::{
    id, member, members_enabled, members_of, not_found, owner_of, team, value_error,
};

both_databases![
    of_sixteen_new_owners_one_remains,
    of_sixteen_first_owners_one_is_made,
    of_sixteen_who_take_one_email_one_has_it,
    of_sixteen_new_members_of_one_email_one_is_made,
    of_sixteen_new_members_of_one_external_id_one_is_made,
    of_sixteen_removals_one_removes,
    whoever_is_promoted_and_removed_at_once_leaves_one_owner,
    an_email_is_passed_on_while_many_want_it,
];

/// Sixteen requests at once, half of them at either server.
async fn sixteen<F: Future<Output = Answer>>(
    app: &TestApp,
    request: impl Fn(&TestApp, usize) -> F,
) -> Vec<Answer> {
    let other = app.another_server();
    let servers = [app, &other];
    join_all((0..16).map(|n| request(servers[n % 2], n))).await
}

/// One of them was answered with that status, and the others were refused.
#[track_caller]
fn assert_one(answers: &[Answer], status: u16, refusal: impl Fn(usize) -> (u16, Value)) {
    assert_eq!(answers.iter().filter(|answer| answer.status == status).count(), 1);
    for (n, answer) in answers.iter().enumerate().filter(|(_, answer)| answer.status != status) {
        let (status, body) = refusal(n);
        answer.assert(status, &body);
    }
}

async fn sixteen_members(app: &TestApp, team: &Value) -> Vec<Value> {
    let mut made = Vec::new();
    for n in 0..16 {
        made.push(
            member(app, &json!({"customer_id": team["id"], "email": format!("m{n}@example.com")})).await,
        );
    }
    made
}

async fn owners(app: &TestApp, team: &Value) -> usize {
    members_of(app, team).await.iter().filter(|member| member["role"] == "owner").count()
}

async fn of_sixteen_new_owners_one_remains(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let members = sixteen_members(&app, &team).await;
    let promote = |server: &TestApp, n: usize| {
        let call = server.merchant("PATCH", &format!("/api/members/{}", id(&members[n])));
        call.json(&json!({"role": "owner"})).send()
    };
    let answers = sixteen(&app, promote).await;
    for answer in &answers {
        assert_eq!(answer.expect(200)["role"], "owner", "it was, until the next one was");
    }
    let all = members_of(&app, &team).await;
    let with = |role: &str| all.iter().filter(|member| member["role"] == role).count();
    assert_eq!([with("owner"), with("billing_manager"), with("member")], [1, 16, 0]);
    assert_ne!(owner_of(&app, &team).await["email"], "team@example.com");
}

async fn of_sixteen_first_owners_one_is_made(app: TestApp) {
    members_enabled(&app, false).await;
    let team = team(&app, "team@example.com").await;
    members_enabled(&app, true).await;
    let create = |server: &TestApp, n: usize| {
        let body = json!({"customer_id": team["id"], "email": format!("m{n}@example.com"), "role": "owner"});
        server.merchant("POST", "/api/members").json(&body).send()
    };
    let answers = sixteen(&app, create).await;
    let expected = value_error("role", "Customer must have exactly one owner.", &json!("owner"));
    assert_one(&answers, 201, |_| (422, expected.clone()));
    assert_eq!(members_of(&app, &team).await.len(), 1);
}

async fn of_sixteen_who_take_one_email_one_has_it(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let members = sixteen_members(&app, &team).await;
    let email = |n: usize| if n.is_multiple_of(2) { "Wanted@example.com" } else { "wanted@EXAMPLE.com" };
    let take = |server: &TestApp, n: usize| {
        let call = server.merchant("PATCH", &format!("/api/members/{}", id(&members[n])));
        call.json(&json!({"email": email(n)})).send()
    };
    let answers = sixteen(&app, take).await;
    let msg = "A member with this email address already exists.";
    assert_one(&answers, 200, |n| (422, value_error("email", msg, &json!(email(n)))));
    let path = format!("/api/members?email=wanted@example.com&customer_id={}", id(&team));
    assert_eq!(app.merchant("GET", &path).send().await.expect(200)["meta"]["total"], 1);
}

async fn of_sixteen_new_members_of_one_email_one_is_made(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let path = format!("/api/customers/{}/members", id(&team));
    let create = |server: &TestApp, n: usize| {
        let email = if n.is_multiple_of(2) { "b@example.com" } else { "B@example.com" };
        server.merchant("POST", &path).json(&json!({"email": email, "name": n.to_string()})).send()
    };
    let answers = sixteen(&app, create).await;
    let made = answers[0].expect(201);
    for answer in answers {
        answer.assert(201, &made);
    }
    assert_eq!(members_of(&app, &team).await.len(), 2);
}

async fn of_sixteen_new_members_of_one_external_id_one_is_made(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let create = |server: &TestApp, n: usize| {
        let email = format!("m{n}@example.com");
        let body = json!({"customer_id": team["id"], "email": email, "external_id": "m-1"});
        server.merchant("POST", "/api/members").json(&body).send()
    };
    let answers = sixteen(&app, create).await;
    let msg = "A member with this external ID already exists.";
    assert_one(&answers, 201, |_| (422, value_error("external_id", msg, &json!("m-1"))));
    assert_eq!(members_of(&app, &team).await.len(), 2);
}

async fn of_sixteen_removals_one_removes(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let bob = member(&app, &json!({"customer_id": team["id"], "email": "b@example.com"})).await;
    let path = format!("/api/members/{}", id(&bob));
    let answers = sixteen(&app, |server, _| server.merchant("DELETE", &path).send()).await;
    assert_one(&answers, 204, |_| (404, not_found("Member")));
    assert_eq!(members_of(&app, &team).await.len(), 1);
}

async fn whoever_is_promoted_and_removed_at_once_leaves_one_owner(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let members = sixteen_members(&app, &team).await;
    let path = |n: usize| format!("/api/members/{}", id(&members[n / 4]));
    let change = |server: &TestApp, n: usize| match n % 4 {
        0 | 3 => server.merchant("PATCH", &path(n)).json(&json!({"role": "owner"})).send(),
        _ => server.merchant("DELETE", &path(n)).send(),
    };
    for answer in sixteen(&app, change).await {
        // An owner is not removed, and who is removed becomes none.
        assert!(matches!(answer.status, 200 | 204 | 404 | 422), "{}", answer.text());
    }
    assert_eq!(owners(&app, &team).await, 1);
}

async fn an_email_is_passed_on_while_many_want_it(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let body = json!({"customer_id": team["id"], "email": "b@example.com", "external_id": "m-1"});
    let change = |server: &TestApp, n: usize| {
        let (server, body, team) =
            (server.merchant("POST", "/api/members"), body.clone(), id(&team).to_owned());
        let removing = app.merchant("GET", &format!("/api/members?customer_id={team}&external_id=m-1"));
        let app = &app;
        async move {
            if n.is_multiple_of(2) {
                return server.json(&body).send().await;
            }
            let found = removing.send().await.expect(200);
            match found["data"].as_array().unwrap().first() {
                Some(bob) => app.merchant("DELETE", &format!("/api/members/{}", id(bob))).send().await,
                None => app.merchant("GET", "/api/workspace").send().await,
            }
        }
    };
    for answer in sixteen(&app, change).await {
        assert!(matches!(answer.status, 200 | 201 | 204 | 404), "{}", answer.text());
    }
    let left = members_of(&app, &team).await;
    assert!(left.len() <= 2 && owners(&app, &team).await == 1, "{left:?}");
    assert_eq!(member(&app, &body).await["email"], "b@example.com");
}
