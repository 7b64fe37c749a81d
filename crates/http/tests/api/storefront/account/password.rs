//! `POST /store/customers/me/password`

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::super::{
    LISTED, PASSWORD, bad_cookie, bad_token, cookie, cookie_of, customer, foreign_origin, invalid,
    list_origin, me, nobody, not_a_customer, registration, rows_but_failures, sign_in, token, typed,
    typed_with, wrong_email_or_password,
};
use crate::mails::{Mail, only_mail};

const CHANGE: &str = "/store/customers/me/password";
const NEW: &str = "another battery staple";

both_databases![
    pw_12_the_old_password_changes_it,
    pw_12_without_the_old_password_nothing_changes,
    pw_06_a_password_that_protects_nothing_is_refused,
    se_04_every_other_session_ends_and_the_own_one_gets_a_new_id,
    se_04_a_cookie_is_renewed_with_its_session,
    a_change_ends_mailed_links,
    of_sixteen_changes_one_succeeds,
    no_sign_in_by_the_old_password_outlives_a_change,
    no_sign_in_by_the_old_password_outlives_a_reset,
    what_is_no_change_is_refused,
    ck_02_a_foreign_page_changes_no_password_by_cookie,
];

fn passwords(current: &str, new: &str) -> Value {
    json!({"current_password": current, "new_password": new})
}

async fn change(app: &TestApp, jwt: &str, current: &str, new: &str) -> Answer {
    app.shop("POST", CHANGE).bearer(jwt).json(&passwords(current, new)).send().await
}

async fn status(app: &TestApp, email: &str, password: &str) -> u16 {
    let call = app.shop("POST", "/auth/customer/emailpass").json(&typed_with(email, password));
    call.send().await.status
}

fn wrong_password() -> Value {
    json!({"type": "forbidden", "message": "The current password is wrong"})
}

async fn pw_12_the_old_password_changes_it(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let changed = change(&app, &jwt, PASSWORD, NEW).await;
    me(&app).bearer(&token(&changed)).send().await.expect(200);
    assert_eq!(changed.header("set-cookie"), "");
    let notice = only_mail(&app).await;
    assert_eq!(notice.header("To"), "ada@example.com");
    assert!(!notice.text.contains("anteroom_"), "a notice opens nothing");
    assert_eq!(status(&app, "ada@example.com", PASSWORD).await, 401);
    assert_eq!(status(&app, "ada@example.com", NEW).await, 200);
}

async fn pw_12_without_the_old_password_nothing_changes(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    customer(&app, "grace@example.com").await;
    let before = rows_but_failures(&app);
    for wrong in ["wrong horse battery", "", &"x".repeat(1025)] {
        change(&app, &jwt, wrong, NEW).await.assert(403, &wrong_password());
    }
    assert_eq!(rows_but_failures(&app), before);
    me(&app).bearer(&jwt).send().await.expect(200);
    assert_eq!(status(&app, "ada@example.com", PASSWORD).await, 200);
}

async fn pw_06_a_password_that_protects_nothing_is_refused(app: TestApp) {
    let jwt = customer(&app, "ada.lovelace@example.com").await;
    let before = app.rows();
    for (new, reason) in [
        ("short", "Password must be at least 8 characters long"),
        ("password1", "Password is too common"),
        ("Ada.Lovelace@example.com", "Password must differ from the e-mail address"),
        (&"x".repeat(1025), "Password must be at most 1024 characters long"),
    ] {
        change(&app, &jwt, PASSWORD, new).await.assert(400, &invalid(reason));
    }
    assert_eq!(app.rows(), before);
}

async fn se_04_every_other_session_ends_and_the_own_one_gets_a_new_id(app: TestApp) {
    let laptop = customer(&app, "ada@example.com").await;
    let phone = sign_in(&app, "ada@example.com").await;
    let cookie = cookie(&app, &phone).await;
    let grace = customer(&app, "grace@example.com").await;
    let renewed = token(&change(&app, &laptop, PASSWORD, NEW).await);
    for jwt in [&laptop, &phone] {
        me(&app).bearer(jwt).send().await.assert(401, &bad_token());
        app.shop("POST", "/auth/token/refresh").bearer(jwt).send().await.assert(401, &bad_token());
    }
    me(&app).cookie(&cookie).send().await.assert(401, &bad_cookie());
    let sessions = app.shop("GET", "/store/customers/me/sessions").bearer(&renewed).send().await;
    assert_eq!(sessions.expect(200)["count"], 1);
    me(&app).bearer(&grace).send().await.expect(200);
}

async fn se_04_a_cookie_is_renewed_with_its_session(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let old = cookie(&app, &jwt).await;
    let call = app.shop("POST", CHANGE).cookie(&old).json(&passwords(PASSWORD, NEW));
    let changed = call.send().await;
    let (renewed, new) = (token(&changed), cookie_of(&changed));
    assert_ne!(old, new);
    me(&app).cookie(&old).send().await.assert(401, &bad_cookie());
    me(&app).bearer(&jwt).send().await.assert(401, &bad_token());
    me(&app).cookie(&new).send().await.expect(200);
    me(&app).bearer(&renewed).send().await.expect(200);
    app.shop("DELETE", "/auth/session").cookie(&new).send().await.expect(200);
    me(&app).bearer(&renewed).send().await.assert(401, &bad_token());
}

