//! Every route against every kind of caller, from the table of routes itself.

use anteroom_domain::credential::Scope;
use anteroom_http::{Route, Who, routes};
use anteroom_testkit::app::{Call, TestApp};
use anteroom_testkit::both_databases;
use serde_json::json;

use super::support::{ABSENT, individual, session_token};

both_databases![
    ac_04_a_merchants_route_opens_to_its_scope_and_nothing_else,
    ac_04_a_holders_route_opens_to_a_session_and_nothing_else,
    every_route_says_who_may_call_it,
];

fn path(route: &Route) -> String {
    route
        .path
        .split('/')
        .map(|segment| if segment.starts_with('{') { ABSENT } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

fn call(app: &TestApp, route: &Route) -> Call {
    app.call(route.method.as_str(), &path(route))
}

fn all_but(without: Scope) -> String {
    let others = Scope::ALL.into_iter().filter(|scope| *scope != without);
    others.map(Scope::as_str).collect::<Vec<_>>().join(" ")
}

async fn ac_04_a_merchants_route_opens_to_its_scope_and_nothing_else(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let holder = session_token(&app, &ada).await;
    let description = "The request requires higher privileges than provided by the access token.";
    let mut seen = 0;
    for route in routes() {
        let Who::Merchant(scope) = route.who else { continue };
        let what = format!("{} {}", route.method, route.path);
        for nobody in [call(&app, route), call(&app, route).bearer(&holder)] {
            let answer = nobody.send().await;
            assert_eq!(answer.json(), json!({"error": "Unauthorized", "detail": "Unauthorized"}), "{what}");
            assert_eq!(
                (answer.status, answer.header("www-authenticate")),
                (401, r#"Bearer realm="anteroom""#)
            );
        }
        let lacking = app.token_with(&app.workspace, &all_but(scope)).await;
        let answer = call(&app, route).bearer(&lacking).send().await;
        let expected = json!({"error": "insufficient_scope", "error_description": description});
        assert_eq!((answer.status, answer.json()), (403, expected), "{what}");
        let challenge = format!(
            r#"Bearer realm="anteroom", scope="{}", error="insufficient_scope", error_description="{description}""#,
            scope.as_str()
        );
        assert_eq!(answer.header("www-authenticate"), challenge);
        let exact = app.token_with(&app.workspace, scope.as_str()).await;
        let status = call(&app, route).bearer(&exact).send().await.status;
        assert!(matches!(status, 200 | 404 | 422), "{what} gave {status}");
        seen += 1;
    }
    assert!(seen >= 12, "{seen} routes");
}

async fn ac_04_a_holders_route_opens_to_a_session_and_nothing_else(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let holder = session_token(&app, &ada).await;
    let mut seen = 0;
    for route in routes().filter(|route| route.who == Who::CustomerSession) {
        let what = format!("{} {}", route.method, route.path);
        for nobody in [call(&app, route), call(&app, route).bearer(&app.token)] {
            let answer = nobody.send().await;
            assert_eq!(answer.json(), json!({"error": "Unauthorized", "detail": "Unauthorized"}), "{what}");
            assert_eq!(
                (answer.status, answer.header("www-authenticate")),
                (401, r#"Bearer realm="anteroom""#)
            );
        }
        let status = call(&app, route).bearer(&holder).send().await.status;
        assert!(matches!(status, 200 | 422), "{what} gave {status}");
        seen += 1;
    }
    assert_eq!(seen, 4);
}

async fn every_route_says_who_may_call_it(app: TestApp) {
    for route in routes().filter(|route| route.path.starts_with("/api")) {
        let what = format!("{} {}", route.method, route.path);
        assert!(matches!(route.who, Who::Merchant(_) | Who::CustomerSession), "{what}");
        assert!(!route.path.ends_with('/'), "{what}");
        assert_eq!(call(&app, route).send().await.status, 401, "{what}");
        if let (Who::Merchant(scope), "GET") = (route.who, route.method.as_str()) {
            assert!(scope.as_str().ends_with(":read"), "{what} reads");
        }
    }
}
