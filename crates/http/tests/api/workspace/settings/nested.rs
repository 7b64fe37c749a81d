//! Settings in groups: changed one by one, cleared one by one and as a whole.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::{PATH, acme, change};
use crate::workspace::support::answers;

both_databases![
    groups_are_changed_key_by_key,
    null_clears_a_key_and_a_group,
    what_is_the_default_already_changes_nothing,
    a_sender_keeps_the_spelling_that_was_typed,
    every_fault_within_a_group_is_named,
    of_sixteen_changes_at_once_none_is_lost,
    ac_03_the_settings_of_another_workspace_stay,
];

/// Every setting of a group, in another state than the default.
fn chosen() -> Value {
    json!({
        "providers": {"emailpass": false, "otp": true, "passkey_domain": null},
        "portal": {
            "brand_name": "Acme", "color": "#1f6b58", "logo_url": "https://cdn.example/logo.svg",
            "back_url": "https://shop.example/account",
        },
        "mail": {"sender_name": "Acme", "sender_address": "shop@acme.example", "language": "de",
            "security_contact": "Security@acme.example"},
        "links": {
            "password_reset": "https://shop.example/reset?token={token}",
            "verify_email": "https://shop.example/verify/{token}",
            "change_email": "https://shop.example/change#{token}",
        },
    })
}

async fn groups_are_changed_key_by_key(app: TestApp) {
    app.clock.advance(Duration::SECOND);
    let mut expected = acme(&app);
    expected["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    for (group, keys) in chosen().as_object().unwrap() {
        for (key, value) in keys.as_object().unwrap() {
            expected[group][key] = value.clone();
            assert_eq!(change(&app, &json!({group: {key: value}})).await, expected);
        }
    }
    app.merchant("GET", PATH).send().await.assert(200, &expected);
    assert_eq!(
        change(&app, &json!({"portal": {}, "mail": {}, "links": {}, "providers": {}})).await,
        expected
    );
}

async fn null_clears_a_key_and_a_group(app: TestApp) {
    change(&app, &chosen()).await;
    let mut expected = app.merchant("GET", PATH).send().await.expect(200);
    for (group, key) in [("portal", "color"), ("mail", "sender_name"), ("links", "verify_email")] {
        expected[group][key] = Value::Null;
        assert_eq!(change(&app, &json!({group: {key: null}})).await, expected);
    }
    expected["providers"]["emailpass"] = json!(true);
    assert_eq!(change(&app, &json!({"providers": {"emailpass": null}})).await, expected);
    change(&app, &chosen()).await;
    for group in ["portal", "mail", "links", "providers"] {
        expected = app.merchant("GET", PATH).send().await.expect(200);
        expected[group] = acme(&app)[group].clone();
        assert_eq!(change(&app, &json!({group: null})).await, expected);
    }
    let blank = json!({"portal": {"brand_name": " "}, "mail": {"sender_name": ""}});
    change(&app, &chosen()).await;
    let cleared = change(&app, &blank).await;
    let nothing = (&Value::Null, &Value::Null);
    assert_eq!((&cleared["portal"]["brand_name"], &cleared["mail"]["sender_name"]), nothing);
}

async fn what_is_the_default_already_changes_nothing(app: TestApp) {
    app.clock.advance(Duration::SECOND);
    for body in [
        json!({"portal": null, "mail": null, "links": null, "providers": null}),
        json!({"portal": {"color": null}, "providers": {"emailpass": true, "otp": false, "passkey_domain": null}, "silent_registration": false}),
        json!({"customer_session_lifetime": null, "return_url_hosts": []}),
    ] {
        assert_eq!(change(&app, &body).await, acme(&app));
    }
}

async fn a_sender_keeps_the_spelling_that_was_typed(app: TestApp) {
    for typed in ["Shop@Acme.example", "shop@acme.example"] {
        let changed = change(&app, &json!({"mail": {"sender_address": typed}})).await;
        assert_eq!(changed["mail"]["sender_address"], typed);
        assert_eq!(app.merchant("GET", PATH).send().await.expect(200), changed);
    }
    let upper = change(&app, &json!({"portal": {"color": "#1F6B58"}})).await;
    assert_eq!(upper["portal"]["color"], "#1f6b58");
}

async fn every_fault_within_a_group_is_named(app: TestApp) {
    let table = answers(
        || app.merchant("PATCH", PATH),
        &[
            json!({"providers": [], "portal": "blue", "mail": 5, "links": true}),
            json!({"providers": {"emailpass": "off", "google": true}}),
            json!({"portal": {"brand_name": "a\nb", "color": "blue", "logo_url": "http://cdn.example/x", "back_url": "/account"}}),
            json!({"portal": {"color": "#12345", "logo_url": "https://a;sandbox/x", "back_url": "https://ok@evil.example", "font": "serif"}}),
            json!({"portal": {"color": "", "logo_url": "data:image/svg+xml,x", "back_url": "javascript:alert(1)"}}),
            json!({"mail": {"sender_name": "a\r\nBcc: x", "sender_address": "Acme <shop@acme.example>", "language": "fr", "reply_to": null}}),
            json!({"links": {"password_reset": "https://shop.example/reset", "verify_email": "https://{token}.example/", "change_email": "http://shop.example/{token}"}}),
            json!({"links": {"password_reset": "https://shop.example/{token}/{token}", "sign_in": null}, "name": 5}),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_within_groups", table);
    app.merchant("GET", PATH).send().await.assert(200, &acme(&app));
}

async fn of_sixteen_changes_at_once_none_is_lost(app: TestApp) {
    let second = app.another_server();
    let servers = [&app, &second];
    let changes = [
        json!({"name": "Acme"}),
        json!({"session_idle_timeout": 900}),
        json!({"jwt_lifetime": 900}),
        json!({"portal": {"brand_name": "Acme"}}),
        json!({"portal": {"color": "#1f6b58"}}),
        json!({"mail": {"sender_name": "Acme"}}),
        json!({"return_url_hosts": ["shop.example"]}),
        json!({"silent_registration": true}),
    ];
    let send = |n: usize| servers[n / 8].merchant("PATCH", PATH).json(&changes[n % 8]).send();
    for answer in join_all((0..16).map(send)).await {
        answer.expect(200);
    }
    let after = app.merchant("GET", PATH).send().await.expect(200);
    assert_eq!((&after["name"], &after["portal"]["brand_name"]), (&json!("Acme"), &json!("Acme")));
    assert_eq!((&after["session_idle_timeout"], &after["jwt_lifetime"]), (&json!(900), &json!(900)));
    assert_eq!((&after["portal"]["color"], &after["silent_registration"]), (&json!("#1f6b58"), &json!(true)));
    assert_eq!(
        (&after["mail"]["sender_name"], &after["return_url_hosts"][0]),
        (&json!("Acme"), &json!("shop.example"))
    );
}

async fn ac_03_the_settings_of_another_workspace_stay(app: TestApp) {
    let rival = app.other_workspace("rival").await;
    let stranger = app.token_with(&rival, "workspace:read workspace:write").await;
    let mut body = chosen();
    body["name"] = json!("Rival & Co");
    let theirs = app.call("PATCH", PATH).bearer(&stranger).json(&body).send().await.expect(200);
    assert_eq!((&theirs["slug"], &theirs["portal"]), (&json!("rival"), &chosen()["portal"]));
    app.merchant("GET", PATH).send().await.assert(200, &acme(&app));
}
