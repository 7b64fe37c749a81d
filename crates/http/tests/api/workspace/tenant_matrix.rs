//! Every route with every object of another workspace, from the table of routes itself: nobody's, and nothing is changed.

use anteroom_http::{Route, Who, routes};
use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::objects::{Document, Objects, parameters};
use super::support::ABSENT;

both_databases![
    ac_03_in_every_path_anothers_objects_are_nobodys,
    ac_03_in_every_body_anothers_objects_are_nobodys,
    ac_03_every_filter_by_anothers_objects_finds_nothing,
    a_path_with_own_objects_is_found,
];

/// Routes that make what they do not find: another workspace's names are free in this one.
const MAKES: [(&str, &str); 2] =
    [("PUT", "/api/customers/external/{external_id}"), ("PUT", "/api/workspace/providers/{provider}")];

/// Every route for a merchant's server.
fn merchants() -> impl Iterator<Item = &'static Route> {
    routes().filter(|route| matches!(route.who, Who::Merchant(_)))
}

fn makes(route: &Route) -> bool {
    MAKES.contains(&(route.method.as_str(), route.path))
}

/// One object of each kind of ours and of a rival's.
async fn arrange(app: &TestApp) -> (Objects, Objects) {
    let rival = app.other_workspace("rival").await;
    let all = anteroom_domain::credential::Scopes::all().to_string();
    let rivals = app.token_with(&rival, &all).await;
    let theirs = Objects::of(app, &rival, &rivals, "theirs").await;
    (Objects::of(app, &app.workspace, &app.token, "ours").await, theirs)
}

/// An answer of that status about theirs, which is the one about nobody's, with each name taken out.
fn assert_same(
    (theirs, name): (&Answer, &str),
    (nobodys, absent): (&Answer, &str),
    statuses: &[u16],
    what: &str,
) {
    assert!(statuses.contains(&theirs.status), "{what} gave {}: {}", theirs.status, theirs.text());
    let without = |answer: &Answer, name: &str| (answer.status, answer.text().replace(name, "X"));
    assert_eq!(without(theirs, name), without(nobodys, absent), "{what}");
}

async fn ac_03_in_every_path_anothers_objects_are_nobodys(app: TestApp) {
    let (ours, theirs) = arrange(&app).await;
    let (nobodys, document) = (theirs.nobodys(), Document::of(&app).await);
    let mut seen = 0;
    // Those that make what a path names come last: the others would find it.
    let others = merchants().filter(|route| !makes(route));
    for route in others.chain(merchants().filter(|route| makes(route))) {
        let names: Vec<_> = parameters(route.path).collect();
        // Each object by itself below ours, then all of them.
        let each = names.iter().map(|name| vec![*name]);
        let all = (names.len() > 1).then(|| names.clone());
        for names in each.chain(all) {
            let path = |of: &Objects| {
                let put = |filled: Objects, name: &&'static str| filled.with(name, of.get(name));
                names.iter().fold(ours.clone(), put).path(route)
            };
            let what = format!("{} {} with their {names:?}", route.method, route.path);
            let before = app.rows();
            let ask = |path: String| document.call(&app, route, &path).bearer(&app.token).send();
            let answer = ask(path(&theirs)).await;
            let after = app.rows();
            if makes(route) {
                assert_eq!(answer.status, 201, "{what}");
                assert!(before.iter().all(|row| after.contains(row)), "{what} has changed something");
            } else {
                assert_same((&answer, "X"), (&ask(path(&nobodys)).await, "X"), &[404], &what);
                assert_eq!(before, after, "{what} has changed something");
            }
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen} calls");
}

/// The object that a field or a parameter of that name stands for; `None` for what is no name of anything.
fn object(name: &str) -> Option<&'static str> {
    Some(match name {
        "customer_id" | "from" => "customer_id",
        "external_customer_id" | "customer_external_id" => "external_id",
        "member_id" => "member_id",
        "external_member_id" => "external_member_id",
        "address_id" => "address_id",
        // A name that is given, and need not be anybody's yet; and what somebody else knows the shop by.
        "external_id" | "client_id" => return None,
        name if name.ends_with("_id") => {
            unreachable!("{name} is new in a body or a query: say in {} what it stands for", file!())
        }
        _ => return None,
    })
}