/// A mail with a link to choose another password.
async fn mailed_reset(app: &TestApp, jwt: &str) -> Mail {
    let customer = me(app).bearer(jwt).send().await.expect(200)["customer"]["id"].clone();
    let path = format!("/api/customers/{}/send-password-reset", customer.as_str().unwrap());
    app.merchant("POST", &path).send().await.expect(202);
    only_mail(app).await
}

async fn a_change_ends_mailed_links(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed_reset(&app, &jwt).await;
    token(&change(&app, &jwt, PASSWORD, NEW).await);
    let call = app.shop("POST", "/auth/customer/emailpass/update").bearer(mail.token());
    call.json(&json!({"password": "yet another staple"})).send().await.assert(401, &bad_token());
    assert_eq!(status(&app, "ada@example.com", NEW).await, 200);
}

async fn of_sixteen_changes_one_succeeds(app: TestApp) {
    let app = app.without_limits();
    let jwt = customer(&app, "ada@example.com").await;
    let answers = join_all((0..16).map(|n| {
        let (app, jwt) = (&app, &jwt);
        async move { change(app, jwt, PASSWORD, &format!("{NEW} {n}")).await }
    }));
    let statuses: Vec<_> = answers.await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 401, 403].contains(status)), "{statuses:?}");
    let winner = statuses.iter().position(|status| *status == 200).unwrap();
    assert_eq!(status(&app, "ada@example.com", &format!("{NEW} {winner}")).await, 200);
}

/// Signs in sixteen times by the old password while `change` sets another; no JWT that came of it works afterwards.
async fn sign_in_while(app: &TestApp, change: impl Future<Output = Answer>) {
    let sign_ins = join_all((0..16).map(|_| {
        let call = app.shop("POST", "/auth/customer/emailpass").json(&typed("ada@example.com"));
        call.send()
    }));
    let (answers, changed) = futures_util::future::join(sign_ins, change).await;
    assert_eq!(changed.status, 200);
    for answer in answers {
        match answer.status {
            200 => me(app).bearer(&token(&answer)).send().await.assert(401, &bad_token()),
            _ => answer.assert(401, &wrong_email_or_password()),
        }
    }
    assert_eq!(status(app, "ada@example.com", NEW).await, 200);
}

async fn no_sign_in_by_the_old_password_outlives_a_change(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    sign_in_while(&app, change(&app, &jwt, PASSWORD, NEW)).await;
}

async fn no_sign_in_by_the_old_password_outlives_a_reset(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed_reset(&app, &jwt).await;
    let call = app.shop("POST", "/auth/customer/emailpass/update").bearer(mail.token());
    sign_in_while(&app, call.json(&json!({"password": NEW})).send()).await;
}

async fn what_is_no_change_is_refused(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let refused = |message: &str| invalid(format!("Invalid request: {message}"));
    let both = "Field 'current_password' is required; Field 'new_password' is required";
    for (body, message) in [
        (json!({}), both),
        (json!({"current_password": null, "new_password": null}), both),
        (
            json!({"current_password": 1, "new_password": NEW}),
            "Expected type: 'string' for field 'current_password', got: 'null'",
        ),
        (
            json!({"current_password": PASSWORD, "new_password": NEW, "email": "x@example.com"}),
            "Unrecognized fields: 'email'",
        ),
    ] {
        app.shop("POST", CHANGE).bearer(&jwt).json(&body).send().await.assert(400, &refused(message));
    }
    let call = app.shop("POST", CHANGE).bearer(&jwt);
    call.send().await.assert(400, &refused("A JSON body is required"));
    let half_done = registration(&app, "half.done@example.com").await;
    let body = passwords(PASSWORD, NEW);
    app.shop("POST", CHANGE).json(&body).send().await.assert(401, &nobody());
    app.shop("POST", CHANGE).bearer("x").json(&body).send().await.assert(401, &bad_token());
    app.shop("POST", CHANGE).bearer(&half_done).json(&body).send().await.assert(401, &not_a_customer());
    assert_eq!(status(&app, "ada@example.com", PASSWORD).await, 200);
}

async fn ck_02_a_foreign_page_changes_no_password_by_cookie(app: TestApp) {
    list_origin(&app, LISTED).await;
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    let call = || app.shop("POST", CHANGE).cookie(&cookie).json(&passwords(PASSWORD, NEW));
    for (name, value) in
        [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        call().header(name, value).send().await.assert(403, &foreign_origin());
    }
    me(&app).cookie(&cookie).send().await.expect(200);
    token(&call().header("origin", LISTED).send().await);
}
