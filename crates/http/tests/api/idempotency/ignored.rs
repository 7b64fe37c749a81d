//! Other routes ignore the header, whatever it says.

use anteroom_http::{Route, Who, routes};
use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{KEY, customer, typed};

both_databases![other_routes_answer_each_time_anew, no_other_route_looks_at_the_header];

fn assert_not_replayed(answer: &Answer) {
    assert_eq!(answer.header("idempotency-replayed"), "");
}

async fn other_routes_answer_each_time_anew(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for name in ["Ada", "Eve"] {
        let call = app.shop("POST", "/store/customers/me").bearer(&jwt).header("idempotency-key", KEY);
        let answer = call.json(&json!({"first_name": name})).send().await;
        assert_eq!(answer.expect(200)["customer"]["first_name"], name);
        assert_not_replayed(&answer);
    }
    let sign_in = || {
        let call = app.shop("POST", "/auth/customer/emailpass").header("idempotency-key", KEY);
        call.json(&typed("ada@example.com")).send()
    };
    assert_ne!(sign_in().await.expect(200)["token"], sign_in().await.expect(200)["token"]);
    for on in [false, true] {
        let call = app.merchant("PATCH", "/api/workspace").header("idempotency-key", KEY);
        let answer = call.json(&json!({"member_model_enabled": on})).send().await;
        assert_eq!(answer.expect(200)["member_model_enabled"], on);
        assert_not_replayed(&answer);
    }
}

async fn no_other_route_looks_at_the_header(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mut seen = 0;
    // Who signs out everywhere does not ask twice.
    let is_asked_twice =
        |route: &&Route| route.method != "DELETE" || route.path != "/store/customers/me/sessions";
    for route in routes().filter(|route| !route.is_repeatable()).filter(is_asked_twice) {
        let path: Vec<_> = route.path.split('/').collect();
        let path: Vec<_> =
            path.into_iter().map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        let bearer = if matches!(route.who, Who::Merchant(_)) { &app.token } else { &jwt };
        let call = || app.shop(route.method.as_str(), &path.join("/")).bearer(bearer);
        let absurd = call().header("idempotency-key", "two words").header("idempotency-key", "").send().await;
        let plain = call().send().await;
        // All of it; only a token is new each time.
        let words = |answer: &Answer| {
            let mut body =
                serde_json::from_slice(&answer.body).unwrap_or_else(|_| Value::from(answer.text()));
            if let Some(token) = body.get_mut("token") {
                *token = Value::from("a token");
            }
            body
        };
        assert_eq!(
            (absurd.status, words(&absurd)),
            (plain.status, words(&plain)),
            "{} {}",
            route.method,
            route.path
        );
        assert_not_replayed(&absurd);
        seen += 1;
    }
    assert!(seen > 20, "{seen} routes");
}
