//! What a merchant has chosen for the shop, as its pages meet it.

use std::time::Instant;

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::jwts::claims;
use super::{
    PASSWORD, bad_cookie, bad_token, cookie, customer, me, registration, sign_in, token, typed, typed_with,
    unauthorized,
};
use crate::mails::{deliver, only_mail};

const REGISTER: &str = "/auth/customer/emailpass/register";
const SIGN_IN: &str = "/auth/customer/emailpass";

both_databases![
    se_02_idle_time_is_what_the_workspace_says,
    another_server_holds_to_the_idle_time_within_a_second,
    a_session_ends_when_the_workspace_says,
    jw_02_a_jwt_lives_as_long_as_the_workspace_says,
    lifetimes_are_each_workspaces_own,
    a_provider_that_is_switched_off_is_as_good_as_none,
    who_is_signed_in_stays_so_without_the_provider,
    lg_02_silent_registration_answers_alike,
    lg_02_the_owner_of_a_taken_email_is_told_and_nobody_else,
    ot_09_whoever_registers_again_and_again_fills_no_mailbox,
    a_silent_registration_goes_on_with_the_same_password,
    lg_02_what_a_silent_registration_gives_for_a_taken_email_opens_nothing,
];

async fn choose(app: &TestApp, settings: &Value) {
    app.merchant("PATCH", "/api/workspace").json(settings).send().await.expect(200);
}

async fn se_02_idle_time_is_what_the_workspace_says(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    app.clock.advance(Duration::minutes(30) - Duration::SECOND);
    choose(&app, &json!({"session_idle_timeout": 1800})).await;
    me(&app).cookie(&cookie).send().await.expect(200);
    app.clock.advance(Duration::minutes(30) - Duration::SECOND);
    me(&app).cookie(&cookie).send().await.expect(200);
    app.clock.advance(Duration::minutes(30));
    me(&app).cookie(&cookie).send().await.assert(401, &bad_cookie());
    me(&app).bearer(&jwt).send().await.expect(200);
    // It counts for those there are: with more time, the same cookie is good again.
    choose(&app, &json!({"session_idle_timeout": null})).await;
    me(&app).cookie(&cookie).send().await.expect(200);
}

async fn another_server_holds_to_the_idle_time_within_a_second(app: TestApp) {
    let other = app.another_server();
    let cookie = cookie(&app, &customer(&app, "ada@example.com").await).await;
    app.clock.advance(Duration::hours(1));
    let ask = || other.shop("GET", "/store/customers/me").cookie(&cookie).send();
    ask().await.expect(200);
    choose(&app, &json!({"session_idle_timeout": 1800})).await;
    let changed = Instant::now();
    loop {
        let asked_after = changed.elapsed();
        let status = ask().await.status;
        if status == 401 {
            return;
        }
        assert_eq!((status, asked_after < std::time::Duration::from_secs(1)), (200, true));
        // Longer than is allowed now, and less than was before.
        app.clock.advance(Duration::hours(1));
    }
}

async fn a_session_ends_when_the_workspace_says(app: TestApp) {
    choose(&app, &json!({"session_absolute_lifetime": 3600})).await;
    let jwt = customer(&app, "ada@example.com").await;
    let opened = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
    opened.expect(200);
    let set = opened.set_cookie("connect.sid").unwrap();
    assert!(set.contains("; Max-Age=3600;"), "{set}");
    assert_eq!(claims(&jwt)["exp"].as_i64().unwrap() - claims(&jwt)["iat"].as_i64().unwrap(), 3600);
    // It counts for those to come.
    choose(&app, &json!({"session_absolute_lifetime": 7200})).await;
    let cookie = super::cookie_of(&opened);
    app.clock.advance(Duration::HOUR - Duration::SECOND);
    me(&app).cookie(&cookie).send().await.expect(200);
    app.clock.advance(Duration::SECOND);
    me(&app).cookie(&cookie).send().await.assert(401, &bad_cookie());
}

