//! What `POST /api/customer-sessions` does not take.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use crate::workspace::support::{ABSENT, MALFORMED, answers, individual, session, value_error};

both_databases![
    every_fault_of_a_body_is_named,
    a_malformed_customer_id_is_refused,
    a_session_lives_as_long_as_asked,
    return_urls_come_back_as_given,
    oa_05_hostile_return_urls_are_refused,
    a_return_url_has_at_most_2083_characters,
];

const PATH: &str = "/api/customer-sessions";

async fn every_fault_of_a_body_is_named(app: TestApp) {
    let table = answers(|| app.merchant("POST", PATH),
        &[
            json!({}),
            json!({"customer_id": null}),
            json!({"customer_id": ABSENT, "external_customer_id": "usr_1"}),
            json!({"customer_id": "abc", "external_customer_id": "usr_1"}),
            json!({"customer_id": 5}),
            json!({"customer_id": {"id": ABSENT}}),
            json!({"external_customer_id": 5}),
            json!({"external_customer_id": "  "}),
            json!({"external_customer_id": "x".repeat(257)}),
            json!({"external_customer_id": "a\u{0}b"}),
            json!({"customer_id": ABSENT, "customer_external_id": "usr_1"}),
            json!({"external_customer_id": "usr_1", "customer_external_id": "usr_1"}),
            json!({"customer_external_id": ""}),
            json!({"customerId": ABSENT}),
            json!({"customer_id": ABSENT, "return_url": 5}),
            json!({"customer_id": ABSENT, "return_url": ""}),
            json!({"customer_id": ABSENT, "member_id": "abc"}),
            json!({"customer_id": ABSENT, "member_id": []}),
            json!({"customer_id": ABSENT, "external_member_id": true}),
            json!({"customer_id": ABSENT, "external_member_id": " "}),
            json!({"customer_id": ABSENT, "expires_in": 59}),
            json!({"customer_id": ABSENT, "expires_in": 86_401}),
            json!({"customer_id": ABSENT, "expires_in": -3600}),
            json!({"customer_id": ABSENT, "expires_in": u64::MAX}),
            json!({"customer_id": ABSENT, "expires_in": i64::MAX}),
            json!({"customer_id": ABSENT, "expires_in": "3600"}),
            json!({"customer_id": ABSENT, "expires_in": 1.5}),
            json!({"customer_id": ABSENT, "expires_in": true}),
            json!({"customer_id": ABSENT, "token": "anteroom_wat_secret", "expires_at": "2030-01-01T00:00:00Z"}),
            json!({"customer_id": 1, "return_url": "x", "member_id": "y", "expires_in": "z", "typo": 1}),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_a_new_session", table);
}

async fn a_malformed_customer_id_is_refused(app: TestApp) {
    for id in MALFORMED {
        let expected = value_error("customer_id", "Value should be a version 4 UUID", &json!(id));
        app.merchant("POST", PATH).json(&json!({"customer_id": id})).send().await.assert(422, &expected);
    }
}

async fn a_session_lives_as_long_as_asked(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    for (expires_in, expires_at) in [
        (json!(60), "2026-01-02T03:05:05.678Z"),
        (json!(86_400), "2026-01-03T03:04:05.678Z"),
        (json!(3600), "2026-01-02T04:04:05.678Z"),
        (json!(null), "2026-01-02T04:04:05.678Z"),
    ] {
        let opened = session(&app, &json!({"customer_id": ada["id"], "expires_in": expires_in})).await;
        assert_eq!(opened["expires_at"], expires_at, "{expires_in}");
    }
}

async fn return_urls_come_back_as_given(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    for url in [
        "https://example.com",
        "https://example.com/account",
        "http://localhost:3000/back?a=b&c=%20#d",
        "HTTPS://Shop.Example.COM/Ü",
        "https://[2001:db8::1]:8443/",
    ] {
        let opened = session(&app, &json!({"customer_id": ada["id"], "return_url": url})).await;
        assert_eq!(opened["return_url"], url);
    }
}

async fn oa_05_hostile_return_urls_are_refused(app: TestApp) {
    let not_absolute = "Value should be an absolute http or https URL";
    for (url, msg) in [
        ("javascript:alert(1)", not_absolute),
        ("/account", not_absolute),
        ("//evil.example", not_absolute),
        ("https://ok.example\\@evil.example", not_absolute),
        ("https://evil。example/", not_absolute),
        ("https://ok.example/\r\nSet-Cookie: a=b", not_absolute),
        ("data:text/html,x", not_absolute),
        ("https://ok.example@evil.example", "Value should carry no user name or password"),
        ("https://user:secret@evil.example", "Value should carry no user name or password"),
    ] {
        let body = json!({"customer_id": ABSENT, "return_url": url});
        let expected = value_error("return_url", msg, &json!(url));
        app.merchant("POST", PATH).json(&body).send().await.assert(422, &expected);
    }
}

async fn a_return_url_has_at_most_2083_characters(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let longest = format!("https://example.com/{}", "a".repeat(2063));
    let body = |url: &str| -> Value { json!({"customer_id": ada["id"], "return_url": url}) };
    assert_eq!(session(&app, &body(&longest)).await["return_url"], longest);
    let longer = format!("{longest}a");
    let expected = value_error("return_url", "Value should have 1 to 2083 characters", &json!(longer));
    app.merchant("POST", PATH).json(&body(&longer)).send().await.assert(422, &expected);
}
