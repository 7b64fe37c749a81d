//! `POST /store/customers/me/email`, and the pages that its mails lead to.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::super::federation;
use super::super::second_factor::{protect, reauth_required};
use super::super::{
    LISTED, PASSWORD, START, bad_token, cookie, customer, email_in, foreign_origin, id, invalid, list_origin,
    me, nobody, not_a_customer, registration, rows_but_failures, sign_in, token, typed, typed_with,
    wrong_email_or_password,
};
use crate::mails::{Mail, deliver, mails, only_mail};

const CHANGE: &str = "/store/customers/me/email";
const CONFIRM: &str = "/auth/verification/confirm";
const FORM: &str = "application/x-www-form-urlencoded";
const OLD: &str = "ada@example.com";
const NEW: &str = "lovelace@example.com";

both_databases![
    ot_10_the_old_address_works_until_the_new_one_is_proved,
    ot_10_the_old_mailbox_stops_a_change,
    ot_10_without_the_password_nothing_is_mailed,
    se_09_who_has_nothing_to_show_changes_it_soon_after_a_sign_in,
    ot_10_an_address_that_is_taken_meanwhile_is_no_more_than_a_bad_code,
    an_address_that_is_taken_is_answered_alike,
    ot_03_of_sixteen_who_take_an_address_one_does,
    of_two_who_want_one_address_one_gets_it,
    ot_05_a_newer_change_takes_the_older_ones_place,
    ot_09_the_sixth_change_of_an_hour_is_not_mailed,
    a_guest_of_the_new_address_goes_up_in_the_account,
    another_spelling_is_another_address_to_prove,
    rl_01_a_wish_for_an_address_goes_with_its_customer,
    what_is_no_change_of_an_address_is_refused,
    ck_02_a_foreign_page_changes_no_address_by_cookie,
];

async fn change(app: &TestApp, jwt: &str, email: &str) -> Answer {
    let body = json!({"email": email, "current_password": PASSWORD});
    app.shop("POST", CHANGE).bearer(jwt).json(&body).send().await
}

fn verification(email: &str, verified_at: Option<&str>) -> Value {
    json!({"entity_id": email, "entity_type": "email", "code_provider": "token", "verified_at": verified_at})
}

/// The mails to the new and to the old address; their files are taken away.
async fn mailed(app: &TestApp, jwt: &str, email: &str) -> (Mail, Mail) {
    change(app, jwt, email).await.assert(202, &json!({"verification": verification(email, None)}));
    assert_eq!(deliver(app).await, 2);
    let mut both = mails(app);
    both.sort_by_key(|mail| mail.header("To") != email);
    for mail in &both {
        std::fs::remove_file(app.outbox().join(&mail.file)).unwrap();
    }
    let old = both.pop().unwrap();
    (both.pop().unwrap(), old)
}

async fn confirm(app: &TestApp, code: &str) -> Answer {
    app.shop("POST", CONFIRM).json(&json!({"code": code})).send().await
}

async fn status(app: &TestApp, email: &str) -> u16 {
    app.shop("POST", "/auth/customer/emailpass").json(&typed(email)).send().await.status
}

fn invalid_code() -> Value {
    invalid("The code is invalid, was used before or has expired")
}

async fn ot_10_the_old_address_works_until_the_new_one_is_proved(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    let (to_new, to_old) = mailed(&app, &jwt, NEW).await;
    assert_eq!((to_new.header("To"), to_old.header("To")), (NEW, OLD));
    assert!(to_new.link().starts_with("http://anteroom.test/acme/portal/verify-email?token=anteroom_evt_"));
    assert!(!to_old.text.contains(NEW), "the new address is masked");
    // Whoever has the new mailbox has no right to the account.
    let path = to_new.link().strip_prefix("http://anteroom.test").unwrap();
    assert!(!app.get(path).send().await.text().contains("I have not made this account"));
    let claim = app.post("/acme/portal/verify-email").header("origin", "http://anteroom.test");
    let claim = claim.body(FORM, format!("token={}&claim=yes", to_new.token())).send().await;
    assert!(claim.text().contains("This link opens nothing any more"));
    assert_eq!((status(&app, OLD).await, status(&app, NEW).await), (200, 401));
    assert_eq!(email_in(&me(&app).bearer(&jwt).send().await), OLD);

    confirm(&app, to_new.token()).await.assert(200, &verification(NEW, Some(START)));
    assert_eq!((status(&app, OLD).await, status(&app, NEW).await), (401, 200));
    me(&app).bearer(&jwt).send().await.assert(401, &bad_token());
    let again = sign_in(&app, NEW).await;
    let mine = me(&app).bearer(&again).send().await.expect(200);
    assert_eq!(mine["customer"]["email"], NEW);
    let path = format!("/api/customers/{}", id(&mine["customer"]["id"]));
    let record = app.merchant("GET", &path).send().await.expect(200);
    assert_eq!((&record["email"], &record["email_verified"]), (&json!(NEW), &json!(true)));
    let notice = only_mail(&app).await;
    assert_eq!(notice.header("To"), OLD);
    assert!(!notice.text.contains("anteroom_") && !notice.text.contains(NEW));
    confirm(&app, to_new.token()).await.assert(400, &invalid_code());
}