async fn jw_02_a_jwt_lives_as_long_as_the_workspace_says(app: TestApp) {
    let life = |jwt: &str| claims(jwt)["exp"].as_i64().unwrap() - claims(jwt)["iat"].as_i64().unwrap();
    let day = customer(&app, "ada@example.com").await;
    choose(&app, &json!({"jwt_lifetime": 600})).await;
    let jwt = sign_in(&app, "ada@example.com").await;
    assert_eq!((life(&day), life(&jwt)), (86_400, 600));
    let refreshed = token(&app.shop("POST", "/auth/token/refresh").bearer(&day).send().await);
    assert_eq!(life(&refreshed), 600);
    assert_eq!(life(&registration(&app, "eve@example.com").await), 600);
    app.clock.advance(Duration::minutes(10));
    me(&app).bearer(&jwt).send().await.assert(401, &bad_token());
    me(&app).bearer(&day).send().await.expect(200);
}

async fn lifetimes_are_each_workspaces_own(app: TestApp) {
    choose(&app, &json!({"session_idle_timeout": 600, "jwt_lifetime": 600})).await;
    let other = app.other_workspace("other").await;
    let key = app.key_of(&other).await;
    let there = |path: &str| app.post(path).header("x-publishable-api-key", &key);
    let jwt = token(&there(REGISTER).json(&typed("ada@example.com")).send().await);
    assert_eq!(claims(&jwt)["exp"].as_i64().unwrap() - claims(&jwt)["iat"].as_i64().unwrap(), 86_400);
}

fn no_provider() -> Value {
    unauthorized("Could not find a auth provider with id: emailpass")
}

async fn a_provider_that_is_switched_off_is_as_good_as_none(app: TestApp) {
    customer(&app, "ada@example.com").await;
    choose(&app, &json!({"providers": {"emailpass": false}})).await;
    for path in [SIGN_IN, REGISTER] {
        for body in [typed("ada@example.com"), typed("eve@example.com"), json!({})] {
            app.shop("POST", path).json(&body).send().await.assert(401, &no_provider());
        }
    }
    let other = app.other_workspace("other").await;
    let key = app.key_of(&other).await;
    token(
        &app.post(REGISTER)
            .header("x-publishable-api-key", &key)
            .json(&typed("ada@example.com"))
            .send()
            .await,
    );
    choose(&app, &json!({"providers": null})).await;
    sign_in(&app, "ada@example.com").await;
}

async fn who_is_signed_in_stays_so_without_the_provider(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    choose(&app, &json!({"providers": {"emailpass": false}})).await;
    me(&app).cookie(&cookie).send().await.expect(200);
    token(&app.shop("POST", "/auth/token/refresh").bearer(&jwt).send().await);
    app.shop("DELETE", "/auth/session").cookie(&cookie).send().await.expect(200);
}

async fn lg_02_silent_registration_answers_alike(app: TestApp) {
    customer(&app, "ada@example.com").await;
    registration(&app, "half@example.com").await;
    choose(&app, &json!({"silent_registration": true})).await;
    let register = async |email: &str, password: &str| {
        app.shop("POST", REGISTER).json(&typed_with(email, password)).send().await
    };
    let new = register("new@example.com", PASSWORD).await;
    let shape = |jwt: &str| -> Vec<String> { claims(jwt).as_object().unwrap().keys().cloned().collect() };
    for (email, password) in [
        ("ada@example.com", PASSWORD),
        ("Ada@Example.com", "another passphrase"),
        ("half@example.com", "another passphrase"),
    ] {
        let taken = register(email, password).await;
        let (one, other) = (token(&new), token(&taken));
        assert_eq!((shape(&one), one.len()), (shape(&other), other.len()));
        for claim in ["actor_id", "app_metadata", "aud", "auth_provider", "iss", "iat", "exp"] {
            assert_eq!(claims(&one)[claim], claims(&other)[claim], "{claim}");
        }
        let headers = |answer: &anteroom_testkit::app::Answer| -> Vec<String> {
            let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort_unstable();
            names
        };
        assert_eq!(headers(&new), headers(&taken));
    }
    // What anybody can see of what was typed is refused as ever.
    let common = register("ada@example.com", "password1").await;
    assert_eq!(common.status, 400);
    choose(&app, &json!({"silent_registration": false})).await;
    let loud = register("ada@example.com", PASSWORD).await;
    loud.assert(401, &unauthorized("Identity with email already exists"));
}

