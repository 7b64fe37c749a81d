//! Requests that a page of somebody else's makes a browser send.

use anteroom_testkit::app::{Call, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{LISTED, cookie, customer, foreign_origin, list_origin, me, sign_in, typed};

both_databases![
    ck_02_a_foreign_page_changes_nothing_by_cookie,
    ck_02_our_own_and_listed_pages_may,
    ck_02_a_foreign_page_may_ask_but_not_read,
    ck_02_a_jwt_is_nobodys_forgery,
    ck_02_a_form_is_no_json,
    ck_03_a_foreign_page_signs_nobody_in,
    ck_03_the_origins_are_those_of_the_workspace,
    ck_04_reading_changes_nothing,
];

/// What browsers say of requests that are none of the shop's, as headers.
const FOREIGN: &[(&str, &str)] = &[
    ("origin", "https://evil.example"),
    ("origin", "null"),
    ("origin", ""),
    ("origin", "https://shop.example.evil.example"),
    ("origin", "https://evil-shop.example"),
    ("origin", "https://sub.shop.example"),
    ("origin", "http://shop.example"),
    ("origin", "https://shop.example:8443"),
    ("origin", "https://shop.example@evil.example"),
    ("origin", "https://shop.example, https://evil.example"),
    ("origin", "https://anteroom.test"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
    ("sec-fetch-site", "new-word"),
];

/// And of those that are.
const OURS: &[(&str, &str)] = &[
    ("origin", LISTED),
    ("origin", "HTTPS://SHOP.EXAMPLE"),
    ("origin", "http://anteroom.test"),
    ("sec-fetch-site", "same-origin"),
    ("sec-fetch-site", "none"),
    ("x-no-browser", "neither header"),
];

/// What a cookie can change, without the end of its session.
const BY_COOKIE: &[&str] = &["/store/customers/me", "/store/customers/me/addresses", "/auth/token/refresh"];

async fn shopper(app: &TestApp) -> (String, String) {
    list_origin(app, LISTED).await;
    let jwt = customer(app, "ada@example.com").await;
    let cookie = cookie(app, &jwt).await;
    (jwt, cookie)
}

/// The customer, with whatever was changed.
async fn record(app: &TestApp, jwt: &str) -> Value {
    me(app).bearer(jwt).send().await.expect(200)
}

async fn ck_02_a_foreign_page_changes_nothing_by_cookie(app: TestApp) {
    let (jwt, cookie) = shopper(&app).await;
    let before = record(&app, &jwt).await;
    for (name, value) in FOREIGN {
        for path in BY_COOKIE {
            let call = app.shop("POST", path).cookie(&cookie).header(name, value);
            let answer = call.json(&json!({"first_name": "Eve"})).send().await;
            answer.assert(403, &foreign_origin());
        }
        let call = app.shop("DELETE", "/auth/session").cookie(&cookie).header(name, value);
        call.send().await.assert(403, &foreign_origin());
    }
    // The origin has the word where both are there.
    let both = app.shop("POST", BY_COOKIE[0]).cookie(&cookie).header("sec-fetch-site", "same-origin");
    let both = both.header("origin", "https://evil.example").json(&json!({"first_name": "Eve"}));
    both.send().await.assert(403, &foreign_origin());
    assert_eq!(record(&app, &jwt).await, before);
    me(&app).cookie(&cookie).send().await.expect(200);
}

async fn ck_02_our_own_and_listed_pages_may(app: TestApp) {
    let (jwt, cookie) = shopper(&app).await;
    for (n, (name, value)) in OURS.iter().enumerate() {
        let first_name = format!("Ada {n}");
        let call = app.shop("POST", "/store/customers/me").cookie(&cookie).header(name, value);
        let answer = call.json(&json!({"first_name": first_name})).send().await;
        assert_eq!(answer.expect(200)["customer"]["first_name"], first_name);
        let call = app.shop("POST", "/auth/token/refresh").cookie(&cookie).header(name, value);
        super::token(&call.send().await);
    }
    // A listed origin counts even where the browser calls the request cross-site.
    let call = app.shop("DELETE", "/auth/session").cookie(&cookie).header("sec-fetch-site", "cross-site");
    call.header("origin", LISTED).send().await.assert(200, &json!({"success": true}));
    me(&app).bearer(&jwt).send().await.assert(401, &super::bad_token());
}

async fn ck_02_a_foreign_page_may_ask_but_not_read(app: TestApp) {
    let (_, cookie) = shopper(&app).await;
    for (name, value) in FOREIGN {
        let answer = me(&app).cookie(&cookie).header(name, value).send().await;
        answer.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), "", "{name}: {value}");
    }
}

