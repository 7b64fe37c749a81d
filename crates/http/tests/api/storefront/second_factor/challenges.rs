//! Sign-ins that wait for the second factor.

use anteroom_domain::second_factor::SecondFactorChallenge;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::json;
use time::Duration;

use super::super::{
    PASSWORD, bad_token, cookie, cookie_of, customer, invalid, me, rows_but_failures, token, typed,
};
use super::{
    EMAIL, assert_not_cached, by_password, challenge, next_step, over, pass, protected, waits, wrong,
};
use crate::mails::{deliver, mails};

both_databases![
    a_sign_in_waits_and_goes_on,
    mf_01_a_code_is_accepted_once,
    mf_01_a_code_is_good_a_step_before_and_after,
    mf_03_a_password_opens_nothing_by_itself,
    mf_03_a_mailed_code_opens_nothing_by_itself,
    mf_03_a_provider_opens_nothing_by_itself,
    mf_03_a_reset_opens_nothing_by_itself,
    mf_03_a_sign_in_that_the_factor_overtakes_waits_too,
    mf_05_wrong_codes_are_counted_by_account,
    mf_05_a_challenge_is_over_after_five_wrong_codes,
    ot_03_of_sixteen_who_show_a_code_one_signs_in,
    ot_03_of_sixteen_guesses_at_once_five_are_looked_at,
    a_challenge_is_over_after_five_minutes,
    a_challenge_is_of_one_shop_and_one_kind,
    se_04_another_password_ends_who_waits,
    se_05_a_disabled_customer_does_not_pass,
    sessions_of_somebody_who_becomes_the_customer_end,
    lg_12_a_new_device_is_told_of_when_it_has_passed,
    clients_that_trade_the_jwt_at_once_are_told_to_wait,
    what_is_no_second_factor_is_refused,
    challenges_are_forgotten,
];

async fn a_sign_in_waits_and_goes_on(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let answer = app.shop("POST", "/auth/customer/emailpass").json(&typed(EMAIL)).send().await;
    assert_not_cached(&answer);
    assert_eq!(answer.set_cookie("anteroom_device"), None, "the device is not known yet");
    let waiting = answer.expect(200);
    assert_eq!(waiting["mfa_challenge"]["expires_at"], "2026-01-02T03:09:35.678Z", "in five minutes");
    let body = json!({"method": "totp", "code": phone.code(&app)});
    let path = format!("/auth/mfa/challenges/{}/verify", challenge(&waiting));
    // The SDK sends whatever token it has.
    let answer = app.shop("POST", &path).bearer("stale").json(&body).send().await;
    assert!(answer.set_cookie("anteroom_device").is_some());
    let jwt = token(&answer);
    me(&app).bearer(&jwt).send().await.expect(200);
    let cookie = cookie(&app, &jwt).await;
    me(&app).header("cookie", &cookie).send().await.expect(200);
    let sessions = app.shop("GET", "/store/customers/me/sessions").bearer(&jwt).send().await.expect(200);
    assert_eq!(sessions["sessions"][0]["provider"], "emailpass");
}

async fn mf_01_a_code_is_accepted_once(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let code = phone.code(&app);
    token(&pass(&app, &challenge(&by_password(&app).await), &code).send().await);
    let waiting = challenge(&by_password(&app).await);
    pass(&app, &waiting, &code).send().await.assert(401, &wrong());
    next_step(&app);
    token(&pass(&app, &waiting, &phone.code(&app)).send().await);
}

async fn mf_01_a_code_is_good_a_step_before_and_after(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    app.clock.advance(Duration::minutes(2));
    let waiting = challenge(&by_password(&app).await);
    for too_far in [-60, 60] {
        pass(&app, &waiting, &phone.code_in(&app, too_far)).send().await.assert(401, &wrong());
    }
    for near in [-30, 0, 30] {
        token(&pass(&app, &challenge(&by_password(&app).await), &phone.code_in(&app, near)).send().await);
    }
}

/// Nothing that a sign-in has got so far opens anything.
async fn assert_opens_nothing(app: &TestApp, jwt: &str) {
    me(app).bearer(jwt).send().await.assert(401, &bad_token());
    for path in ["/auth/token/refresh", "/store/customers"] {
        app.shop("POST", path).bearer(jwt).json(&json!({})).send().await.assert(401, &bad_token());
    }
    app.shop("GET", super::FACTORS).bearer(jwt).send().await.assert(401, &bad_token());
    let body = json!({"entity_id": EMAIL, "entity_type": "email"});
    let answer = app.shop("POST", "/auth/verification/request").bearer(jwt).json(&body).send().await;
    answer.assert(401, &bad_token());
}

