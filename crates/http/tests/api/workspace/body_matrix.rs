//! The bodies of every route, from the documents: each fault of a body is told, all at once, by the name of its field.

use std::collections::BTreeSet;

use anteroom_http::{Route, Who, routes};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Map, Value, json};

use super::objects::{Document, Objects};
use super::support::{individual, session_token, text};

both_databases![
    every_fault_of_every_body_is_told_by_its_field,
    ac_05_no_body_sets_what_is_ours,
    ac_05_an_unknown_field_is_named_and_not_echoed,
];

/// What every record has and nobody sets.
const OURS: [&str; 6] = ["id", "workspace_id", "email_verified", "deleted_at", "created_at", "modified_at"];

/// Every route of the Workspace API that takes a body, with a credential for it and a path of own objects.
async fn arrange(app: &TestApp) -> (Document, Vec<(&'static Route, String, String)>) {
    let document = Document::of(app).await;
    let ours = Objects::of(app, &app.workspace, &app.token, "ours").await;
    let holder = session_token(app, &individual(app, "ada@example.com").await).await;
    // A list has no fields of its own.
    let has_fields = |route: &Route| document.body(route).is_some_and(Value::is_object);
    let all = routes().filter(|route| route.path.starts_with("/api") && has_fields(route));
    let called = all.map(|route| {
        let token = if route.who == Who::CustomerSession { &holder } else { &app.token };
        (route, ours.path(route), token.clone())
    });
    let called: Vec<_> = called.collect();
    assert!(called.len() >= 7, "{} routes", called.len());
    (document, called)
}

/// The faults that a body is refused for: their kinds and places.
async fn faults(
    app: &TestApp,
    route: &Route,
    path: &str,
    token: &str,
    body: Map<String, Value>,
) -> Vec<Value> {
    let before = app.rows();
    let call = app.call(route.method.as_str(), path).bearer(token).json(&Value::Object(body.clone()));
    let answer = call.send().await;
    assert_eq!(answer.status, 422, "{} {} with {body:?}: {}", route.method, route.path, answer.text());
    let answer = answer.json();
    assert_eq!(app.rows(), before, "{} {} has changed something", route.method, route.path);
    assert_eq!(answer["error"], "RequestValidationError");
    answer["detail"].as_array().unwrap().clone()
}

/// The fields that faults are about.
fn fields(faults: &[Value]) -> BTreeSet<&str> {
    assert!(faults.iter().all(|fault| fault["loc"][0] == "body"), "{faults:?}");
    faults.iter().map(|fault| text(&fault["loc"][1])).collect()
}

async fn every_fault_of_every_body_is_told_by_its_field(app: TestApp) {
    let (document, all) = arrange(&app).await;
    for (route, path, token) in all {
        let what = format!("{} {}", route.method, route.path);
        // What no field takes: a list in a list, and for a list a number.
        let wrong = |is_list: bool| if is_list { json!(5) } else { json!([[]]) };
        let known = document.fields(route);
        if known.is_empty() {
            continue;
        }
        let body = known.iter().map(|(name, is_list)| ((*name).to_owned(), wrong(*is_list))).collect();
        let found = faults(&app, route, &path, &token, body).await;
        assert_eq!(fields(&found), known.iter().map(|(name, _)| *name).collect(), "{what}");
        let distinct: BTreeSet<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(distinct.len(), found.len(), "{what} says something twice");
        for (name, is_list) in known {
            let mut body = document.body(route).and_then(Value::as_object).unwrap().clone();
            body.insert(name.to_owned(), wrong(is_list));
            let found = faults(&app, route, &path, &token, body).await;
            assert!(fields(&found).contains(name), "{what}: {name}");
        }
    }
}

async fn ac_05_no_body_sets_what_is_ours(app: TestApp) {
    let (document, all) = arrange(&app).await;
    let bob = individual(&app, "bob@example.com").await;
    for (route, path, token) in all {
        let what = format!("{} {}", route.method, route.path);
        let known = document.fields(route);
        let good = document.body(route).and_then(Value::as_object).unwrap();
        let values =
            [&bob["id"], &bob["workspace_id"], &json!(true), &json!(null), &bob["created_at"], &json!(null)];
        let ours: Vec<_> = OURS.into_iter().zip(values).collect();
        for (name, _) in &ours {
            assert!(!known.iter().any(|(known, _)| known == name), "{what} takes {name}");
        }
        for some in ours.chunks(1).chain([ours.as_slice()]) {
            let mut body = good.clone();
            body.extend(some.iter().map(|(name, value)| ((*name).to_owned(), (*value).clone())));
            let found = faults(&app, route, &path, &token, body).await;
            let expected: Vec<_> = some.iter().map(|(name, _)| unknown(name)).collect();
            let by_name =
                |faults: Vec<Value>| faults.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
            assert_eq!(by_name(found), by_name(expected), "{what}");
        }
    }
}

fn unknown(name: &str) -> Value {
    json!({"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted", "input": null})
}

async fn ac_05_an_unknown_field_is_named_and_not_echoed(app: TestApp) {
    let (document, all) = arrange(&app).await;
    for (route, path, token) in all {
        let mut body = document.body(route).and_then(Value::as_object).unwrap().clone();
        body.insert("customerId".to_owned(), json!("a secret"));
        let found = faults(&app, route, &path, &token, body).await;
        assert_eq!(found, [unknown("customerId")], "{} {}", route.method, route.path);
    }
}
