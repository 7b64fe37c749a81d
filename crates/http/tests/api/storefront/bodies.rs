//! What a body may be, on every route that reads one.

use anteroom_testkit::app::{Call, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{cookie, customer, invalid, registration, sign_in};

both_databases![
    routes_without_a_body_take_none_or_an_empty_object,
    routes_with_a_body_want_one,
    what_is_no_json_is_refused,
    what_is_no_object_is_refused,
    another_content_type_is_refused,
    ap_02_a_large_body_is_refused,
    credentials_are_looked_at_before_the_body,
    an_empty_locale_header_changes_nothing,
];

pub(super) fn wrong_content_type() -> Value {
    invalid("Unsupported content type: the body should be application/json")
}

/// Every route that reads a body, with good credentials.
struct Routes<'a> {
    app: &'a TestApp,
    jwt: String,
    registration: String,
    /// The paths of two addresses.
    addresses: [String; 2],
}

impl<'a> Routes<'a> {
    async fn of(app: &'a TestApp) -> Self {
        let jwt = customer(app, "ada@example.com").await;
        let book = "/store/customers/me/addresses";
        let mut addresses = Vec::new();
        for _ in 0..2 {
            let body = app.shop("POST", book).bearer(&jwt).json(&json!({})).send().await.expect(200);
            addresses.clone_from(body["customer"]["addresses"].as_array().unwrap());
        }
        let addresses = [0, 1].map(|n: usize| format!("{book}/{}", addresses[n]["id"].as_str().unwrap()));
        Self { app, jwt, registration: registration(app, "half.done@example.com").await, addresses }
    }

    fn with_body(&self) -> Vec<(&str, Call)> {
        let shop = |path| (path, self.app.shop("POST", path));
        let signed_in = |path, jwt| (path, self.app.shop("POST", path).bearer(jwt));
        vec![
            shop("/auth/customer/emailpass"),
            shop("/auth/customer/emailpass/register"),
            signed_in("/store/customers", &self.registration),
            signed_in("/store/customers/me", &self.jwt),
            signed_in("/store/customers/me/addresses", &self.jwt),
            signed_in(&self.addresses[0], &self.jwt),
        ]
    }

    async fn without_body(&self) -> Vec<(&str, Call)> {
        // Of a sign-in of its own: the first of these calls replaces the cookie of the other.
        let cookie = cookie(self.app, &sign_in(self.app, "ada@example.com").await).await;
        let post = |path| (path, self.app.shop("POST", path).bearer(&self.jwt));
        let address = &self.addresses[1];
        vec![
            ("DELETE address", self.app.shop("DELETE", address).bearer(&self.jwt)),
            post("/auth/session"),
            post("/auth/token/refresh"),
            ("DELETE /auth/session", self.app.shop("DELETE", "/auth/session").cookie(&cookie)),
        ]
    }

    async fn all(&self) -> Vec<(&str, Call)> {
        self.with_body().into_iter().chain(self.without_body().await).collect()
    }
}

async fn routes_without_a_body_take_none_or_an_empty_object(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for content_type in
        ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "text/plain"]
    {
        for path in ["/auth/session", "/auth/token/refresh"] {
            app.shop("POST", path).bearer(&jwt).header("content-type", content_type).send().await.expect(200);
        }
    }
    for path in ["/auth/session", "/auth/token/refresh"] {
        app.shop("POST", path).bearer(&jwt).json(&json!({})).send().await.expect(200);
        app.shop("POST", path).bearer(&jwt).send().await.expect(200);
        let answer = app.shop("POST", path).bearer(&jwt).json(&json!({"actor": "me"})).send().await;
        answer.assert(400, &invalid("Invalid request: Unrecognized fields: 'actor'"));
        assert_eq!(answer.header("set-cookie"), "");
    }
}

async fn routes_with_a_body_want_one(app: TestApp) {
    let routes = Routes::of(&app).await;
    for (path, call) in routes.with_body() {
        let answer = call.header("content-type", "application/json").send().await;
        if path.starts_with("/auth") {
            answer.assert(401, &super::unauthorized("Password should be a string"));
        } else {
            answer.assert(400, &invalid("Invalid request: A JSON body is required"));
        }
    }
}

async fn what_is_no_json_is_refused(app: TestApp) {
    let routes = Routes::of(&app).await;
    for bad in ["{", "{\"a\":1,\"a\":2}", "{\"a\":NaN}", "{\"a\":\"\\ud800\"}", "{}{}", "\u{0}", "a=b"] {
        for (path, call) in routes.all().await {
            let answer = call.body("application/json", bad).send().await;
            assert_eq!((path, bad, answer.status), (path, bad, 400));
            answer.assert(400, &invalid("Invalid request: The body is not valid JSON"));
        }
    }
    for (_, call) in routes.with_body() {
        let deep = format!("{{\"metadata\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
        let answer = call.body("application/json", deep).send().await;
        answer.assert(400, &invalid("Invalid request: The body is not valid JSON"));
    }
}

async fn what_is_no_object_is_refused(app: TestApp) {
    let routes = Routes::of(&app).await;
    for (bad, kind) in
        [("[]", "array"), ("null", "null"), ("\"x\"", "string"), ("1", "number"), ("true", "boolean")]
    {
        for (_, call) in routes.all().await {
            let answer = call.body("application/json", bad).send().await;
            let message = format!("Invalid request: Expected type: 'object' for the body, got: '{kind}'");
            answer.assert(400, &invalid(message));
        }
    }
}

async fn another_content_type_is_refused(app: TestApp) {
    let routes = Routes::of(&app).await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        for (_, call) in routes.all().await {
            call.body(content_type, "{}").send().await.assert(415, &wrong_content_type());
        }
    }
    for (_, call) in routes.all().await {
        call.untyped_body("{}").send().await.assert(415, &wrong_content_type());
    }
}

async fn ap_02_a_large_body_is_refused(app: TestApp) {
    let routes = Routes::of(&app).await;
    for (_, call) in routes.all().await {
        let large = json!({"email": "x".repeat(100 * 1024)});
        call.json(&large).send().await.assert(413, &invalid("Request entity too large: the limit is 100 kB"));
    }
}

async fn credentials_are_looked_at_before_the_body(app: TestApp) {
    for path in [
        "/store/customers",
        "/store/customers/me",
        "/store/customers/me/addresses",
        "/store/customers/me/addresses/x",
        "/auth/session",
        "/auth/token/refresh",
    ] {
        app.shop("POST", path).body("text/plain", "{").send().await.assert(401, &super::nobody());
    }
    app.shop("DELETE", "/auth/session").body("text/plain", "{").send().await.assert(401, &super::nobody());
}

async fn an_empty_locale_header_changes_nothing(app: TestApp) {
    let routes = Routes::of(&app).await;
    for (path, call) in routes.without_body().await {
        let call = call.header("x-medusa-locale", "").header("content-type", "application/json");
        assert_eq!((path, call.header("content-length", "0").send().await.status), (path, 200));
    }
}