async fn mf_03_a_password_opens_nothing_by_itself(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let waiting = by_password(&app).await;
    assert_opens_nothing(&app, waiting["token"].as_str().unwrap()).await;
    let jwt = token(&pass(&app, &challenge(&waiting), &phone.code(&app)).send().await);
    // Not even when the sign-in has passed.
    assert_opens_nothing(&app, waiting["token"].as_str().unwrap()).await;
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn mf_03_a_mailed_code_opens_nothing_by_itself(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let (flow, code) = super::super::codes::mailed(&app, EMAIL).await;
    let waiting = super::super::codes::show(&app, &flow, &code).send().await.expect(200);
    assert_opens_nothing(&app, waiting["token"].as_str().unwrap()).await;
    let jwt = token(&pass(&app, &challenge(&waiting), &phone.code(&app)).send().await);
    let sessions = app.shop("GET", "/store/customers/me/sessions").bearer(&jwt).send().await.expect(200);
    assert_eq!(sessions["sessions"][0]["provider"], "otp");
    // A mailbox alone takes nothing from an account that asks for more.
    challenge(&by_password(&app).await);
}

async fn mf_03_a_provider_opens_nothing_by_itself(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let issuer = super::super::federation::issuer(&app).await;
    issuer.signs_in("1", Some(EMAIL), true);
    for _ in 0..2 {
        let waiting = super::super::federation::sign_in(&app, &issuer).await.expect(200);
        assert_opens_nothing(&app, waiting["token"].as_str().unwrap()).await;
        let jwt = token(&pass(&app, &challenge(&waiting), &phone.code(&app)).send().await);
        let found = me(&app).bearer(&jwt).send().await.expect(200);
        assert_eq!(found["customer"]["email"], EMAIL);
        next_step(&app);
    }
}

async fn mf_03_a_reset_opens_nothing_by_itself(app: TestApp) {
    protected(&app).await;
    let asked =
        app.shop("POST", "/auth/customer/emailpass/reset-password").json(&json!({"identifier": EMAIL}));
    asked.send().await;
    let resets = |app: &TestApp| app.rows().iter().any(|row| row.starts_with("password_resets "));
    while !resets(&app) {
        tokio::task::yield_now().await;
    }
    deliver(&app).await;
    let mails = mails(&app);
    let reset = mails.iter().find(|mail| mail.text.contains("token=")).unwrap();
    let body = json!({"password": PASSWORD});
    let update = app.shop("POST", "/auth/customer/emailpass/update").bearer(reset.token()).json(&body);
    update.send().await.assert(200, &json!({"success": true}));
    challenge(&by_password(&app).await);
}

async fn mf_03_a_sign_in_that_the_factor_overtakes_waits_too(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let phone = super::start(&app, &jwt).await;
    let code = phone.code(&app);
    let sign_ins = (0..16).map(|_| app.shop("POST", "/auth/customer/emailpass").json(&typed(EMAIL)).send());
    let (verified, answers) =
        tokio::join!(super::verify(&app, &jwt, &phone, &code).send(), join_all(sign_ins));
    verified.expect(200);
    for answer in answers.iter().filter(|answer| answer.status == 200) {
        let body = answer.expect(200);
        me(&app).bearer(body["token"].as_str().unwrap()).send().await.assert(401, &bad_token());
    }
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn mf_05_wrong_codes_are_counted_by_account(app: TestApp) {
    let (jwt, phone, _) = protected(&app).await;
    for _ in 0..2 {
        let waiting = challenge(&by_password(&app).await);
        for _ in 0..5 {
            pass(&app, &waiting, &phone.wrong_code(&app)).send().await.assert(401, &wrong());
        }
    }
    let waiting = challenge(&by_password(&app).await);
    pass(&app, &waiting, &phone.code(&app)).send().await.assert(429, &waits(30));
    // Wherever a code is asked for.
    let body = json!({"code": phone.code(&app)});
    app.clock.advance(Duration::minutes(10));
    let confirm = || app.shop("POST", "/auth/mfa/recovery-codes").bearer(&jwt).json(&body).send();
    assert_eq!(confirm().await.status, 403, "the wait is over, and the code too");
    assert_eq!(confirm().await.status, 429);
    app.clock.advance(Duration::MINUTE);
    me(&app).bearer(&jwt).send().await.expect(200);
    token(&pass(&app, &challenge(&by_password(&app).await), &phone.code(&app)).send().await);
}

async fn mf_05_a_challenge_is_over_after_five_wrong_codes(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let waiting = challenge(&by_password(&app).await);
    for _ in 0..SecondFactorChallenge::MOST_GUESSES {
        pass(&app, &waiting, &phone.wrong_code(&app)).send().await.assert(401, &wrong());
    }
    pass(&app, &waiting, &phone.code(&app)).send().await.assert(401, &over());
    token(&pass(&app, &challenge(&by_password(&app).await), &phone.code(&app)).send().await);
}

async fn ot_03_of_sixteen_who_show_a_code_one_signs_in(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let waiting = challenge(&by_password(&app).await);
    let code = phone.code(&app);
    let answers = join_all((0..16).map(|_| pass(&app, &waiting, &code).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.assert(401, &over());
    }
    // Of two challenges the code is good for one.
    next_step(&app);
    let (one, two) = (challenge(&by_password(&app).await), challenge(&by_password(&app).await));
    let code = phone.code(&app);
    let answers =
        join_all((0..16).map(|n| pass(&app, if n % 2 == 0 { &one } else { &two }, &code).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
}

async fn ot_03_of_sixteen_guesses_at_once_five_are_looked_at(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let waiting = challenge(&by_password(&app).await);
    let code = phone.wrong_code(&app);
    let answers = join_all((0..16).map(|_| pass(&app, &waiting, &code).send())).await;
    let looked_at = answers.iter().filter(|answer| answer.json() == wrong()).count();
    assert_eq!(looked_at, 5);
    pass(&app, &waiting, &phone.code(&app)).send().await.assert(401, &over());
}

async fn a_challenge_is_over_after_five_minutes(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let waiting = by_password(&app).await;
    app.clock.advance(SecondFactorChallenge::LIFE);
    pass(&app, &challenge(&waiting), &phone.code(&app)).send().await.assert(401, &over());
    let answer = app.shop("POST", "/auth/session").bearer(waiting["token"].as_str().unwrap()).send().await;
    answer.assert(401, &bad_token());
}

async fn a_challenge_is_of_one_shop_and_one_kind(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let rival = app.other_workspace("rival").await;
    let rivals_key = app.key_of(&rival).await;
    let waiting = challenge(&by_password(&app).await);
    let path = format!("/auth/mfa/challenges/{waiting}/verify");
    let body = json!({"code": phone.code(&app)});
    let answer = app.post(&path).header("x-publishable-api-key", &rivals_key).json(&body).send().await;
    answer.assert(401, &over());
    for other in
        ["none", "anteroom_sfc_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnArl63XykWZeiNN", &"x".repeat(3_000)]
    {
        pass(&app, other, &phone.code(&app)).send().await.assert(401, &over());
    }
    app.rows().iter().for_each(|row| assert!(!row.contains(&waiting), "{row}"));
    token(&pass(&app, &waiting, &phone.code(&app)).send().await);
}

async fn se_04_another_password_ends_who_waits(app: TestApp) {
    let (jwt, phone, _) = protected(&app).await;
    let waiting = challenge(&by_password(&app).await);
    let body = json!({"current_password": PASSWORD, "new_password": "another battery staple"});
    app.shop("POST", "/store/customers/me/password").bearer(&jwt).json(&body).send().await.expect(200);
    pass(&app, &waiting, &phone.code(&app)).send().await.assert(401, &over());
}

async fn se_05_a_disabled_customer_does_not_pass(app: TestApp) {
    let (jwt, phone, _) = protected(&app).await;
    let id = me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"].as_str().unwrap().to_owned();
    let waiting = challenge(&by_password(&app).await);
    app.merchant("POST", &format!("/api/customers/{id}/disable")).send().await.expect(200);
    assert_eq!(pass(&app, &waiting, &phone.code(&app)).send().await.status, 401);
    assert!(
        !app.rows().iter().any(|row| row.starts_with("second_factor_challenges ")),
        "nobody waits any more"
    );
}

async fn sessions_of_somebody_who_becomes_the_customer_end(app: TestApp) {
    let issuer = super::super::federation::issuer(&app).await;
    issuer.signs_in("1", Some(EMAIL), false);
    // Somebody whose e-mail is not proved has no customer yet.
    let nobody = super::super::federation::sign_in(&app, &issuer).await.expect(200);
    let nobodys = nobody["token"].as_str().unwrap().to_owned();
    app.shop("POST", "/auth/token/refresh").bearer(&nobodys).send().await.expect(200);
    let (_, phone, _) = protected(&app).await;
    issuer.signs_in("1", Some(EMAIL), true);
    let waiting = super::super::federation::sign_in(&app, &issuer).await.expect(200);
    app.shop("POST", "/auth/token/refresh").bearer(&nobodys).send().await.assert(401, &bad_token());
    token(&pass(&app, &challenge(&waiting), &phone.code(&app)).send().await);
}

async fn lg_12_a_new_device_is_told_of_when_it_has_passed(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    deliver(&app).await;
    let before = mails(&app).len();
    app.clock.advance(Duration::days(400));
    let waiting = challenge(&by_password(&app).await);
    deliver(&app).await;
    assert_eq!(mails(&app).len(), before);
    token(&pass(&app, &waiting, &phone.code(&app)).send().await);
    deliver(&app).await;
    assert_eq!(mails(&app).len(), before + 1);
}

async fn clients_that_trade_the_jwt_at_once_are_told_to_wait(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let waiting = by_password(&app).await;
    let trade = |jwt: &str| app.shop("POST", "/auth/session").bearer(jwt).send();
    let answer = trade(waiting["token"].as_str().unwrap()).await;
    answer.assert(202, &json!({"user": null, "mfa_required": true}));
    assert_eq!(answer.set_cookie("connect.sid"), None);
    let jwt = token(&pass(&app, &challenge(&waiting), &phone.code(&app)).send().await);
    let answer = trade(&jwt).await;
    answer.expect(200);
    me(&app).header("cookie", &cookie_of(&answer)).send().await.expect(200);
    trade(waiting["token"].as_str().unwrap()).await.assert(401, &bad_token());
    let rival = app.other_workspace("rival").await;
    let key = app.key_of(&rival).await;
    let waiting = by_password(&app).await["token"].as_str().unwrap().to_owned();
    let trade = app.post("/auth/session").header("x-publishable-api-key", &key).bearer(&waiting);
    trade.header("accept", "application/json").send().await.assert(401, &bad_token());
}

async fn what_is_no_second_factor_is_refused(app: TestApp) {
    protected(&app).await;
    let before = rows_but_failures(&app);
    let waiting = challenge(&by_password(&app).await);
    let path = format!("/auth/mfa/challenges/{waiting}/verify");
    for (body, message) in [
        (json!({}), "Invalid request: Field 'code' is required"),
        (json!({"code": 287_082}), "Invalid request: Expected type: 'string' for field 'code', got: 'null'"),
        (
            json!({"code": "287082", "method": "sms"}),
            "Invalid request: Value for field 'method' should be 'totp' or 'recovery_code'",
        ),
        (json!({"code": "287082", "colour": "blue"}), "Invalid request: Unrecognized fields: 'colour'"),
    ] {
        app.shop("POST", &path).json(&body).send().await.assert(400, &invalid(message));
    }
    for code in ["", " ", "\u{0}", "12345", "1234567", "\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}"] {
        let answer = pass(&app, &waiting, code).send().await;
        assert!(answer.json() == wrong() || answer.json() == over(), "{code:?}");
    }
    let foreign = pass(&app, &waiting, "287082").header("origin", "https://evil.example").send().await;
    assert_eq!(foreign.status, 403);
    app.shop("GET", &path).send().await.expect(405);
    let stays = |row: &String| !row.starts_with("second_factor_challenges ");
    assert_eq!(rows_but_failures(&app).into_iter().filter(stays).collect::<Vec<_>>(), before);
}

async fn challenges_are_forgotten(app: TestApp) {
    protected(&app).await;
    by_password(&app).await;
    assert_eq!(app.app.sweep_sign_in_attempts(1_000).await.unwrap(), 0);
    app.clock.advance(SecondFactorChallenge::LIFE + Duration::SECOND);
    assert_eq!(app.app.sweep_sign_in_attempts(1_000).await.unwrap(), 1);
}