async fn ot_10_the_old_mailbox_stops_a_change(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    let (to_new, to_old) = mailed(&app, &jwt, NEW).await;
    let path = to_old.link().strip_prefix("http://anteroom.test").unwrap();
    assert!(path.starts_with("/acme/portal/cancel-email-change?token=anteroom_evc_"), "{path}");
    let before = app.rows();
    let shown = app.get(path).send().await;
    assert!(shown.status == 200 && shown.text().contains("Stop the change"));
    assert_eq!(shown.header("referrer-policy"), "no-referrer");
    let stop = |origin: &str| {
        let call = app.post("/acme/portal/cancel-email-change").header("origin", origin);
        call.body(FORM, format!("token={}", to_old.token())).send()
    };
    assert_eq!(stop("https://evil.example").await.status, 403);
    assert_eq!(app.rows(), before, "opening it stops nothing");
    assert!(stop("http://anteroom.test").await.text().contains("Your e-mail address stays as it is"));
    confirm(&app, to_new.token()).await.assert(400, &invalid_code());
    assert!(stop("http://anteroom.test").await.text().contains("This link opens nothing any more"));
    assert!(app.get(path).send().await.text().contains("This link opens nothing any more"));
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn ot_10_without_the_password_nothing_is_mailed(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    let before = rows_but_failures(&app);
    let wrong = json!({"type": "forbidden", "message": "The current password is wrong"});
    for password in ["wrong horse battery", ""] {
        let body = json!({"email": NEW, "current_password": password});
        app.shop("POST", CHANGE).bearer(&jwt).json(&body).send().await.assert(403, &wrong);
    }
    assert_eq!(rows_but_failures(&app), before);
}

async fn se_09_who_has_nothing_to_show_changes_it_soon_after_a_sign_in(app: TestApp) {
    let issuer = federation::issuer(&app).await;
    let change = |jwt: &str, body: Value| app.shop("POST", CHANGE).bearer(jwt).json(&body).send();
    let jwt = token(&federation::sign_in(&app, &issuer).await);
    app.clock.advance(Duration::minutes(10));
    change(&jwt, json!({"email": NEW})).await.assert(403, &reauth_required());
    let jwt = token(&federation::sign_in(&app, &issuer).await);
    change(&jwt, json!({"email": NEW})).await.expect(202);
    assert_eq!(deliver(&app).await, 2);
    // Who has a password shows it, however recent the sign-in is.
    let grace = customer(&app, "grace@example.com").await;
    change(&grace, json!({"email": "hopper@example.com"})).await.assert(403, &reauth_required());
    let (_, codes) = protect(&app, &grace).await;
    let by_password = json!({"email": "hopper@example.com", "current_password": PASSWORD});
    change(&grace, by_password).await.assert(403, &reauth_required());
    change(&grace, json!({"email": "hopper@example.com", "code": codes[0]})).await.expect(202);
}

async fn ot_10_an_address_that_is_taken_meanwhile_is_no_more_than_a_bad_code(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    let (to_new, _) = mailed(&app, &jwt, NEW).await;
    customer(&app, NEW).await;
    confirm(&app, to_new.token()).await.assert(400, &invalid_code());
    assert_eq!(email_in(&me(&app).bearer(&jwt).send().await), OLD);
    assert_eq!((status(&app, OLD).await, deliver(&app).await), (200, 0));
}

async fn an_address_that_is_taken_is_answered_alike(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    customer(&app, NEW).await;
    change(&app, &jwt, NEW).await.assert(202, &json!({"verification": verification(NEW, None)}));
    assert_eq!(deliver(&app).await, 0);
}

async fn ot_03_of_sixteen_who_take_an_address_one_does(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    let (to_new, _) = mailed(&app, &jwt, NEW).await;
    let answers = join_all((0..16).map(|_| confirm(&app, to_new.token()))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![400; 15]].concat());
    assert_eq!(status(&app, NEW).await, 200);
}

