//! `/api/publishable-keys`

use std::time::Instant;

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::support::{
    ABSENT, MALFORMED, NOW, answers, id, is_uuid4, malformed, not_found, text, value_error,
};

both_databases![
    a_key_is_made_and_names_its_workspace,
    an_origin_that_comes_with_a_key_is_allowed,
    a_full_list_of_origins_takes_no_more,
    keys_are_listed_newest_first,
    a_title_is_changed,
    an_ended_key_names_nothing,
    another_server_forgets_an_ended_key_within_a_second,
    ac_03_keys_of_another_workspace_do_not_exist,
    every_fault_of_a_key_is_named,
];

const PATH: &str = "/api/publishable-keys";

async fn create(app: &TestApp, body: &Value) -> Value {
    app.merchant("POST", PATH).json(body).send().await.expect(201)
}

fn path_of(key: &Value) -> String {
    format!("{PATH}/{}", id(key))
}

/// What the Store API answers to somebody who shows that key and nothing else.
async fn ask(app: &TestApp, key: &Value) -> Answer {
    let me = app.get("/store/customers/me").header("accept", "application/json");
    me.header("x-publishable-api-key", text(key)).send().await
}

async fn a_key_is_made_and_names_its_workspace(app: TestApp) {
    let made = create(&app, &json!({"title": " web shop "})).await;
    assert!(is_uuid4(&made["id"]) && text(&made["key"]).starts_with("pk_"));
    let expected = json!({
        "id": made["id"], "created_at": NOW, "modified_at": null, "key": made["key"], "title": "web shop",
        "workspace_id": app.workspace.id.to_string(),
    });
    assert_eq!(made, expected);
    ask(&app, &made["key"]).await.expect(401);
    app.merchant("GET", &path_of(&made)).send().await.assert(200, &expected);
    let origins = app.merchant("GET", "/api/workspace").send().await.expect(200)["allowed_origins"].clone();
    assert_eq!(origins, json!([]));
}

async fn an_origin_that_comes_with_a_key_is_allowed(app: TestApp) {
    for _ in 0..2 {
        create(&app, &json!({"title": "web", "origin": "HTTPS://Shop.Example:443"})).await;
    }
    let answer = app.merchant("GET", "/api/workspace").header("origin", "https://shop.example").send().await;
    assert_eq!(answer.expect(200)["allowed_origins"], json!(["https://shop.example"]));
    assert_eq!(answer.header("access-control-allow-origin"), "https://shop.example");
}

async fn a_full_list_of_origins_takes_no_more(app: TestApp) {
    let origins: Value = (0..50).map(|n| format!("https://s{n}.example")).collect();
    let change = app.merchant("PATCH", "/api/workspace").json(&json!({"allowed_origins": origins}));
    change.send().await.expect(200);
    let body = json!({"title": "web", "origin": "https://one.too.many.example"});
    let refused = app.merchant("POST", PATH).json(&body).send().await;
    let msg = "A workspace can allow at most 50 origins.";
    refused.assert(422, &value_error("origin", msg, &json!("https://one.too.many.example")));
    assert_eq!(app.merchant("GET", PATH).send().await.expect(200)["meta"]["total"], 1, "no key without it");
    create(&app, &json!({"title": "web", "origin": "https://s7.example"})).await;
}

async fn keys_are_listed_newest_first(app: TestApp) {
    let mut made = Vec::new();
    for title in ["one", "two", "three"] {
        app.clock.advance(Duration::SECOND);
        made.insert(0, create(&app, &json!({"title": title})).await);
    }
    let list = app.merchant("GET", &format!("{PATH}?limit=3")).send().await;
    let meta = json!({"total": 4, "page": 1, "per_page": 3, "pages": 2});
    list.assert(200, &json!({"data": made, "meta": meta}));
    app.merchant("DELETE", &path_of(&made[1])).send().await.expect(204);
    let left = app.merchant("GET", PATH).send().await.expect(200);
    assert_eq!(left["meta"]["total"], 3);
    assert_eq!((&left["data"][0], &left["data"][1]), (&made[0], &made[2]));
}

