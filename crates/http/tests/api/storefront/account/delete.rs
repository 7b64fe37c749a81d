//! `POST /store/customers/me/delete`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::authenticator::{Authenticator, Conduct};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::super::federation;
use super::super::passkeys;
use super::super::second_factor::{protect, reauth_required};
use super::super::{
    LISTED, PASSWORD, bad_cookie, bad_token, cookie, customer, foreign_origin, id, invalid, list_origin, me,
    nobody, not_a_customer, registration, rows_but_failures, sign_in, token, typed, wrong_email_or_password,
};
use crate::mails::only_mail;

const DELETE: &str = "/store/customers/me/delete";

both_databases![
    a_shopper_deletes_their_account,
    se_05_deleting_the_account_ends_every_session,
    without_the_password_nothing_is_deleted,
    se_09_who_has_nothing_to_show_leaves_soon_after_a_sign_in,
    se_09_a_passkey_is_enough_to_leave,
    se_09_where_there_is_a_second_factor_it_is_wanted,
    the_email_is_free_again,
    of_sixteen_deletions_one_succeeds,
    what_is_no_deletion_is_refused,
    ck_02_a_foreign_page_deletes_nothing_by_cookie,
];

fn meant() -> Value {
    json!({"current_password": PASSWORD})
}

async fn a_shopper_deletes_their_account(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let customer = id(&me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"]);
    let answer = app.shop("POST", DELETE).bearer(&jwt).json(&meant()).send().await;
    answer.assert(200, &json!({"id": customer, "object": "customer", "deleted": true}));
    assert!(answer.header("set-cookie").starts_with("connect.sid=; "), "{}", answer.header("set-cookie"));
    app.merchant("GET", &format!("/api/customers/{customer}")).send().await.expect(404);
    let mail = only_mail(&app).await;
    assert_eq!(mail.header("To"), "ada@example.com");
    assert!(!mail.text.contains("token"), "a notice opens nothing");
}

async fn se_05_deleting_the_account_ends_every_session(app: TestApp) {
    let laptop = customer(&app, "ada@example.com").await;
    let phone = sign_in(&app, "ada@example.com").await;
    let cookie = cookie(&app, &phone).await;
    app.shop("POST", DELETE).cookie(&cookie).json(&meant()).send().await.expect(200);
    for jwt in [&laptop, &phone] {
        me(&app).bearer(jwt).send().await.assert(401, &bad_token());
    }
    me(&app).cookie(&cookie).send().await.assert(401, &bad_cookie());
    let again = app.shop("POST", "/auth/customer/emailpass").json(&typed("ada@example.com"));
    again.send().await.assert(401, &wrong_email_or_password());
}

async fn without_the_password_nothing_is_deleted(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let before = rows_but_failures(&app);
    let wrong = json!({"type": "forbidden", "message": "The current password is wrong"});
    for password in ["wrong horse battery", ""] {
        let call = app.shop("POST", DELETE).bearer(&jwt).json(&json!({"current_password": password}));
        call.send().await.assert(403, &wrong);
    }
    assert_eq!(rows_but_failures(&app), before);
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn se_09_who_has_nothing_to_show_leaves_soon_after_a_sign_in(app: TestApp) {
    let issuer = federation::issuer(&app).await;
    let delete = |jwt: &str| app.shop("POST", DELETE).bearer(jwt).send();
    let jwt = token(&federation::sign_in(&app, &issuer).await);
    app.clock.advance(Duration::minutes(10));
    delete(&jwt).await.assert(403, &reauth_required());
    let wrong = json!({"type": "forbidden", "message": "The current password is wrong"});
    app.shop("POST", DELETE).bearer(&jwt).json(&meant()).send().await.assert(403, &wrong);
    delete(&token(&federation::sign_in(&app, &issuer).await)).await.expect(200);
    assert_eq!(only_mail(&app).await.header("To"), "ada@example.com");
}

async fn se_09_a_passkey_is_enough_to_leave(app: TestApp) {
    let jwt = passkeys::shop(&app).await;
    let (authenticator, _) = passkeys::made(&app, &jwt, 1).await;
    let grace = customer(&app, "grace@example.com").await;
    let (others, _) = passkeys::made(&app, &grace, 2).await;
    protect(&app, &jwt).await;
    app.clock.advance(Duration::HOUR);
    let untrusted = "The passkey is unknown, or its answer is not to be trusted";
    let wrong_code = "The code is wrong or was used before";
    let forbidden = |message: &str| json!({"type": "forbidden", "message": message});
    let proof = async |of: &Authenticator, on: &str| {
        let (flow, options) = passkeys::asked(&app).await;
        json!({"flow": flow, "credential": of.get(&options, &Conduct::on(on))})
    };
    let delete = async |proof: &Value| app.shop("POST", DELETE).bearer(&jwt).json(proof).send().await;
    delete(&proof(&others, LISTED).await).await.assert(403, &forbidden(wrong_code));
    delete(&proof(&authenticator, "https://evil.example").await).await.assert(403, &forbidden(untrusted));
    let shown = proof(&authenticator, LISTED).await;
    delete(&json!({"flow": shown["flow"]})).await.assert(403, &reauth_required());
    delete(&shown).await.expect(200);
}

async fn se_09_where_there_is_a_second_factor_it_is_wanted(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let (phone, codes) = protect(&app, &jwt).await;
    let delete = |body: Value| app.shop("POST", DELETE).bearer(&jwt).json(&body).send();
    delete(meant()).await.assert(403, &reauth_required());
    let wrong = json!({"type": "forbidden", "message": "The code is wrong or was used before"});
    delete(json!({"code": phone.wrong_code(&app)})).await.assert(403, &wrong);
    delete(json!({"code": codes[0], "current_password": "ignored"})).await.expect(200);
}

async fn the_email_is_free_again(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let first = id(&me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"]);
    app.shop("POST", DELETE).bearer(&jwt).json(&meant()).send().await.expect(200);
    let jwt = customer(&app, "ADA@example.com").await;
    assert_ne!(id(&me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"]), first);
}

async fn of_sixteen_deletions_one_succeeds(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let answers =
        join_all((0..16).map(|_| app.shop("POST", DELETE).bearer(&jwt).json(&meant()).send())).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 401, 403].contains(status)), "{statuses:?}");
    only_mail(&app).await;
}

async fn what_is_no_deletion_is_refused(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let refused = |message: &str| invalid(format!("Invalid request: {message}"));
    app.shop("POST", DELETE).bearer(&jwt).send().await.assert(403, &reauth_required());
    for body in [json!({}), json!({"current_password": null}), json!({"code": "287082"})] {
        app.shop("POST", DELETE).bearer(&jwt).json(&body).send().await.assert(403, &reauth_required());
    }
    let not_text = "Expected type: 'string' for field 'current_password', got: 'null'"; // not echoed
    for (body, message) in [
        (json!({"current_password": 1}), not_text),
        (json!({"current_password": PASSWORD, "x": 1}), "Unrecognized fields: 'x'"),
    ] {
        app.shop("POST", DELETE).bearer(&jwt).json(&body).send().await.assert(400, &refused(message));
    }
    let half_done = registration(&app, "half.done@example.com").await;
    app.shop("POST", DELETE).json(&meant()).send().await.assert(401, &nobody());
    app.shop("POST", DELETE).bearer(&half_done).json(&meant()).send().await.assert(401, &not_a_customer());
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn ck_02_a_foreign_page_deletes_nothing_by_cookie(app: TestApp) {
    list_origin(&app, LISTED).await;
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    let call = || app.shop("POST", DELETE).cookie(&cookie).json(&meant());
    for (name, value) in
        [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        call().header(name, value).send().await.assert(403, &foreign_origin());
    }
    me(&app).cookie(&cookie).send().await.expect(200);
    call().header("origin", LISTED).send().await.expect(200);
}
