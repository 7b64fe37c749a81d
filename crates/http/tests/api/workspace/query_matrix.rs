//! Every route of the Workspace API, from the table itself: a parameter that it does not know is refused by its name.

use anteroom_http::{Route, Who, routes};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

use super::objects::{Document, Objects};
use super::support::{individual, session_token};

both_databases![what_no_route_knows_is_refused_by_its_name];

async fn what_no_route_knows_is_refused_by_its_name(app: TestApp) {
    let document = Document::of(&app).await;
    let ours = Objects::of(&app, &app.workspace, &app.token, "ours").await;
    let holder = session_token(&app, &individual(&app, "ada@example.com").await).await;
    let unknown = json!([{
        "type": "extra_forbidden", "loc": ["query", "unheard"], "msg": "Extra inputs are not permitted", "input": null,
    }]);
    let mut seen = 0;
    // Who signs a body is looked at first: token_leaks.rs.
    let is_ours = |route: &&Route| route.path.starts_with("/api") && route.who != Who::LeakReporter;
    for route in routes().filter(is_ours) {
        let what = format!("{} {}", route.method, route.path);
        let token = if route.who == Who::CustomerSession { &holder } else { &app.token };
        let before = app.rows();
        let path = format!("{}?unheard=of", ours.path(route));
        let answer = document.call(&app, route, &path).bearer(token).send().await;
        assert_eq!((answer.status, &answer.json()["detail"]), (422, &unknown), "{what}");
        assert_eq!(app.rows(), before, "{what} has changed something");
        seen += 1;
    }
    assert!(seen >= 60, "{seen} routes");
}
