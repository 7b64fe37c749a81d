//! `GET /api/workspace-access-tokens`, and one of them.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::{PATH, create, path_of, record};
use crate::workspace::support::{ABSENT, MALFORMED, asked, malformed, not_found, text};

both_databases![
    live_tokens_are_listed_newest_first,
    the_last_use_is_shown,
    a_token_that_has_ended_is_not_there,
    ac_03_tokens_of_another_workspace_do_not_exist,
    a_list_takes_pages_and_nothing_else,
];

fn comments(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|token| text(&token["comment"])).collect()
}

async fn list(app: &TestApp, query: &str) -> Value {
    app.merchant("GET", &format!("{PATH}{query}")).send().await.expect(200)
}

async fn three(app: &TestApp) -> [Value; 3] {
    let make = async |comment: &str, expires_in: Value| {
        app.clock.advance(Duration::SECOND);
        let body = json!({"comment": comment, "scopes": ["members:read"], "expires_in": expires_in});
        create(app, &body).await
    };
    [make("a", json!(null)).await, make("b", json!(60)).await, make("c", json!(null)).await]
}

async fn live_tokens_are_listed_newest_first(app: TestApp) {
    let made = three(&app).await;
    let all = list(&app, "").await;
    assert_eq!(comments(&all), ["c", "b", "a", "for the test"]);
    assert_eq!(all["meta"], json!({"total": 4, "page": 1, "per_page": 10, "pages": 1}));
    for (listed, made) in all["data"].as_array().unwrap().iter().zip(made.iter().rev()) {
        assert_eq!(listed, record(made));
        app.merchant("GET", &path_of(made)).send().await.assert(200, listed);
    }
    let second = list(&app, "?page=2&limit=2").await;
    assert_eq!(comments(&second), ["a", "for the test"]);
    assert_eq!(second["meta"], json!({"total": 4, "page": 2, "per_page": 2, "pages": 2}));
    let past = list(&app, "?page=9&limit=3").await;
    assert_eq!((past["data"].clone(), past["meta"]["total"].clone()), (json!([]), json!(4)));
    assert_eq!(list(&app, "?limit=1000").await["meta"]["per_page"], 100);
}

async fn the_last_use_is_shown(app: TestApp) {
    let [made, ..] = three(&app).await;
    let used = app.get("/api/members").bearer(text(&made["token"]));
    used.send().await.expect(200);
    app.app.write_down_uses().await.unwrap();
    let shown = app.merchant("GET", &path_of(&made)).send().await.expect(200);
    assert_eq!(shown["last_used_at"], "2026-01-02T03:04:08.678Z");
    assert_eq!(shown["modified_at"], Value::Null, "a use is no change");
}

async fn a_token_that_has_ended_is_not_there(app: TestApp) {
    let [a, b, _] = three(&app).await;
    app.merchant("DELETE", &path_of(&a)).send().await.expect(204);
    assert_eq!(comments(&list(&app, "").await), ["c", "b", "for the test"]);
    app.clock.advance(Duration::MINUTE);
    assert_eq!(comments(&list(&app, "").await), ["c", "for the test"]);
    for ended in [&a, &b] {
        for method in ["GET", "DELETE"] {
            app.merchant(method, &path_of(ended)).send().await.assert(404, &not_found("Access token"));
        }
        let change = app.merchant("PATCH", &path_of(ended)).json(&json!({"comment": "x"}));
        change.send().await.assert(404, &not_found("Access token"));
        let rotate = app.merchant("POST", &format!("{}/rotate", path_of(ended)));
        rotate.send().await.assert(404, &not_found("Access token"));
    }
}

async fn ac_03_tokens_of_another_workspace_do_not_exist(app: TestApp) {
    let [ours, ..] = three(&app).await;
    let rival = app.other_workspace("rival").await;
    let all = anteroom_domain::credential::Scopes::all().to_string();
    let stranger = app.token_with(&rival, &all).await;
    let absent = format!("{PATH}/{ABSENT}");
    for path in [&path_of(&ours), &absent] {
        let missing = not_found("Access token");
        for method in ["GET", "DELETE"] {
            app.call(method, path).bearer(&stranger).send().await.assert(404, &missing);
        }
        let change = app.call("PATCH", path).bearer(&stranger).json(&json!({"comment": "theirs"}));
        change.send().await.assert(404, &missing);
        app.post(&format!("{path}/rotate")).bearer(&stranger).send().await.assert(404, &missing);
    }
    let theirs = app.get(PATH).bearer(&stranger).send().await.expect(200);
    assert_eq!(theirs["meta"]["total"], 1);
    app.merchant("GET", &path_of(&ours)).send().await.assert(200, record(&ours));
}

async fn a_list_takes_pages_and_nothing_else(app: TestApp) {
    let paths =
        ["?page=0", "?limit=x", "?page=1&page=2", "?scopes=all"].map(|query| format!("{PATH}{query}"));
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    insta::assert_snapshot!("refused_lists_of_tokens", asked(&app, "GET", &paths).await);
    for wrong in MALFORMED {
        let answer = app.merchant("GET", &format!("{PATH}/{wrong}")).send().await;
        answer.assert(422, &malformed("token_id", wrong));
    }
}
