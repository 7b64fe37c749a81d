//! What every answer of the Workspace API has in common.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

use super::support::{ABSENT, id, individual, session_token};

both_databases![
    another_method_is_refused_and_the_right_ones_are_named,
    an_unknown_route_is_answered_in_the_shape_of_the_api,
    a_slash_at_the_end_makes_no_difference,
    request_ids_come_back_or_are_made,
    ck_06_every_answer_has_its_headers,
    head_is_answered_where_get_is,
];

async fn another_method_is_refused_and_the_right_ones_are_named(app: TestApp) {
    let expected = json!({"error": "MethodNotAllowed", "detail": "Method Not Allowed"});
    for (method, path, allowed) in [
        ("DELETE", "/api/customer-sessions", "POST, GET, HEAD"),
        ("DELETE", "/api/customer-sessions/introspect", "POST"),
        ("DELETE", "/api/customers", "GET, POST, HEAD"),
        ("PUT", "/api/customers/x", "GET, PATCH, DELETE, HEAD"),
        ("POST", "/api/customers/external/x", "GET, PUT, PATCH, DELETE, HEAD"),
        ("DELETE", "/api/members/", "POST, GET, HEAD"),
        ("POST", "/api/members/x", "GET, PATCH, DELETE, HEAD"),
        ("PUT", "/api/customers/x/members", "GET, POST, HEAD"),
        ("PUT", "/api/customers/x/members/y", "GET, PATCH, DELETE, HEAD"),
        ("POST", "/api/customers/external/x/members/external/y", "GET, PATCH, DELETE, HEAD"),
        ("DELETE", "/api/customers/external/x/addresses", "GET, POST, HEAD"),
        ("POST", "/api/customers/x/addresses/y", "GET, PATCH, DELETE, HEAD"),
        ("POST", "/api/workspace", "GET, PATCH, HEAD"),
        ("POST", "/api/customer-portal/customers/me", "GET, PATCH, HEAD"),
        ("OPTIONS", "/api/workspace", "GET, PATCH, HEAD"),
    ] {
        // Without a credential too: there is nothing to protect.
        for call in [app.call(method, path), app.merchant(method, path)] {
            let answer = call.send().await;
            answer.assert(405, &expected);
            assert_eq!(answer.header("allow"), allowed, "{method} {path}");
        }
    }
}

async fn an_unknown_route_is_answered_in_the_shape_of_the_api(app: TestApp) {
    let expected = json!({"error": "ResourceNotFound", "detail": "Not found"});
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/customers/a/b",
        "/api/customers//",
        "/api//customers",
        "/API/customers",
        "/api/customer-session",
        "/api/customer-portal",
        "/api/customer-sessions/introspect/x",
    ] {
        for method in ["GET", "POST"] {
            let answer = app.merchant(method, path).send().await;
            if path.starts_with("/api") {
                answer.assert(404, &expected);
            } else {
                assert_eq!(answer.status, 404, "{path}");
            }
        }
    }
}

async fn a_slash_at_the_end_makes_no_difference(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let by_id = format!("/api/customers/{}", id(&ada));
    for path in [by_id.as_str(), "/api/members", "/api/workspace"] {
        let without = app.merchant("GET", path).send().await;
        app.merchant("GET", &format!("{path}/")).send().await.assert(200, &without.expect(200));
    }
    let created =
        app.merchant("POST", "/api/customers/").json(&json!({"email": "bob@example.com"})).send().await;
    created.expect(201);
}

async fn request_ids_come_back_or_are_made(app: TestApp) {
    let ask = |id: &str| app.merchant("GET", "/api/workspace").header("x-request-id", id).send();
    assert_eq!(ask("Job_42.a-b").await.header("x-request-id"), "Job_42.a-b");
    let long = "x".repeat(128);
    assert_eq!(ask(&long).await.header("x-request-id"), long);
    for bad in [&format!("{long}x"), "", "a b", "a\tb", "<x>", "a\"b"] {
        let answer = ask(bad).await;
        let made = answer.header("x-request-id");
        assert!(made.len() == 36 && made != bad, "{bad:?} gave {made}");
    }
    let failed = app.get("/api/workspace").header("x-request-id", "mine").send().await;
    assert_eq!((failed.status, failed.header("x-request-id")), (401, "mine"));
}

async fn ck_06_every_answer_has_its_headers(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let token = session_token(&app, &ada).await;
    for call in [
        app.merchant("GET", &format!("/api/customers/{}", id(&ada))),
        app.merchant("GET", &format!("/api/customers/{ABSENT}")),
        app.merchant("GET", "/api/customers/abc"),
        app.merchant("POST", "/api/customers"),
        app.get("/api/customer-portal/customers/me").bearer(&token),
        app.get("/api/workspace"),
        app.get("/api/nothing"),
        app.call("PUT", "/api/workspace"),
        app.merchant("DELETE", &format!("/api/customers/{}", id(&ada))),
    ] {
        let answer = call.send().await;
        for (name, value) in [
            ("cache-control", "no-store"),
            ("vary", "Cookie, Authorization, Origin"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("set-cookie", ""),
            ("server", ""),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {}", answer.text());
        }
        assert_eq!(answer.header("content-type"), if answer.status == 204 { "" } else { "application/json" });
    }
}

async fn head_is_answered_where_get_is(app: TestApp) {
    let get = app.merchant("GET", "/api/workspace").send().await;
    let head = app.merchant("HEAD", "/api/workspace").send().await;
    assert_eq!((head.status, head.text().as_str()), (200, ""));
    assert_eq!(head.header("content-length"), get.header("content-length"));
    assert_eq!(app.call("HEAD", "/api/workspace").send().await.status, 401);
}
