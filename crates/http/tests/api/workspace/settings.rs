//! `/api/workspace`

mod lists;
mod nested;
mod values;

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::support::{NOW, answers};

both_databases![
    a_workspace_is_shown,
    settings_are_changed_one_by_one,
    origins_are_normalised_and_listed_once,
    what_changes_nothing_leaves_the_time_of_the_last_change,
    every_fault_of_a_change_is_named,
    at_most_fifty_origins_are_listed,
    ck_05_a_listed_origin_may_read_the_answers,
];

const PATH: &str = "/api/workspace";

async fn change(app: &TestApp, body: &Value) -> Value {
    app.merchant("PATCH", PATH).json(body).send().await.expect(200)
}

fn acme(app: &TestApp) -> Value {
    json!({
        "id": app.workspace.id.to_string(), "created_at": NOW, "modified_at": null, "slug": "acme", "name": "acme",
        "member_model_enabled": true, "allowed_origins": [], "customer_session_lifetime": null,
        "session_idle_timeout": null, "session_absolute_lifetime": null, "jwt_lifetime": null, "return_url_hosts": [],
        "providers": {"emailpass": true, "otp": false, "passkey_domain": null}, "silent_registration": false,
        "email_verification": "off",
        "portal": {"brand_name": null, "color": null, "logo_url": null, "back_url": null},
        "mail": {"sender_name": null, "sender_address": null, "language": "en", "security_contact": null},
        "links": {"password_reset": null, "verify_email": null, "change_email": null},
    })
}

async fn a_workspace_is_shown(app: TestApp) {
    app.merchant("GET", PATH).send().await.assert(200, &acme(&app));
    app.merchant("GET", "/api/workspace/").send().await.assert(200, &acme(&app));
}

async fn settings_are_changed_one_by_one(app: TestApp) {
    app.clock.advance(Duration::SECOND);
    let mut expected = acme(&app);
    expected["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    expected["member_model_enabled"] = json!(false);
    assert_eq!(change(&app, &json!({"member_model_enabled": false})).await, expected);
    expected["allowed_origins"] = json!(["https://shop.example"]);
    assert_eq!(change(&app, &json!({"allowed_origins": ["https://shop.example"]})).await, expected);
    app.merchant("GET", PATH).send().await.assert(200, &expected);
    let both = json!({"member_model_enabled": true, "allowed_origins": []});
    expected["member_model_enabled"] = json!(true);
    expected["allowed_origins"] = json!([]);
    assert_eq!(change(&app, &both).await, expected);
}

async fn origins_are_normalised_and_listed_once(app: TestApp) {
    let sent = json!([
        "https://Shop.Example",
        "https://shop.example:443/",
        "http://localhost:8000",
        "HTTPS://SHOP.EXAMPLE",
        "https://bücher.example",
        "http://shop.example:80",
        "https://shop.example:8443",
    ]);
    let kept = json!([
        "https://shop.example",
        "http://localhost:8000",
        "https://xn--bcher-kva.example",
        "http://shop.example",
        "https://shop.example:8443",
    ]);
    assert_eq!(change(&app, &json!({"allowed_origins": sent})).await["allowed_origins"], kept);
    assert_eq!(app.merchant("GET", PATH).send().await.expect(200)["allowed_origins"], kept);
}

async fn what_changes_nothing_leaves_the_time_of_the_last_change(app: TestApp) {
    app.clock.advance(Duration::SECOND);
    for body in [json!({}), json!({"member_model_enabled": true}), json!({"allowed_origins": []})] {
        assert_eq!(change(&app, &body).await, acme(&app));
    }
}

async fn every_fault_of_a_change_is_named(app: TestApp) {
    let table = answers(|| app.merchant("PATCH", PATH),
        &[
            json!({"member_model_enabled": null}),
            json!({"member_model_enabled": "true"}),
            json!({"member_model_enabled": 1}),
            json!({"allowed_origins": null}),
            json!({"allowed_origins": "https://shop.example"}),
            json!({"allowed_origins": {"0": "https://shop.example"}}),
            json!({"allowed_origins": ["https://shop.example", null, 5, "null", "*", "https://shop.example/path"]}),
            json!({"allowed_origins": ["https://user@shop.example", "shop.example", ["https://shop.example"]]}),
            json!({"slug": "other", "id": "x", "created_at": null}),
            json!({"member_model_enabled": null, "allowed_origins": ["x"], "typo": 1}),
            json!({"name": null}),
            json!({"name": " "}),
            json!({"name": "a\u{7}", "silent_registration": null}),
            json!({"silent_registration": "on"}),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_settings", table);
    app.merchant("GET", PATH).send().await.assert(200, &acme(&app));
}

async fn at_most_fifty_origins_are_listed(app: TestApp) {
    let origins = |n: usize| -> Value { (0..n).map(|n| format!("https://s{n}.example")).collect() };
    assert_eq!(change(&app, &json!({"allowed_origins": origins(50)})).await["allowed_origins"], origins(50));
    let refused = app.merchant("PATCH", PATH).json(&json!({"allowed_origins": origins(51)})).send().await;
    let msg = "Value should have at most 50 origins";
    refused.assert(422, &super::support::value_error("allowed_origins", msg, &json!(null)));
    assert_eq!(app.merchant("GET", PATH).send().await.expect(200)["allowed_origins"], origins(50));
}

async fn ck_05_a_listed_origin_may_read_the_answers(app: TestApp) {
    let ask = |origin: &str| app.merchant("GET", PATH).header("origin", origin).send();
    assert_eq!(ask("https://shop.example").await.header("access-control-allow-origin"), "");
    change(&app, &json!({"allowed_origins": ["https://shop.example"]})).await;
    let answer = ask("https://shop.example").await;
    assert_eq!(answer.header("access-control-allow-origin"), "https://shop.example");
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    for other in
        ["https://evil-shop.example", "https://shop.example.evil.example", "http://shop.example", "null"]
    {
        assert_eq!(ask(other).await.header("access-control-allow-origin"), "", "{other}");
    }
}
