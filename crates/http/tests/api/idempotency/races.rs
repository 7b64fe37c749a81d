//! The same request many times at once: one effect.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Case, KEY, cases, told};

both_databases![
    ap_04_of_sixteen_on_one_server_one_has_an_effect,
    ap_04_of_sixteen_on_two_servers_one_has_an_effect,
    ap_04_of_sixteen_different_requests_under_one_key_one_has_an_effect,
];

const SENTENCE: &str = "The request conflicted with another request. You may retry the request with the provided \
                        Idempotency-Key.";

fn still_running(case: &Case) -> Value {
    if case.is_shops() {
        return json!({
            "code": "unknown_error", "message": SENTENCE, "type": "QueryRunnerAlreadyReleasedError"
        });
    }
    json!({"error": "Conflict", "detail": SENTENCE})
}

/// Every answer is the one, or says that it is still to come; at least one is the one.
fn assert_one(case: &Case, answers: &[Answer]) {
    let one = answers.iter().find(|answer| answer.status == case.status).unwrap();
    for answer in answers {
        if answer.status == 409 {
            answer.assert(409, &still_running(case));
        } else {
            assert_eq!(told(answer), told(one), "{}", case.path);
        }
    }
    let first = answers
        .iter()
        .filter(|answer| answer.status == case.status && answer.header("idempotency-replayed").is_empty());
    assert_eq!(first.count(), 1, "{}", case.path);
}

async fn ap_04_of_sixteen_on_one_server_one_has_an_effect(app: TestApp) {
    for case in cases(&app).await {
        let (key, before) = (case.key(), case.effects(&app).await);
        let answers = join_all((0..16).map(|_| case.send(&app, &key))).await;
        assert_one(&case, &answers);
        assert_eq!(case.effects(&app).await, 1 + effect_before(&case, before), "{}", case.path);
        let again = case.send(&app, &key).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (case.status, "true"));
    }
}

/// What counts the effects counts a sign-in's one cookie before it is there.
fn effect_before(case: &Case, before: usize) -> usize {
    if case.path == "/auth/session" { before - 1 } else { before }
}

async fn ap_04_of_sixteen_on_two_servers_one_has_an_effect(app: TestApp) {
    let second = app.another_server();
    let servers = [&app, &second];
    for case in cases(&app).await {
        let (key, before) = (case.key(), case.effects(&app).await);
        let answers = join_all((0..16).map(|n| case.send(servers[n % 2], &key))).await;
        assert_one(&case, &answers);
        assert_eq!(case.effects(&app).await, 1 + effect_before(&case, before), "{}", case.path);
        let [one, two] = servers.map(|server| case.send(server, &key));
        assert_eq!(told(&one.await), told(&two.await));
    }
}

async fn ap_04_of_sixteen_different_requests_under_one_key_one_has_an_effect(app: TestApp) {
    let second = app.another_server();
    let servers = [&app, &second];
    let jwt = super::customer(&app, "ada@example.com").await;
    let case = Case {
        path: "/store/customers/me/addresses",
        bearer: jwt,
        body: json!({}),
        other: None,
        status: 200,
    };
    let add = |n: usize| {
        let call = case.call(servers[n % 2]).header("idempotency-key", KEY);
        call.json(&json!({"city": format!("City {n}")})).send()
    };
    let answers = join_all((0..16).map(add)).await;
    for answer in &answers {
        match answer.status {
            200 => {}
            409 => answer.assert(409, &still_running(&case)),
            _ => answer.assert(422, &super::other_request(&case)),
        }
    }
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(case.effects(&app).await, 1);
}