async fn of_two_who_want_one_address_one_gets_it(app: TestApp) {
    let (ada, grace) = (customer(&app, OLD).await, customer(&app, "grace@example.com").await);
    let (adas, _) = mailed(&app, &ada, NEW).await;
    let (graces, _) = mailed(&app, &grace, NEW).await;
    let answers = join_all([adas.token(), graces.token()].map(|code| confirm(&app, code))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    assert_eq!(status(&app, NEW).await, 200);
}

async fn ot_05_a_newer_change_takes_the_older_ones_place(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    let (older, cancels_older) = mailed(&app, &jwt, "first@example.com").await;
    let (newer, _) = mailed(&app, &jwt, NEW).await;
    confirm(&app, older.token()).await.assert(400, &invalid_code());
    let call = app.post("/acme/portal/cancel-email-change").header("origin", "http://anteroom.test");
    let stopped = call.body(FORM, format!("token={}", cancels_older.token())).send().await;
    assert!(stopped.text().contains("This link opens nothing any more"));
    assert_eq!(confirm(&app, newer.token()).await.status, 200);
}

async fn ot_09_the_sixth_change_of_an_hour_is_not_mailed(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    for n in 0..5 {
        mailed(&app, &jwt, &format!("n{n}@example.com")).await;
    }
    change(&app, &jwt, NEW).await.assert(202, &json!({"verification": verification(NEW, None)}));
    assert_eq!(deliver(&app).await, 0);
    app.clock.advance(Duration::HOUR);
    mailed(&app, &jwt, NEW).await;
}

async fn a_guest_of_the_new_address_goes_up_in_the_account(app: TestApp) {
    let address = json!({"country": "US", "city": "San Francisco", "state": "CA"});
    let guest = json!({"email": NEW, "billing_address": address});
    let guest = app.merchant("POST", "/api/customers/").json(&guest).send().await.expect(201);
    let jwt = customer(&app, OLD).await;
    let account = me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"].clone();
    let (to_new, _) = mailed(&app, &jwt, NEW).await;
    assert_eq!(confirm(&app, to_new.token()).await.status, 200);
    let jwt = sign_in(&app, NEW).await;
    let mine = me(&app).bearer(&jwt).send().await.expect(200);
    assert_eq!((&mine["customer"]["id"], &mine["customer"]["email"]), (&account, &json!(NEW)));
    assert_eq!(mine["customer"]["addresses"][0]["city"], "San Francisco");
    let path = format!("/api/customers/{}", id(&guest["id"]));
    assert_eq!(app.merchant("GET", &path).send().await.expect(200)["id"], account);
}

async fn another_spelling_is_another_address_to_prove(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    let same = invalid("Email should be another one than now");
    change(&app, &jwt, OLD).await.assert(400, &same);
    let (to_new, _) = mailed(&app, &jwt, "Ada@example.com").await;
    assert_eq!(confirm(&app, to_new.token()).await.status, 200);
    let jwt = sign_in(&app, OLD).await;
    assert_eq!(email_in(&me(&app).bearer(&jwt).send().await), "Ada@example.com");
}

async fn rl_01_a_wish_for_an_address_goes_with_its_customer(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    let customer = id(&me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"]);
    mailed(&app, &jwt, NEW).await;
    assert!(app.rows().iter().any(|row| row.contains(NEW)));
    let delete = json!({"current_password": PASSWORD});
    app.shop("POST", "/store/customers/me/delete").bearer(&jwt).json(&delete).send().await.expect(200);
    let path = format!("/api/customers/{customer}?anonymize=true");
    assert_eq!(app.merchant("DELETE", &path).send().await.status, 204);
    let left: Vec<_> = app.rows().into_iter().filter(|row| row.contains(NEW) || row.contains(OLD)).collect();
    assert!(left.is_empty(), "{left:?}");
}

async fn what_is_no_change_of_an_address_is_refused(app: TestApp) {
    let jwt = customer(&app, OLD).await;
    let refused = |message: &str| invalid(format!("Invalid request: {message}"));
    for (body, message) in [
        (json!({}), "Field 'email' is required"),
        (json!({"email": "no e-mail", "current_password": PASSWORD}), "Invalid email"),
        (json!({"email": NEW, "current_password": PASSWORD, "x": 1}), "Unrecognized fields: 'x'"),
    ] {
        app.shop("POST", CHANGE).bearer(&jwt).json(&body).send().await.assert(400, &refused(message));
    }
    let body = json!({"email": NEW, "current_password": PASSWORD});
    let half_done = registration(&app, "half.done@example.com").await;
    app.shop("POST", CHANGE).json(&body).send().await.assert(401, &nobody());
    app.shop("POST", CHANGE).bearer(&half_done).json(&body).send().await.assert(401, &not_a_customer());
    assert_eq!(deliver(&app).await, 0);
    let typed = typed_with(NEW, PASSWORD);
    let call = app.shop("POST", "/auth/customer/emailpass").json(&typed);
    call.send().await.assert(401, &wrong_email_or_password());
}

async fn ck_02_a_foreign_page_changes_no_address_by_cookie(app: TestApp) {
    list_origin(&app, LISTED).await;
    let jwt = customer(&app, OLD).await;
    let cookie = cookie(&app, &jwt).await;
    let body = json!({"email": NEW, "current_password": PASSWORD});
    let call = || app.shop("POST", CHANGE).cookie(&cookie).json(&body);
    for (name, value) in
        [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        call().header(name, value).send().await.assert(403, &foreign_origin());
    }
    assert_eq!(deliver(&app).await, 0);
    call().header("origin", LISTED).send().await.expect(202);
    let renewed = token(&app.shop("POST", "/auth/token/refresh").cookie(&cookie).send().await);
    me(&app).bearer(&renewed).send().await.expect(200);
}