async fn a_title_is_changed(app: TestApp) {
    let made = create(&app, &json!({"title": "web"})).await;
    app.clock.advance(Duration::SECOND);
    for body in [json!({}), json!({"title": "web"})] {
        app.merchant("PATCH", &path_of(&made)).json(&body).send().await.assert(200, &made);
    }
    let mut expected = made.clone();
    expected["title"] = json!("market");
    expected["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    let change = app.merchant("PATCH", &path_of(&made)).json(&json!({"title": "market"}));
    change.send().await.assert(200, &expected);
    app.merchant("GET", &path_of(&made)).send().await.assert(200, &expected);
    ask(&app, &made["key"]).await.expect(401);
}

async fn an_ended_key_names_nothing(app: TestApp) {
    let made = create(&app, &json!({"title": "web"})).await;
    ask(&app, &made["key"]).await.expect(401);
    app.merchant("DELETE", &path_of(&made)).send().await.expect(204);
    let message = "A valid publishable key is required to proceed with the request";
    ask(&app, &made["key"]).await.assert(400, &json!({"type": "not_allowed", "message": message}));
    for method in ["GET", "DELETE"] {
        app.merchant(method, &path_of(&made)).send().await.assert(404, &not_found("Publishable key"));
    }
    let change = app.merchant("PATCH", &path_of(&made)).json(&json!({"title": "x"}));
    change.send().await.assert(404, &not_found("Publishable key"));
}

async fn another_server_forgets_an_ended_key_within_a_second(app: TestApp) {
    let other = app.another_server();
    let made = create(&app, &json!({"title": "web"})).await;
    ask(&other, &made["key"]).await.expect(401);
    app.merchant("DELETE", &path_of(&made)).send().await.expect(204);
    let ended = Instant::now();
    loop {
        let asked_after = ended.elapsed();
        let status = ask(&other, &made["key"]).await.status;
        if status == 400 {
            return;
        }
        assert_eq!((status, asked_after < std::time::Duration::from_secs(1)), (401, true));
    }
}

async fn ac_03_keys_of_another_workspace_do_not_exist(app: TestApp) {
    let ours = create(&app, &json!({"title": "web"})).await;
    let rival = app.other_workspace("rival").await;
    let stranger = app.token_with(&rival, "workspace:read workspace:write").await;
    for path in [path_of(&ours), format!("{PATH}/{ABSENT}")] {
        for method in ["GET", "DELETE"] {
            let answer = app.call(method, &path).bearer(&stranger).send().await;
            answer.assert(404, &not_found("Publishable key"));
        }
        let change = app.call("PATCH", &path).bearer(&stranger).json(&json!({"title": "theirs"}));
        change.send().await.assert(404, &not_found("Publishable key"));
    }
    assert_eq!(app.get(PATH).bearer(&stranger).send().await.expect(200)["meta"]["total"], 0);
    app.merchant("GET", &path_of(&ours)).send().await.assert(200, &ours);
}

async fn every_fault_of_a_key_is_named(app: TestApp) {
    let made = create(&app, &json!({"title": "web"})).await;
    let new = answers(
        || app.merchant("POST", PATH),
        &[
            json!({}),
            json!({"title": null, "origin": null}),
            json!({"title": " ", "origin": "https://shop.example/path"}),
            json!({"title": 5, "origin": "null"}),
            json!({"title": "web", "origin": ["https://shop.example"], "key": "pk_mine", "id": null}),
        ],
    )
    .await;
    let changed = answers(
        || app.merchant("PATCH", &path_of(&made)),
        &[
            json!({"title": null}),
            json!({"title": ""}),
            json!({"origin": "https://shop.example", "key": "pk_x"}),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_a_key", format!("{new}\n{changed}"));
    app.merchant("GET", &path_of(&made)).send().await.assert(200, &made);
    for wrong in MALFORMED {
        let answer = app.merchant("GET", &format!("{PATH}/{wrong}")).send().await;
        answer.assert(422, &malformed("key_id", wrong));
    }
}
