//! Which pages may read our answers.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::json;

use super::{LISTED, customer, list_origin, me, typed};

both_databases![
    a_preflight_from_a_listed_page_is_let_through,
    ck_05_a_preflight_from_any_other_page_is_not,
    ck_05_only_a_listed_page_reads_with_credentials,
    ck_05_a_page_listed_by_another_workspace_reads_nothing_here,
    a_listed_page_reads_refusals_too,
    what_is_no_preflight_is_no_route,
];

const ALLOW: [&str; 5] = [
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-max-age",
];

async fn preflight(app: &TestApp, path: &str, origin: &str) -> Answer {
    app.call("OPTIONS", path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type,x-medusa-locale,x-publishable-api-key",
        )
        .send()
        .await
}

fn vary(answer: &Answer) -> String {
    let all = answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap().to_owned());
    all.collect::<Vec<_>>().join(", ")
}

async fn a_preflight_from_a_listed_page_is_let_through(app: TestApp) {
    list_origin(&app, LISTED).await;
    // A workspace more does not matter: a preflight names none.
    app.other_workspace("other").await;
    for path in
        ["/auth/session", "/auth/customer/emailpass", "/store/customers/me", "/store/customers/me/addresses"]
    {
        let answer = preflight(&app, path, LISTED).await;
        assert_eq!((answer.status, answer.text().as_str()), (204, ""));
        assert_eq!(
            ALLOW.map(|name| answer.header(name)),
            [
                LISTED,
                "true",
                "GET, POST, PUT, PATCH, DELETE",
                "authorization, content-type, x-publishable-api-key, x-medusa-locale, idempotency-key, x-request-id",
                "600"
            ]
        );
        assert!(vary(&answer).contains("Origin"), "{}", vary(&answer));
    }
}

async fn ck_05_a_preflight_from_any_other_page_is_not(app: TestApp) {
    list_origin(&app, LISTED).await;
    for origin in [
        "https://evil.example",
        "https://evil-shop.example",
        "https://shop.example.evil.example",
        "http://shop.example",
        "https://shop.example:8443",
        "null",
        "*",
    ] {
        let answer = preflight(&app, "/auth/session", origin).await;
        assert_eq!(answer.status, 204);
        assert_eq!(ALLOW.map(|name| answer.header(name)), [""; 5], "{origin}");
        assert!(vary(&answer).contains("Origin"));
    }
}

async fn ck_05_only_a_listed_page_reads_with_credentials(app: TestApp) {
    list_origin(&app, LISTED).await;
    let jwt = customer(&app, "ada@example.com").await;
    for (origin, allowed) in [
        (LISTED, [LISTED, "true"]),
        ("https://evil.example", ["", ""]),
        ("https://shop.example.evil.example", ["", ""]),
        ("https://evil-shop.example", ["", ""]),
        ("null", ["", ""]),
    ] {
        let answer = me(&app).bearer(&jwt).header("origin", origin).send().await;
        answer.expect(200);
        let seen = ["access-control-allow-origin", "access-control-allow-credentials"];
        assert_eq!(seen.map(|name| answer.header(name)), allowed, "{origin}");
        assert!(vary(&answer).contains("Origin") && vary(&answer).contains("Cookie, Authorization"));
    }
    let answer = me(&app).bearer(&jwt).send().await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert!(vary(&answer).contains("Origin"), "a cache must not mix the two up");
}

async fn ck_05_a_page_listed_by_another_workspace_reads_nothing_here(app: TestApp) {
    let other = app.other_workspace("other").await;
    let key = app.key_of(&other).await;
    list_origin(&app, LISTED).await;
    let call = app.post("/auth/token/refresh").header("x-publishable-api-key", &key).header("origin", LISTED);
    let answer = call.send().await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

async fn a_listed_page_reads_refusals_too(app: TestApp) {
    list_origin(&app, LISTED).await;
    let sign_in =
        |body| app.shop("POST", "/auth/customer/emailpass").header("origin", LISTED).json(body).send();
    for answer in [
        sign_in(&typed("unknown@example.com")).await,
        sign_in(&json!({"email": 1})).await,
        me(&app).header("origin", LISTED).send().await,
        app.get("/store/customers/me").header("origin", LISTED).send().await,
        app.shop("PATCH", "/store/customers/me").header("origin", LISTED).send().await,
    ] {
        assert!(answer.status >= 400);
        if answer.status != 405 {
            assert_eq!(answer.header("access-control-allow-origin"), LISTED, "{}", answer.text());
        }
    }
}

async fn what_is_no_preflight_is_no_route(app: TestApp) {
    let answer = app.call("OPTIONS", "/auth/session").send().await;
    answer.assert(405, &json!({"type": "not_allowed", "message": "Method not allowed"}));
    assert_eq!(answer.header("allow"), "POST, DELETE");
}