async fn ck_02_a_jwt_is_nobodys_forgery(app: TestApp) {
    let (jwt, _) = shopper(&app).await;
    for (name, value) in FOREIGN {
        let call = app.shop("POST", "/store/customers/me").bearer(&jwt).header(name, value);
        call.json(&json!({"first_name": "Ada"})).send().await.expect(200);
    }
}

async fn ck_02_a_form_is_no_json(app: TestApp) {
    let (jwt, cookie) = shopper(&app).await;
    let before = record(&app, &jwt).await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    {
        for path in BY_COOKIE {
            let call = app.shop("POST", path).cookie(&cookie).body(content_type, r#"{"first_name":"Eve"}"#);
            call.send().await.assert(415, &super::bodies::wrong_content_type());
        }
        let call = app.shop("POST", "/auth/customer/emailpass");
        let call = call.body(content_type, typed("ada@example.com").to_string());
        call.send().await.assert(415, &super::bodies::wrong_content_type());
    }
    assert_eq!(record(&app, &jwt).await, before);
}

/// The requests that put somebody else's identity into a browser.
fn sign_ins(app: &TestApp, jwt: &str) -> [Call; 3] {
    [
        app.shop("POST", "/auth/customer/emailpass").json(&typed("ada@example.com")),
        app.shop("POST", "/auth/customer/emailpass/register").json(&typed("eve@example.com")),
        app.shop("POST", "/auth/session").bearer(jwt),
    ]
}

async fn ck_03_a_foreign_page_signs_nobody_in(app: TestApp) {
    let (jwt, _) = shopper(&app).await;
    for (name, value) in FOREIGN {
        for call in sign_ins(&app, &jwt) {
            let answer = call.header(name, value).send().await;
            answer.assert(403, &foreign_origin());
            assert_eq!(answer.header("set-cookie"), "");
        }
    }
    let answer = app.shop("POST", "/auth/customer/emailpass").json(&typed("eve@example.com")).send().await;
    answer.assert(401, &super::wrong_email_or_password());
    for (name, value) in OURS {
        for call in sign_ins(&app, &jwt) {
            call.header(name, value).send().await.expect(200);
        }
    }
}

async fn ck_03_the_origins_are_those_of_the_workspace(app: TestApp) {
    list_origin(&app, LISTED).await;
    let other = app.other_workspace("other").await;
    let key = app.key_of(&other).await;
    let call = app.post("/auth/customer/emailpass").header("x-publishable-api-key", &key);
    let call = call.header("origin", LISTED).json(&typed("ada@example.com"));
    call.send().await.assert(403, &foreign_origin());
}

async fn ck_04_reading_changes_nothing(app: TestApp) {
    let (jwt, cookie) = shopper(&app).await;
    let before = record(&app, &jwt).await;
    for method in ["GET", "HEAD"] {
        for path in [
            "/auth/session",
            "/auth/token/refresh",
            "/auth/customer/emailpass",
            "/auth/customer/emailpass/register",
            "/store/customers",
            "/store/customers/me",
            "/store/customers/me/addresses",
        ] {
            let answer = app.shop(method, path).cookie(&cookie).send().await;
            let is_read = ["/store/customers/me", "/store/customers/me/addresses"].contains(&path);
            assert_eq!(answer.status, if is_read { 200 } else { 405 }, "{path}");
            assert_eq!(answer.header("set-cookie"), "");
        }
    }
    assert_eq!(record(&app, &jwt).await, before);
    assert_ne!(sign_in(&app, "ada@example.com").await, jwt);
}
