//! `POST /auth/customer/{provider}/register`.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

use super::{PASSWORD, invalid, registration, sign_in, token, typed, typed_with, unauthorized};

const REGISTER: &str = "/auth/customer/emailpass/register";

both_databases![
    a_new_email_gets_a_token_and_nothing_else,
    a_customers_email_is_taken,
    a_half_done_registration_goes_on_with_the_same_password_only,
    what_is_no_text_is_a_sign_in_that_fails,
    what_is_no_email_is_refused,
    unknown_fields_are_named,
    lg_03_an_email_is_taken_in_any_spelling,
    lg_03_an_email_is_free_in_another_workspace,
    an_unknown_provider_is_nobody,
    stale_credentials_are_ignored,
];

async fn a_new_email_gets_a_token_and_nothing_else(app: TestApp) {
    let answer = app.shop("POST", REGISTER).json(&typed("ada@example.com")).send().await;
    token(&answer);
    assert!(answer.header("set-cookie").starts_with("anteroom_device="), "{}", answer.header("set-cookie"));
    assert_eq!(answer.header("cache-control"), "no-store");
}

async fn a_customers_email_is_taken(app: TestApp) {
    super::customer(&app, "ada@example.com").await;
    for password in [PASSWORD, "another passphrase"] {
        let again = typed_with("ada@example.com", password);
        let answer = app.shop("POST", REGISTER).json(&again).send().await;
        answer.assert(401, &unauthorized("Identity with email already exists"));
    }
    // The words are the answer of the route, whatever the client accepts.
    let call = app.post(REGISTER).header("x-publishable-api-key", &app.key).header("accept", "*/*");
    let answer = call.json(&typed("ada@example.com")).send().await;
    answer.assert(401, &unauthorized("Identity with email already exists"));
}

async fn a_half_done_registration_goes_on_with_the_same_password_only(app: TestApp) {
    let first = registration(&app, "ada@example.com").await;
    let other = typed_with("ada@example.com", "another passphrase");
    let answer = app.shop("POST", REGISTER).json(&other).send().await;
    answer.assert(401, &unauthorized("Identity with email already exists"));

    let second = registration(&app, "Ada@Example.com").await;

    assert_ne!(first, second);
    app.shop("POST", "/store/customers").bearer(&second).json(&json!({})).send().await.expect(200);
    let jwt = sign_in(&app, "ada@example.com").await;
    assert_eq!(super::email_in(&super::me(&app).bearer(&jwt).send().await), "ada@example.com");
}

async fn what_is_no_text_is_a_sign_in_that_fails(app: TestApp) {
    let no_password = unauthorized("Password should be a string");
    let no_email = unauthorized("Email should be a string");
    for path in [REGISTER, "/auth/customer/emailpass"] {
        for (body, expected) in [
            (json!({}), &no_password),
            (json!({"email": "ada@example.com"}), &no_password),
            (json!({"email": 7, "password": 7}), &no_password),
            (json!({"email": "ada@example.com", "password": null}), &no_password),
            (json!({"email": "ada@example.com", "password": ["a"], "more": 1}), &no_password),
            (json!({"password": PASSWORD}), &no_email),
            (json!({"email": null, "password": PASSWORD}), &no_email),
            (json!({"email": {}, "password": PASSWORD}), &no_email),
        ] {
            app.shop("POST", path).json(&body).send().await.assert(401, expected);
        }
        app.shop("POST", path).send().await.assert(401, &no_password);
    }
}

async fn what_is_no_email_is_refused(app: TestApp) {
    for email in
        ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "Ada <ada@example.com>"]
    {
        let answer = app.shop("POST", REGISTER).json(&typed(email)).send().await;
        answer.assert(400, &invalid("Invalid request: Invalid email"));
    }
}

async fn unknown_fields_are_named(app: TestApp) {
    for path in [REGISTER, "/auth/customer/emailpass"] {
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "name": "Ada", "role": "owner"});
        let answer = app.shop("POST", path).json(&body).send().await;
        answer.assert(400, &invalid("Invalid request: Unrecognized fields: 'name, role'"));
    }
}

async fn lg_03_an_email_is_taken_in_any_spelling(app: TestApp) {
    super::customer(&app, "Änne.Ada@Bücher.example").await;
    for spelling in ["änne.ada@bücher.example", "ÄNNE.ADA@BÜCHER.EXAMPLE", " Änne.Ada@xn--bcher-kva.example "]
    {
        let answer = app.shop("POST", REGISTER).json(&typed(spelling)).send().await;
        answer.assert(401, &unauthorized("Identity with email already exists"));
        let jwt = sign_in(&app, spelling).await;
        let shown = super::me(&app).bearer(&jwt).send().await;
        assert_eq!(super::email_in(&shown), "Änne.Ada@Bücher.example", "as it was typed at first");
    }
}

async fn lg_03_an_email_is_free_in_another_workspace(app: TestApp) {
    super::customer(&app, "ada@example.com").await;
    let other = app.other_workspace("other").await;
    let key = app.key_of(&other).await;
    let body = typed_with("ada@example.com", "another passphrase");
    token(&app.post(REGISTER).header("x-publishable-api-key", &key).json(&body).send().await);
    // And neither password opens the other shop.
    let wrong = typed("ada@example.com");
    let answer =
        app.post("/auth/customer/emailpass").header("x-publishable-api-key", &key).json(&wrong).send().await;
    answer.assert(401, &super::wrong_email_or_password());
}

async fn an_unknown_provider_is_nobody(app: TestApp) {
    for provider in ["google", "EMAILPASS", "emailpass%20", "%3Cb%3E", "provider"] {
        let shown = provider.replace("%20", " ").replace("%3C", "<").replace("%3E", ">");
        let expected = unauthorized(&format!("Could not find a auth provider with id: {shown}"));
        for path in [format!("/auth/customer/{provider}"), format!("/auth/customer/{provider}/register")] {
            app.shop("POST", &path).json(&typed("ada@example.com")).send().await.assert(401, &expected);
            app.shop("POST", &path).send().await.assert(401, &expected);
        }
    }
    for path in ["/auth/user/emailpass", "/auth/user/emailpass/register", "/auth/alien/emailpass"] {
        let answer = app.shop("POST", path).json(&typed("ada@example.com")).send().await;
        answer.assert(404, &json!({"type": "not_found", "message": "No such route"}));
    }
}

async fn stale_credentials_are_ignored(app: TestApp) {
    let jwt = super::customer(&app, "old@example.com").await;
    let cookie = super::cookie(&app, &jwt).await;
    app.shop("DELETE", "/auth/session").cookie(&cookie).send().await.expect(200);
    for (n, stale) in [jwt.as_str(), "garbage", "", "eyJhbGciOiJub25lIn0.e30."].into_iter().enumerate() {
        let body = typed(&format!("ada{n}@example.com"));
        let call = app.shop("POST", REGISTER).bearer(stale).cookie(&cookie);
        token(&call.json(&body).send().await);
        // Without a key too, where the token might have named the shop.
        let call = app.post("/auth/customer/emailpass").bearer(stale).cookie("connect.sid=s%3Aold.signature");
        token(&call.json(&body).send().await);
    }
}
