//! `POST /auth/customer/{provider}/reset-password` and `…/update`.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::json;
use time::Duration;

use super::{PASSWORD, bad_token, customer, invalid, me, registration, sign_in, typed_with};
use crate::mails::{Mail, only_mail};

both_databases![
    a_shopper_asks_for_a_mail_and_chooses_another_password,
    the_mail_is_in_the_language_of_whoever_asked,
    lg_02_nobody_is_told_whether_there_is_an_account,
    what_is_no_request_is_refused,
    ot_03_of_sixteen_updates_one_succeeds,
    jw_02_other_tokens_change_no_password,
    a_password_that_is_refused_leaves_the_token_good,
    a_foreign_page_changes_nothing,
];

const ASK: &str = "/auth/customer/emailpass/reset-password";
const UPDATE: &str = "/auth/customer/emailpass/update";
const NEW: &str = "another battery staple";

async fn ask(app: &TestApp, identifier: &str) -> Answer {
    app.shop("POST", ASK).json(&json!({"identifier": identifier})).send().await
}

async fn mailed(app: &TestApp, email: &str) -> Mail {
    assert_eq!(ask(app, email).await.status, 201);
    written(app).await
}

/// The mail that is written down some time after the answer.
async fn written(app: &TestApp) -> Mail {
    while !app.rows().iter().any(|row| row.starts_with("outbox_messages")) {
        tokio::task::yield_now().await;
    }
    only_mail(app).await
}

async fn update(app: &TestApp, token: &str, password: &str) -> Answer {
    app.shop("POST", UPDATE).bearer(token).json(&json!({"password": password})).send().await
}

async fn status(app: &TestApp, password: &str) -> u16 {
    let typed = typed_with("ada@example.com", password);
    app.shop("POST", "/auth/customer/emailpass").json(&typed).send().await.status
}

async fn a_shopper_asks_for_a_mail_and_chooses_another_password(app: TestApp) {
    customer(&app, "ada@example.com").await;
    let jwt = sign_in(&app, "ada@example.com").await;
    let mail = mailed(&app, " ADA@example.com").await;
    assert_eq!(mail.header("To"), "ada@example.com");
    update(&app, mail.token(), NEW).await.assert(200, &json!({"success": true}));
    assert_eq!((status(&app, PASSWORD).await, status(&app, NEW).await), (401, 200));
    assert_eq!(me(&app).bearer(&jwt).send().await.status, 401);
    assert_eq!(update(&app, mail.token(), PASSWORD).await.status, 401);
}

async fn the_mail_is_in_the_language_of_whoever_asked(app: TestApp) {
    customer(&app, "ada@example.com").await;
    let asked = async |headers: &[(&str, &str)]| {
        let call = app.shop("POST", ASK).json(&json!({"identifier": "ada@example.com"}));
        let call = headers.iter().fold(call, |call, (name, value)| call.header(name, value));
        assert_eq!(call.send().await.status, 201);
        written(&app).await.text
    };
    assert!(asked(&[]).await.contains("Choose a new password for acme"));
    assert!(asked(&[("accept-language", "fr, de-AT;q=0.8, en;q=0.7")]).await.contains("<html lang=\"de\">"));
    let spoken = json!({"mail": {"language": "de"}});
    app.merchant("PATCH", "/api/workspace").json(&spoken).send().await.expect(200);
    assert!(asked(&[("accept-language", "*")]).await.contains("Ihr Konto bei acme"));
    let headers = [("accept-language", "de"), ("x-medusa-locale", "en-US")];
    assert!(asked(&headers).await.contains("your account at acme"));
}

async fn lg_02_nobody_is_told_whether_there_is_an_account(app: TestApp) {
    customer(&app, "ada@example.com").await;
    registration(&app, "half.done@example.com").await;
    let mut seen = Vec::new();
    for identifier in ["ada@example.com", "half.done@example.com", "nobody@example.com", "no e-mail", ""] {
        for path in [ASK, "/auth/customer/google/reset-password"] {
            let call = app.shop("POST", path).header("x-request-id", "same");
            let answer = call.json(&json!({"identifier": identifier})).send().await;
            let mut headers = answer.headers.clone();
            headers.remove("date");
            seen.push((answer.status, answer.text(), format!("{headers:?}")));
        }
    }
    assert_eq!((seen[0].0, seen[0].1.as_str()), (201, ""));
    assert!(seen.iter().all(|answer| *answer == seen[0]), "{seen:?}");
}

async fn what_is_no_request_is_refused(app: TestApp) {
    let refused = |message: &str| invalid(format!("Invalid request: {message}"));
    for (body, message) in [
        (json!({}), "Field 'identifier' is required"),
        (json!({"identifier": 1}), "Expected type: 'string' for field 'identifier', got: 'number'"),
        (json!({"identifier": "a@example.com", "x": 1}), "Unrecognized fields: 'x'"),
    ] {
        app.shop("POST", ASK).json(&body).send().await.assert(400, &refused(message));
    }
    customer(&app, "ada@example.com").await;
    let mail = mailed(&app, "ada@example.com").await;
    let call = app.shop("POST", UPDATE).bearer(mail.token()).json(&json!({}));
    call.send().await.assert(400, &refused("Field 'password' is required"));
}

async fn ot_03_of_sixteen_updates_one_succeeds(app: TestApp) {
    customer(&app, "ada@example.com").await;
    let mail = mailed(&app, "ada@example.com").await;
    let answers = join_all((0..16).map(|_| update(&app, mail.token(), NEW))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![401; 15]].concat());
}

async fn jw_02_other_tokens_change_no_password(app: TestApp) {
    customer(&app, "ada@example.com").await;
    let jwt = sign_in(&app, "ada@example.com").await;
    let mail = mailed(&app, "ada@example.com").await;
    for token in [jwt.as_str(), app.token.as_str(), app.key.as_str(), "", "anteroom_prt_"] {
        update(&app, token, NEW).await.assert(401, &bad_token());
    }
    let none = app.shop("POST", UPDATE).json(&json!({"password": NEW})).send().await;
    none.assert(401, &bad_token());
    assert_eq!(me(&app).bearer(mail.token()).send().await.status, 401);
    app.clock.advance(Duration::minutes(30));
    update(&app, mail.token(), NEW).await.assert(401, &bad_token());
    assert_eq!(status(&app, PASSWORD).await, 200);
}

async fn a_password_that_is_refused_leaves_the_token_good(app: TestApp) {
    customer(&app, "ada@example.com").await;
    let mail = mailed(&app, "ada@example.com").await;
    update(&app, mail.token(), "password1").await.assert(400, &invalid("Password is too common"));
    assert_eq!(update(&app, mail.token(), NEW).await.status, 200);
    let notice = only_mail(&app).await;
    assert_eq!(notice.header("To"), "ada@example.com");
    assert!(!notice.text.contains("anteroom_"), "a notice opens nothing");
}

async fn a_foreign_page_changes_nothing(app: TestApp) {
    customer(&app, "ada@example.com").await;
    let mail = mailed(&app, "ada@example.com").await;
    let call = app.shop("POST", UPDATE).bearer(mail.token()).header("origin", "https://evil.example");
    assert_eq!(call.json(&json!({"password": NEW})).send().await.status, 403);
    assert_eq!(update(&app, mail.token(), NEW).await.status, 200);
}
