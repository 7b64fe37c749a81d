//! Every route against every kind of caller, from the table of routes itself.

use anteroom_domain::credential::Scope;
use anteroom_http::{Route, Who, routes};
use anteroom_testkit::app::{Call, TestApp};
use anteroom_testkit::both_databases;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::support::{ABSENT, individual, session_token};

both_databases![
    ac_04_a_merchants_route_opens_to_its_scope_and_nothing_else,
    ac_04_a_holders_route_opens_to_a_session_and_nothing_else,
    ac_04_each_route_asks_for_the_scope_of_its_object,
    every_route_says_who_may_call_it,
    ap_01_nonsense_is_never_our_fault,
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

async fn ac_04_each_route_asks_for_the_scope_of_its_object(app: TestApp) {
    for (method, path, scope) in [
        ("POST", "/api/customer-sessions", "customer_sessions:write"),
        ("POST", "/api/customer-sessions/introspect", "customer_sessions:read"),
        ("GET", "/api/customer-sessions", "customer_sessions:read"),
        ("GET", "/api/customer-sessions/{session_id}", "customer_sessions:read"),
        ("DELETE", "/api/customer-sessions/{session_id}", "customer_sessions:write"),
        ("DELETE", "/api/customers/{customer_id}/second-factor", "customers:write"),
        ("GET", "/api/customers/{customer_id}/sessions", "customer_sessions:read"),
        ("DELETE", "/api/customers/{customer_id}/sessions", "customer_sessions:write"),
        ("GET", "/api/customers", "customers:read"),
        ("POST", "/api/customers", "customers:write"),
        ("GET", "/api/customers/{customer_id}", "customers:read"),
        ("PATCH", "/api/customers/{customer_id}", "customers:write"),
        ("DELETE", "/api/customers/{customer_id}", "customers:write"),
        ("POST", "/api/customers/{customer_id}/merge", "customers:write"),
        ("GET", "/api/customers/external/{external_id}", "customers:read"),
        ("GET", "/api/customers/{customer_id}/state", "customers:read"),
        ("POST", "/api/customers/{customer_id}/disable", "customers:write"),
        ("POST", "/api/customers/{customer_id}/enable", "customers:write"),
        ("POST", "/api/customers/{customer_id}/send-password-reset", "customers:write"),
        ("PUT", "/api/customers/external/{external_id}", "customers:write"),
        ("PATCH", "/api/customers/external/{external_id}", "customers:write"),
        ("GET", "/api/customers/external/{external_id}/state", "customers:read"),
        ("POST", "/api/customers/external/{external_id}/send-password-reset", "customers:write"),
        ("DELETE", "/api/customers/external/{external_id}", "customers:write"),
        ("GET", "/api/customers/external/{external_id}/members", "members:read"),
        ("POST", "/api/customers/external/{external_id}/members", "members:write"),
        (
            "GET",
            "/api/customers/external/{external_id}/members/external/{external_member_id}",
            "members:read",
        ),
        (
            "PATCH",
            "/api/customers/external/{external_id}/members/external/{external_member_id}",
            "members:write",
        ),
        (
            "DELETE",
            "/api/customers/external/{external_id}/members/external/{external_member_id}",
            "members:write",
        ),
        ("GET", "/api/customers/{customer_id}/members", "members:read"),
        ("POST", "/api/customers/{customer_id}/members", "members:write"),
        ("GET", "/api/customers/{customer_id}/members/{member_id}", "members:read"),
        ("PATCH", "/api/customers/{customer_id}/members/{member_id}", "members:write"),
        ("DELETE", "/api/customers/{customer_id}/members/{member_id}", "members:write"),
        ("GET", "/api/customers/external/{external_id}/addresses", "addresses:read"),
        ("POST", "/api/customers/external/{external_id}/addresses", "addresses:write"),
        ("GET", "/api/customers/{customer_id}/addresses", "addresses:read"),
        ("POST", "/api/customers/{customer_id}/addresses", "addresses:write"),
        ("GET", "/api/customers/{customer_id}/addresses/{address_id}", "addresses:read"),
        ("PATCH", "/api/customers/{customer_id}/addresses/{address_id}", "addresses:write"),
        ("DELETE", "/api/customers/{customer_id}/addresses/{address_id}", "addresses:write"),
        ("POST", "/api/members", "members:write"),
        ("GET", "/api/members", "members:read"),
        ("GET", "/api/members/{member_id}", "members:read"),
        ("PATCH", "/api/members/{member_id}", "members:write"),
        ("DELETE", "/api/members/{member_id}", "members:write"),
        ("POST", "/api/publishable-keys", "workspace:write"),
        ("GET", "/api/publishable-keys", "workspace:read"),
        ("GET", "/api/publishable-keys/{key_id}", "workspace:read"),
        ("PATCH", "/api/publishable-keys/{key_id}", "workspace:write"),
        ("DELETE", "/api/publishable-keys/{key_id}", "workspace:write"),
        ("POST", "/api/workspace-access-tokens", "workspace_access_tokens:write"),
        ("GET", "/api/workspace-access-tokens", "workspace_access_tokens:read"),
        ("GET", "/api/workspace-access-tokens/{token_id}", "workspace_access_tokens:read"),
        ("PATCH", "/api/workspace-access-tokens/{token_id}", "workspace_access_tokens:write"),
        ("DELETE", "/api/workspace-access-tokens/{token_id}", "workspace_access_tokens:write"),
        ("POST", "/api/workspace-access-tokens/{token_id}/rotate", "workspace_access_tokens:write"),
        ("GET", "/api/workspace", "workspace:read"),
        ("PATCH", "/api/workspace", "workspace:write"),
    ] {
        let route = routes().find(|route| route.method == *method && route.path == path).unwrap();
        assert_eq!(route.who, Who::Merchant(Scope::parse(scope).unwrap()), "{method} {path}");
        let token = app.token_with(&app.workspace, scope).await;
        assert_ne!(call(&app, route).bearer(&token).send().await.status, 403, "{method} {path}");
    }
}

async fn every_route_says_who_may_call_it(app: TestApp) {
    for route in routes().filter(|route| route.path.starts_with("/api")) {
        let what = format!("{} {}", route.method, route.path);
        assert!(matches!(route.who, Who::Merchant(_) | Who::CustomerSession | Who::LeakReporter), "{what}");
        assert!(!route.path.ends_with('/'), "{what}");
        assert_eq!(call(&app, route).send().await.status, 401, "{what}");
        if let (Who::Merchant(scope), "GET") = (route.who, route.method.as_str()) {
            assert!(scope.as_str().ends_with(":read"), "{what} reads");
        }
    }
}

/// What somebody might send who wants to see what breaks: for every field of every body, and in every path.
const NONSENSE: [&str; 16] = [
    "null",
    "true",
    "-1",
    "1e308",
    "18446744073709551616",
    "[]",
    "[[[[{}]]]]",
    "{}",
    r#"{"":{"":null}}"#,
    r#""""#,
    r#""\u0000""#,
    r#""\u202e\ufffe\ud83e\udd80""#,
    r#""' OR 1=1; DROP TABLE customers --""#,
    r#""%' ESCAPE '""#,
    r#""../../etc/passwd""#,
    r#""3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60""#,
];

async fn ap_01_nonsense_is_never_our_fault(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let holder = session_token(&app, &ada).await;
    let fields = [
        "customer_id",
        "external_customer_id",
        "member_id",
        "external_member_id",
        "return_url",
        "expires_in",
        "token",
        "email",
        "name",
        "external_id",
        "type",
        "billing_address",
        "metadata",
        "avatar_url",
        "owner",
        "role",
        "member_model_enabled",
        "allowed_origins",
        "billing_name",
        "is_default_billing",
        "is_default_shipping",
        "line1",
        "state",
        "country",
        "phone",
        "comment",
        "scopes",
        "overlap",
        "title",
        "origin",
        "customer_session_lifetime",
        "session_idle_timeout",
        "return_url_hosts",
        "providers",
        "silent_registration",
        "email_verification",
        "portal",
        "mail",
        "links",
        "from",
        "dry_run",
    ];
    for route in routes().filter(|route| route.path.starts_with("/api")) {
        let token = if route.who == Who::CustomerSession { &holder } else { &app.token };
        let what = format!("{} {}", route.method, route.path);
        for nonsense in NONSENSE {
            let body = fields.map(|field| format!("\"{field}\":{nonsense}")).join(",");
            for body in
                [nonsense.to_owned(), format!("{{{body}}}"), nonsense[..nonsense.len() / 2].to_owned()]
            {
                let answer =
                    call(&app, route).bearer(token).body("application/json", body.clone()).send().await;
                assert!(answer.status < 500, "{what} with {body}: {}", answer.text());
            }
            let segment = utf8_percent_encode(nonsense, NON_ALPHANUMERIC).to_string();
            let path = path(route).replace(ABSENT, &segment);
            let path = format!("{path}?{segment}={segment}&customer_id={segment}&limit={segment}");
            let answer = app.call(route.method.as_str(), &path).bearer(token).send().await;
            assert!(answer.status < 500, "{} {path}: {}", route.method, answer.text());
        }
    }
    app.get("/api/customer-portal/customers/me").bearer(&holder).send().await.expect(200);
}
