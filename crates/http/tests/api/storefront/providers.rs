//! `GET /auth/customer/providers`, and the callback that no provider has.

use anteroom_app::change::Change;
use anteroom_app::{ProviderChanges, SettingsChanges};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::unauthorized;

both_databases![
    the_providers_of_a_shop_are_listed,
    a_provider_that_is_switched_off_is_not_listed,
    a_callback_without_a_provider_that_has_one_is_refused,
    a_password_is_never_taken_from_an_address,
];

async fn switch_off(app: &TestApp) {
    let providers =
        Change::Set(ProviderChanges { emailpass: Change::Set(false), ..ProviderChanges::default() });
    let changes = SettingsChanges { providers, ..SettingsChanges::default() };
    app.app.update_settings(app.workspace.id, changes).await.unwrap();
}

async fn the_providers_of_a_shop_are_listed(app: TestApp) {
    let emailpass = json!({
        "id": "emailpass", "identifier": "emailpass", "display_name": "Email and password", "flow": "credentials"
    });
    let all = json!({"providers": [emailpass]});
    app.shop("GET", "/auth/customer/providers").send().await.assert(200, &all);
    // A client that signed in before sends whatever it has.
    app.shop("GET", "/auth/customer/providers").bearer("stale").send().await.assert(200, &all);
    let answer = app.shop("POST", "/auth/customer/providers").json(&json!({})).send().await;
    answer.assert(405, &json!({"type": "not_allowed", "message": "Method not allowed"}));
}

async fn a_provider_that_is_switched_off_is_not_listed(app: TestApp) {
    switch_off(&app).await;
    app.shop("GET", "/auth/customer/providers").send().await.assert(200, &json!({"providers": []}));
    let nobody = unauthorized("Could not find a auth provider with id: emailpass");
    for method in ["GET", "POST"] {
        app.shop(method, "/auth/customer/emailpass/callback").send().await.assert(401, &nobody);
    }
}

async fn a_callback_without_a_provider_that_has_one_is_refused(app: TestApp) {
    let before = app.rows();
    let no_callback = unauthorized("The auth provider emailpass has no callback: sign in with credentials");
    let nobody = |name: &str| unauthorized(&format!("Could not find a auth provider with id: {name}"));
    for method in ["GET", "POST"] {
        for query in ["", "?code=1&state=2", "?error=access_denied"] {
            let path = format!("/auth/customer/emailpass/callback{query}");
            let answer = app.shop(method, &path).bearer("stale").send().await;
            answer.assert(401, &no_callback);
            let path = format!("/auth/customer/google/callback{query}");
            app.shop(method, &path).send().await.assert(401, &nobody("google"));
        }
        // What a sign-in route says is JSON, whoever asks.
        let plain =
            app.call(method, "/auth/customer/emailpass/callback").header("x-publishable-api-key", &app.key);
        plain.send().await.assert(401, &no_callback);
    }
    let answer = app.shop("DELETE", "/auth/customer/emailpass/callback").send().await;
    answer.assert(405, &json!({"type": "not_allowed", "message": "Method not allowed"}));
    assert_eq!(answer.header("allow"), "GET, POST, HEAD");
    assert_eq!(app.rows(), before);
}

async fn a_password_is_never_taken_from_an_address(app: TestApp) {
    super::customer(&app, "ada@example.com").await;
    let typed = "email=ada%40example.com&password=correct+horse+battery";
    let refused = json!({"type": "not_allowed", "message": "Method not allowed"});
    for path in ["/auth/customer/emailpass", "/auth/customer/emailpass/register"] {
        let answer = app.shop("GET", &format!("{path}?{typed}")).send().await;
        answer.assert(405, &refused);
        assert_eq!(answer.header("allow"), "POST");
        let answer = app.shop("POST", &format!("{path}?{typed}")).send().await;
        assert_eq!(answer.json(), unauthorized("Password should be a string"));
        assert_eq!(answer.json().get("token"), None::<&Value>);
    }
}
