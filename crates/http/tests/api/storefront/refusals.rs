//! The shapes of what is refused: 401 by what the client accepts, 404, 405.

use anteroom_store::Mode;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

use super::{customer, nobody};

both_databases![
    the_gate_speaks_json_to_those_who_ask_for_it,
    an_unknown_path_is_not_found,
    another_method_is_not_allowed,
    a_slash_at_the_end_makes_no_difference,
    ck_06_every_answer_carries_its_headers,
    rl_02_a_busy_database_is_a_service_unavailable,
];

async fn the_gate_speaks_json_to_those_who_ask_for_it(app: TestApp) {
    for path in ["/store/customers/me", "/auth/session", "/auth/token/refresh"] {
        let method = if path.starts_with("/store") { "GET" } else { "POST" };
        let call = || app.call(method, path).header("x-publishable-api-key", &app.key);
        for accept in ["*/*", "text/plain", "text/html, */*;q=0.8", "application/*", ""] {
            let answer = call().header("accept", accept).send().await;
            assert_eq!((answer.status, answer.text().as_str()), (401, "Unauthorized"), "{accept}");
            assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        }
        assert_eq!(call().send().await.text(), "Unauthorized");
        for accept in
            ["application/json", "text/html, application/json;q=0.9", "Application/JSON; charset=utf-8"]
        {
            let answer = call().header("accept", accept).send().await;
            answer.assert(401, &nobody());
            assert_eq!(answer.header("content-type"), "application/json");
        }
    }
}

async fn an_unknown_path_is_not_found(app: TestApp) {
    let no_such_route = json!({"type": "not_found", "message": "No such route"});
    for path in [
        "/auth",
        "/auth/",
        "/auth/customer",
        "/auth/customer/emailpass/register/again",
        "/auth/session/1",
        "/store",
        "/store/customer",
        "/store/customers/me/address",
        "/store/customers/2a51ac1a-9f7c-4f1c-8a8e-6d4ae5c6c3a1",
        "/store//customers/me",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            app.shop(method, path).send().await.assert(404, &no_such_route);
        }
    }
}

async fn another_method_is_not_allowed(app: TestApp) {
    for (path, others, allowed) in [
        ("/auth/customer/emailpass", ["PUT", "PATCH", "DELETE"], "POST, GET, HEAD"),
        ("/auth/customer/emailpass/register", ["GET", "PATCH", "DELETE"], "POST"),
        ("/auth/session", ["GET", "PUT", "PATCH"], "POST, DELETE"),
        ("/auth/token/refresh", ["GET", "PUT", "DELETE"], "POST"),
        ("/store/customers", ["GET", "PUT", "DELETE"], "POST"),
        ("/store/customers/me", ["PUT", "PATCH", "DELETE"], "GET, POST, HEAD"),
    ] {
        for method in others {
            let answer = app.shop(method, path).send().await;
            answer.assert(405, &json!({"type": "not_allowed", "message": "Method not allowed"}));
            assert_eq!(answer.header("allow"), allowed, "{path}");
        }
    }
}

async fn a_slash_at_the_end_makes_no_difference(app: TestApp) {
    let body = super::typed("ada@example.com");
    let registration =
        super::token(&app.shop("POST", "/auth/customer/emailpass/register/").json(&body).send().await);
    app.shop("POST", "/store/customers/").bearer(&registration).json(&json!({})).send().await.expect(200);
    let jwt = super::token(&app.shop("POST", "/auth/customer/emailpass/").json(&body).send().await);
    let cookie = super::cookie_of(&app.shop("POST", "/auth/session/").bearer(&jwt).send().await);
    app.shop("GET", "/store/customers/me/").cookie(&cookie).send().await.expect(200);
    app.shop("POST", "/store/customers/me/").cookie(&cookie).json(&json!({})).send().await.expect(200);
    let add = app.shop("POST", "/store/customers/me/addresses/").cookie(&cookie);
    add.json(&json!({})).send().await.expect(200);
    app.shop("POST", "/auth/token/refresh/").cookie(&cookie).send().await.expect(200);
    app.shop("DELETE", "/auth/session/").cookie(&cookie).send().await.expect(200);
}

async fn ck_06_every_answer_carries_its_headers(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for answer in [
        super::me(&app).bearer(&jwt).send().await,
        super::me(&app).send().await,
        app.shop("POST", "/auth/session").bearer(&jwt).send().await,
        app.shop("POST", "/auth/customer/emailpass").json(&super::typed("ada@example.com")).send().await,
        app.shop("GET", "/auth/nothing").send().await,
        app.get("/store/customers/me").send().await,
    ] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(answer.header("x-request-id").len(), 36);
        let vary = answer.headers.get_all("vary").iter().any(|v| v == "Cookie, Authorization, Origin");
        assert!(vary, "{:?}", answer.headers);
    }
}

async fn rl_02_a_busy_database_is_a_service_unavailable(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    // Every connection is taken, until the pool says so.
    let mut taken = Vec::new();
    while let Ok(unit) = app.store().begin(Mode::Read) {
        taken.push(unit);
    }
    let answer = super::me(&app).bearer(&jwt).send().await;
    answer.assert(
        503,
        &json!({
            "code": "api_error", "type": "database_error",
            "message": "The service is busy or its database is away. Try again shortly."
        }),
    );
    assert_eq!(answer.header("retry-after"), "1");
    drop(taken);
    super::me(&app).bearer(&jwt).send().await.expect(200);
}
