//! What is a key, and what is none.

use anteroom_testkit::app::{Call, TestApp};
use anteroom_testkit::both_databases;
use serde_json::json;

use super::{assert_replayed, cases};

both_databases![ap_04_what_is_no_key_is_refused_by_name, ap_04_any_visible_ascii_is_a_key_as_it_stands];

async fn ap_04_what_is_no_key_is_refused_by_name(app: TestApp) {
    let rule = "should be 1 to 255 visible ASCII characters, and be sent once";
    for case in cases(&app).await {
        let before = case.effects(&app).await;
        let too_long = "k".repeat(256);
        let key = |value: &[u8]| case.call(&app).header_bytes("idempotency-key", value);
        let twice = |one, two| key(one).header_bytes("idempotency-key", two);
        let absurd: [Call; 8] = [
            key(b""),
            key(too_long.as_bytes()),
            key(b"two words"),
            key(b"a\tb"),
            key(b"caf\xe9"),
            key("\u{1f511}".as_bytes()),
            twice(b"one", b"two"),
            twice(b"same", b"same"),
        ];
        for call in absurd {
            let answer = call.json(&case.body).send().await;
            if case.is_shops() {
                let message = format!("Invalid request: Header 'idempotency-key' {rule}");
                answer.assert(400, &json!({"type": "invalid_data", "message": message}));
            } else {
                let fault = json!({
                    "type": "value_error", "loc": ["header", "idempotency-key"],
                    "msg": format!("Value {rule}"), "input": null,
                });
                answer.assert(422, &json!({"error": "RequestValidationError", "detail": [fault]}));
            }
        }
        assert_eq!(case.effects(&app).await, before, "{}", case.path);
        // Who asks is looked at first.
        let nobody = case.anonymous(&app).header("idempotency-key", "").json(&case.body).send().await;
        assert_eq!(nobody.status, 401);
    }
}

async fn ap_04_any_visible_ascii_is_a_key_as_it_stands(app: TestApp) {
    let cases = cases(&app).await;
    let case = &cases[0];
    let longest = "~".repeat(255);
    let keys =
        ["k", "K", "\"k\"", "\"k", "k;p=1", "k,l", "!", "'; DROP TABLE idempotent_answers --", &longest];
    let keys: Vec<_> = keys.iter().map(|key| key.replace(' ', "_")).collect();
    for (n, key) in keys.iter().enumerate() {
        let first = case.send(&app, key).await;
        first.expect(201);
        assert_eq!(case.effects(&app).await, n + 1, "{key} is a key of its own");
        assert_replayed(&first, &case.send(&app, key).await);
    }
}
