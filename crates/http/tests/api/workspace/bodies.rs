//! Bodies that are no JSON object, and how large one may be.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::support::{fault, individual, session_token};

both_databases![
    a_body_that_is_no_json_says_where,
    a_body_that_is_no_object_is_refused_and_not_echoed,
    an_empty_body_is_missing,
    ap_02_a_body_has_at_most_100_kilobytes,
    a_body_is_json_by_its_content_type,
    deep_nesting_is_refused,
    a_body_for_a_route_that_takes_none_is_ignored,
];

const PATH: &str = "/api/customers";

async fn send(app: &TestApp, bytes: impl Into<Vec<u8>>) -> Answer {
    app.merchant("POST", PATH).body("application/json", bytes).send().await
}

fn not_json(offset: usize) -> Value {
    fault("json_invalid", &json!(["body", offset]), "JSON decode error", &json!(null))
}

async fn a_body_that_is_no_json_says_where(app: TestApp) {
    for (bytes, offset) in [
        ("{", 0),
        ("{\"email\":", 8),
        ("{\"email\":\"a@example.com\"", 23),
        ("email=a@example.com", 0),
        ("{'email':'a'}", 1),
        ("{\"a\":1,}", 7),
        ("{\"a\":NaN}", 5),
        ("{\"a\":1} {}", 8),
        ("{\n\"a\": 1,\n\"a\": 2}", 16),
        ("{\"a\":{\"b\":1,\"b\":2}}", 17),
        ("{\"a\":\"\\ud800\"}", 12),
        ("\u{feff}{}", 0),
        ("{\"a\":1e999}", 9),
    ] {
        let answer = send(&app, bytes).await;
        assert_eq!((answer.status, answer.json()), (422, not_json(offset)), "{bytes}");
    }
    assert_eq!(
        send(&app, b"{\"email\":\"\xff\"}".to_vec()).await.expect(422)["detail"][0]["type"],
        "json_invalid"
    );
    assert_eq!(send(&app, "\0").await.expect(422)["detail"][0]["type"], "json_invalid");
}

async fn a_body_that_is_no_object_is_refused_and_not_echoed(app: TestApp) {
    let expected = fault("dict_type", &json!(["body"]), "Input should be a valid object", &json!(null));
    for bytes in ["[]", "[{\"email\":\"a@example.com\"}]", "null", "true", "5", "\"text\""] {
        send(&app, bytes).await.assert(422, &expected);
    }
}

async fn an_empty_body_is_missing(app: TestApp) {
    let expected = fault("missing", &json!(["body"]), "Field required", &json!(null));
    send(&app, "").await.assert(422, &expected);
    app.merchant("POST", PATH).send().await.assert(422, &expected);
    app.merchant("PATCH", "/api/workspace").send().await.assert(422, &expected);
    assert_eq!(send(&app, " \n").await.expect(422)["detail"][0]["type"], "json_invalid");
}

async fn ap_02_a_body_has_at_most_100_kilobytes(app: TestApp) {
    let padded = |length: usize| {
        let mut bytes = br#"{"email":"ada@example.com"}"#.to_vec();
        bytes.resize(length, b' ');
        bytes
    };
    let expected = json!({"error": "PayloadTooLarge", "detail": "The body is larger than 100 kB."});
    for length in [100 * 1024 + 1, 1024 * 1024, 5 * 1024 * 1024] {
        send(&app, padded(length)).await.assert(413, &expected);
    }
    send(&app, padded(100 * 1024)).await.expect(201);
}

async fn a_body_is_json_by_its_content_type(app: TestApp) {
    let body = br#"{"email":"ada@example.com"}"#.to_vec();
    let expected = json!({
        "error": "UnsupportedMediaType", "detail": "The body's content type should be application/json.",
    });
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/vnd.api+json",
        "text/plain; charset=application/json",
    ] {
        let answer = app.merchant("POST", PATH).body(content_type, body.clone()).send().await;
        answer.assert(415, &expected);
    }
    app.merchant("POST", PATH).untyped_body(body.clone()).send().await.assert(415, &expected);
    app.merchant("POST", PATH).body("Application/JSON; charset=utf-8", body).send().await.expect(201);
}

async fn deep_nesting_is_refused(app: TestApp) {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(send(&app, nested(10)).await.expect(422)["detail"][1]["type"], "extra_forbidden");
    for depth in [200, 40_000] {
        assert_eq!(send(&app, nested(depth)).await.expect(422)["detail"][0]["type"], "json_invalid");
    }
}

async fn a_body_for_a_route_that_takes_none_is_ignored(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let token = session_token(&app, &ada).await;
    let me = app.get("/api/customer-portal/customers/me").bearer(&token);
    me.body("application/json", "{").send().await.expect(200);
}