async fn ac_03_in_every_body_anothers_objects_are_nobodys(app: TestApp) {
    let (ours, theirs) = arrange(&app).await;
    let (nobodys, document) = (theirs.nobodys(), Document::of(&app).await);
    let mut seen = 0;
    for route in merchants() {
        let Some(example) = document.body(route) else { continue };
        for (field, _) in document.fields(route) {
            let Some(kind) = object(field) else { continue };
            let body = |name: &str| {
                let mut body = example.as_object().unwrap().clone();
                let is_another_name = |other: &str| {
                    other != field
                        && object(other).is_some_and(|other| ["customer_id", "external_id"].contains(&other))
                };
                // Of a customer one name is given; a member is one of ours.
                if ["customer_id", "external_id"].contains(&kind) {
                    body.retain(|other, _| !is_another_name(other));
                } else if document.fields(route).iter().any(|(other, _)| *other == "customer_id") {
                    body.insert("customer_id".to_owned(), json!(ours.get("customer_id")));
                }
                body.insert(field.to_owned(), json!(name));
                Value::Object(body)
            };
            let path = ours.path(route);
            let ask = |name: &str| {
                app.call(route.method.as_str(), &path).bearer(&app.token).json(&body(name)).send()
            };
            let what = format!("{} {} with their {field}", route.method, route.path);
            let (theirs, absent) = (theirs.get(kind), nobodys.get(kind));
            let before = app.rows();
            assert_same((&ask(theirs).await, theirs), (&ask(absent).await, absent), &[404, 422], &what);
            assert_eq!(before, app.rows(), "{what} has changed something");
            seen += 1;
        }
    }
    assert!(seen >= 5, "{seen} fields");
}

async fn ac_03_every_filter_by_anothers_objects_finds_nothing(app: TestApp) {
    let (ours, theirs) = arrange(&app).await;
    let document = Document::of(&app).await;
    let mut seen = 0;
    for route in merchants().filter(|route| route.method == "GET") {
        let path = ours.path(route);
        let ask = async |query: &str| app.merchant("GET", &format!("{path}{query}")).send().await;
        let whole = ask("").await.text();
        for (kind, name) in theirs.iter() {
            assert!(!whole.contains(name), "{path} tells of their {kind}");
        }
        for parameter in document.queries(route) {
            let name = match parameter {
                "external_id" => theirs.get("external_id"),
                "email" => "theirs@example.com",
                "query" => "theirs",
                parameter => match object(parameter) {
                    Some(kind) => theirs.get(kind),
                    None => continue,
                },
            };
            let answer = ask(&format!("?{parameter}={name}")).await.expect(200);
            let found = (&answer["data"], &answer["meta"]["total"]);
            assert_eq!(found, (&json!([]), &json!(0)), "{path} by their {parameter}");
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen} filters");
}

/// Otherwise the others would prove nothing.
async fn a_path_with_own_objects_is_found(app: TestApp) {
    let document = Document::of(&app).await;
    for (n, route) in merchants().enumerate().filter(|(_, route)| route.path.contains('{')) {
        let ours = Objects::of(&app, &app.workspace, &app.token, &format!("ours-{n}")).await;
        let answer = document.call(&app, route, &ours.path(route)).bearer(&app.token).send().await;
        let what = format!("{} {}", route.method, route.path);
        assert!(![403, 404].contains(&answer.status), "{what} gave {}: {}", answer.status, answer.text());
        assert!(!answer.text().contains(ABSENT), "{what}");
    }
}
