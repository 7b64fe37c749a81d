//! Many who give and end tokens at once.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::{join, join_all};
use serde_json::json;

use super::{PATH, path_of, record, with_scopes};
use crate::workspace::support::{id, text};

both_databases![
    of_sixteen_rotations_one_makes_a_token,
    of_sixteen_ends_one_is_told_so,
    what_a_token_grants_while_it_is_ended_is_there_when_it_has_ended,
    two_tokens_that_change_each_other_do_not_wait_for_each_other,
];

fn of_status(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

async fn of_sixteen_rotations_one_makes_a_token(app: TestApp) {
    let second = app.another_server();
    let servers = [&app, &second];
    let made = with_scopes(&app, &["workspace:read"]).await;
    let path = format!("{}/rotate", path_of(&made));
    let answers = join_all((0..16).map(|n| servers[n % 2].merchant("POST", &path).send())).await;
    assert_eq!((of_status(&answers, 201), of_status(&answers, 422)), (1, 15));
    let listed = app.merchant("GET", PATH).send().await.expect(200);
    assert_eq!(listed["meta"]["total"], 3, "the one that asks, the old one and the new one");
}

async fn of_sixteen_ends_one_is_told_so(app: TestApp) {
    let second = app.another_server();
    let servers = [&app, &second];
    let made = with_scopes(&app, &["workspace:read"]).await;
    let path = path_of(&made);
    let answers = join_all((0..16).map(|n| servers[n % 2].merchant("DELETE", &path).send())).await;
    assert_eq!((of_status(&answers, 204), of_status(&answers, 404)), (1, 15));
}

async fn what_a_token_grants_while_it_is_ended_is_there_when_it_has_ended(app: TestApp) {
    let second = app.another_server();
    let granting = with_scopes(&app, &["workspace_access_tokens:write"]).await;
    let body = json!({"comment": "granted", "scopes": ["workspace_access_tokens:write"]});
    let grant = |_| second.post(PATH).bearer(text(&granting["token"])).json(&body).send();
    let ended = async {
        app.merchant("DELETE", &path_of(&granting)).send().await.expect(204);
        app.merchant("GET", &format!("{PATH}?limit=100")).send().await.expect(200)
    };
    let (answers, listed) = join(join_all((0..16).map(grant)), ended).await;
    let listed: Vec<_> = listed["data"].as_array().unwrap().iter().map(id).collect();
    for answer in answers.iter().filter(|answer| answer.status == 201) {
        assert!(listed.contains(&id(record(&answer.json()))), "granted after the end was told");
    }
    assert_eq!(of_status(&answers, 201) + of_status(&answers, 401), 16);
}

async fn two_tokens_that_change_each_other_do_not_wait_for_each_other(app: TestApp) {
    let scopes = ["workspace_access_tokens:write", "members:read"];
    let [one, two] = [with_scopes(&app, &scopes).await, with_scopes(&app, &scopes).await];
    let change = |by: &serde_json::Value, of: &serde_json::Value, n: usize| {
        let call = app.call("PATCH", &path_of(of)).bearer(text(&by["token"]));
        call.json(&json!({"comment": format!("change {n}")})).send()
    };
    let pairs = (0..8).map(|n| join(change(&one, &two, n), change(&two, &one, n)));
    for (first, second) in join_all(pairs).await {
        assert_eq!((first.status, second.status), (200, 200));
    }
}