/// Registers, and waits until so many mails were written down that others can cause.
async fn register_until(app: &TestApp, email: &str, mails: usize) {
    let typed = typed_with(email, "another passphrase");
    assert_eq!(app.shop("POST", REGISTER).json(&typed).send().await.status, 200);
    while app.rows().iter().filter(|row| row.starts_with("mail_counts")).count() < mails {
        tokio::task::yield_now().await;
    }
}

async fn lg_02_the_owner_of_a_taken_email_is_told_and_nobody_else(app: TestApp) {
    customer(&app, "ada@example.com").await;
    registration(&app, "half@example.com").await;
    choose(&app, &json!({"silent_registration": true, "portal": {"back_url": "https://shop.example/"}}))
        .await;
    for free in ["new@example.com", "half@example.com"] {
        register_until(&app, free, 0).await;
    }
    register_until(&app, "ADA@example.com", 1).await;
    let mail = only_mail(&app).await;
    assert_eq!(mail.header("To"), "ada@example.com");
    assert_eq!(mail.header("Subject"), "You already have an account at acme");
    assert_eq!(mail.link(), "https://shop.example/", "it opens nothing");
    assert!(mail.text.contains("On January 2, 2026, 03:04 UTC, somebody tried"), "{}", mail.text);
    choose(&app, &json!({"silent_registration": false})).await;
    let loud = app.shop("POST", REGISTER).json(&typed_with("ada@example.com", PASSWORD)).send().await;
    assert_eq!(loud.status, 401);
    assert_eq!(deliver(&app).await, 0, "who is refused knows");
}

async fn ot_09_whoever_registers_again_and_again_fills_no_mailbox(app: TestApp) {
    let adas = customer(&app, "ada@example.com").await;
    let id = super::id(&me(&app).bearer(&adas).send().await.expect(200)["customer"]["id"]);
    choose(&app, &json!({"silent_registration": true})).await;
    for mails in 1..=5 {
        register_until(&app, "ada@example.com", mails).await;
    }
    register_until(&app, "ada@example.com", 5).await;
    // All mails that others can cause count as one.
    let reset = format!("/api/customers/{id}/send-password-reset");
    app.merchant("POST", &reset).send().await.assert(202, &json!({}));
    assert_eq!(deliver(&app).await, 5);
    app.clock.advance(Duration::HOUR + Duration::SECOND);
    app.merchant("POST", &reset).send().await.assert(202, &json!({}));
    assert_eq!(deliver(&app).await, 1);
    assert_eq!(
        app.rows().iter().filter(|row| row.starts_with("mail_counts")).count(),
        1,
        "the others are swept"
    );
}

async fn a_silent_registration_goes_on_with_the_same_password(app: TestApp) {
    choose(&app, &json!({"silent_registration": true})).await;
    registration(&app, "ada@example.com").await;
    let jwt = registration(&app, "ada@example.com").await;
    app.shop("POST", "/store/customers").bearer(&jwt).json(&json!({})).send().await.expect(200);
    let jwt = sign_in(&app, "ada@example.com").await;
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn lg_02_what_a_silent_registration_gives_for_a_taken_email_opens_nothing(app: TestApp) {
    let adas = customer(&app, "ada@example.com").await;
    choose(&app, &json!({"silent_registration": true})).await;
    let jwt = registration(&app, "ada@example.com").await;
    for (method, path) in
        [("POST", "/store/customers"), ("POST", "/auth/token/refresh"), ("GET", "/store/customers/me")]
    {
        let call = app.shop(method, path).bearer(&jwt);
        let call = if path == "/store/customers" { call.json(&json!({})) } else { call };
        call.send().await.assert(401, &bad_token());
    }
    me(&app).bearer(&adas).send().await.expect(200);
    let sessions = "/api/customers";
    let id = super::id(&me(&app).bearer(&adas).send().await.expect(200)["customer"]["id"]);
    let listed = app.merchant("GET", &format!("{sessions}/{id}/sessions")).send().await.expect(200);
    assert_eq!(listed["meta"]["total"], 2, "the registration and the sign-in, as before");
}
