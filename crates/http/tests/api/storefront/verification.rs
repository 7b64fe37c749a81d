//! `POST /auth/verification/request` and `…/confirm`, and what is proved by them.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::federation;
use super::second_factor::protect;
use super::{
    PASSWORD, START, bad_cookie, bad_token, cookie, customer, email_in, foreign_origin, id, invalid, me,
    nobody, not_a_customer, registration, sign_in, token, typed, typed_with, wrong_email_or_password,
};
use crate::mails::{Mail, deliver, only_mail};

const REQUEST: &str = "/auth/verification/request";
const FORM: &str = "application/x-www-form-urlencoded";
const CONFIRM: &str = "/auth/verification/confirm";

both_databases![
    a_shopper_proves_their_email,
    the_page_proves_an_email,
    ot_11_who_reads_the_link_takes_the_account_from_a_stranger,
    ot_11_a_second_factor_is_not_claimed_by_mail,
    ot_03_of_sixteen_claims_one_succeeds,
    ot_03_of_sixteen_confirmations_one_succeeds,
    ot_04_opening_a_verification_link_never_spends_it,
    ot_05_a_newer_verification_takes_the_older_ones_place,
    ot_08_the_verification_link_leads_where_the_merchant_says,
    ot_09_the_sixth_verification_of_an_hour_is_not_sent,
    a_link_opens_nothing_after_a_day,
    another_email_ends_a_verification,
    a_guest_goes_up_in_the_account_that_proves_its_email,
    a_guest_that_cannot_go_up_stays_unseen,
    ot_11_a_reset_by_the_owner_of_the_mailbox_ends_what_a_stranger_registered,
    who_has_to_prove_their_email_signs_in_as_nobody_before,
    lg_01_a_wrong_password_looks_the_same_where_a_proof_is_asked,
    jw_02_no_other_token_proves_an_email,
    what_is_no_verification_is_refused,
    a_foreign_page_proves_nothing,
];

fn body(email: &str) -> Value {
    json!({"entity_id": email, "entity_type": "email", "code_provider": "token"})
}

fn verification(email: &str, verified_at: Option<&str>) -> Value {
    json!({"entity_id": email, "entity_type": "email", "code_provider": "token", "verified_at": verified_at})
}

async fn request(app: &TestApp, jwt: &str, email: &str) -> Answer {
    app.shop("POST", REQUEST).bearer(jwt).json(&body(email)).send().await
}

async fn mailed(app: &TestApp, jwt: &str, email: &str) -> Mail {
    request(app, jwt, email).await.assert(201, &json!({"verification": verification(email, None)}));
    only_mail(app).await
}

async fn confirm(app: &TestApp, code: &str) -> Answer {
    app.shop("POST", CONFIRM).json(&json!({"code": code})).send().await
}

fn invalid_code() -> Value {
    invalid("The code is invalid, was used before or has expired")
}

/// The customer as the merchant sees it.
async fn record(app: &TestApp, jwt: &str) -> Value {
    let id = id(&me(app).bearer(jwt).send().await.expect(200)["customer"]["id"]);
    app.merchant("GET", &format!("/api/customers/{id}")).send().await.expect(200)
}

async fn require_proof(app: &TestApp) {
    let call = app.merchant("PATCH", "/api/workspace").json(&json!({"email_verification": "required"}));
    assert_eq!(call.send().await.expect(200)["email_verification"], "required");
}

async fn a_shopper_proves_their_email(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    assert_eq!(record(&app, &jwt).await["email_verified"], false);
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    assert_eq!(mail.header("To"), "ada@example.com");
    assert!(mail.link().starts_with("http://anteroom.test/acme/portal/verify-email?token=anteroom_evt_"));
    confirm(&app, mail.token()).await.assert(200, &verification("ada@example.com", Some(START)));
    assert_eq!(record(&app, &jwt).await["email_verified"], true);
    confirm(&app, mail.token()).await.assert(400, &invalid_code());
    let verified = json!({"type": "not_allowed", "message": "The email is verified already"});
    request(&app, &jwt, "ada@example.com").await.assert(400, &verified);
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn the_page_proves_an_email(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    let path = mail.link().strip_prefix("http://anteroom.test").unwrap();
    let shown = app.get(path).send().await;
    assert_eq!(shown.status, 200);
    assert!(shown.text().contains("It is my address"));
    assert_eq!(shown.header("referrer-policy"), "no-referrer");
    let form = || {
        let call = app.post("/acme/portal/verify-email").body(FORM, format!("token={}", mail.token()));
        call.header("origin", "http://anteroom.test")
    };
    assert!(form().send().await.text().contains("Your e-mail address is confirmed"));
    assert_eq!(record(&app, &jwt).await["email_verified"], true);
    assert!(form().send().await.text().contains("This link opens nothing any more"));
    assert!(app.get(path).send().await.text().contains("This link opens nothing any more"));
    let foreign = app.post("/acme/portal/verify-email").header("origin", "https://evil.example");
    assert_eq!(foreign.body(FORM, "token=x").send().await.status, 403);
}

/// Sends the form of the page, by whoever has not made the account.
async fn claim(app: &TestApp, token: &str) -> Answer {
    let call = app.post("/acme/portal/verify-email").body(FORM, format!("token={token}&claim=yes"));
    call.header("origin", "http://anteroom.test").send().await
}

async fn ot_11_who_reads_the_link_takes_the_account_from_a_stranger(app: TestApp) {
    let issuer = federation::issuer(&app).await;
    let strangers = customer(&app, "ada@example.com").await;
    let strangers_cookie = cookie(&app, &strangers).await;
    let mail = mailed(&app, &strangers, "ada@example.com").await;
    issuer.signs_in("stranger", Some("stranger@example.com"), true);
    federation::links::link(&app, &issuer, &strangers).await.expect(200);
    let path = mail.link().strip_prefix("http://anteroom.test").unwrap();
    assert!(app.get(path).send().await.text().contains("I have not made this account"));
    let claimed = claim(&app, mail.token()).await;
    assert_eq!((claimed.status, claimed.header("referrer-policy")), (303, "no-referrer"));
    // Nothing that the stranger has set up opens it any more.
    me(&app).bearer(&strangers).send().await.assert(401, &bad_token());
    me(&app).cookie(&strangers_cookie).send().await.assert(401, &bad_cookie());
    let by_password = app.shop("POST", "/auth/customer/emailpass").json(&typed("ada@example.com"));
    by_password.send().await.assert(401, &wrong_email_or_password());
    let elsewhere = token(&federation::sign_in(&app, &issuer).await);
    let theirs = me(&app).bearer(&elsewhere).send().await.expect(200);
    assert_eq!(theirs["customer"]["email"], "stranger@example.com", "an account of their own");
    // Its owner chooses a password.
    let page = claimed.header("location").to_owned();
    let (path, token) = page.split_once("?token=").unwrap();
    assert_eq!(path, "/acme/portal/password-reset");
    assert!(app.get(&page).send().await.text().contains("Choose a new password"));
    let form = format!("token={token}&password=another+battery+staple");
    app.post(path).body(FORM, form).header("origin", "http://anteroom.test").send().await;
    let typed = typed_with("ada@example.com", "another battery staple");
    let jwt = super::token(&app.shop("POST", "/auth/customer/emailpass").json(&typed).send().await);
    assert_eq!(record(&app, &jwt).await["email_verified"], true);
    assert!(claim(&app, mail.token()).await.text().contains("This link opens nothing any more"));
}

async fn ot_11_a_second_factor_is_not_claimed_by_mail(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    protect(&app, &jwt).await;
    let before = app.rows();
    assert!(claim(&app, mail.token()).await.text().contains("The account is protected"));
    assert_eq!(app.rows(), before);
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn ot_03_of_sixteen_claims_one_succeeds(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    let answers = join_all((0..16).map(|_| claim(&app, mail.token()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
    assert!(answers.iter().all(|answer| [200, 303].contains(&answer.status)));
}

async fn ot_03_of_sixteen_confirmations_one_succeeds(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    let answers = join_all((0..16).map(|_| confirm(&app, mail.token()))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![400; 15]].concat());
}

async fn ot_04_opening_a_verification_link_never_spends_it(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    let before = app.rows();
    let path = mail.link().strip_prefix("http://anteroom.test").unwrap();
    for method in ["GET", "HEAD", "GET"] {
        assert_eq!(app.call(method, path).send().await.status, 200);
    }
    assert_eq!(app.rows(), before);
    assert_eq!(confirm(&app, mail.token()).await.status, 200);
}

async fn ot_05_a_newer_verification_takes_the_older_ones_place(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let older = mailed(&app, &jwt, "ada@example.com").await;
    let newer = mailed(&app, &jwt, "ada@example.com").await;
    confirm(&app, older.token()).await.assert(400, &invalid_code());
    assert_eq!(confirm(&app, newer.token()).await.status, 200);
    // One that is not sent yet goes when another takes its place.
    let jwt = customer(&app, "grace@example.com").await;
    for _ in 0..2 {
        assert_eq!(request(&app, &jwt, "grace@example.com").await.status, 201);
    }
    let mail = only_mail(&app).await;
    assert_eq!(confirm(&app, mail.token()).await.status, 200);
}

async fn ot_08_the_verification_link_leads_where_the_merchant_says(app: TestApp) {
    let links = json!({"links": {"verify_email": "https://shop.example/verify?code={token}"}});
    app.merchant("PATCH", "/api/workspace").json(&links).send().await.expect(200);
    let jwt = customer(&app, "ada@example.com").await;
    let call = app.shop("POST", REQUEST).bearer(&jwt).header("x-forwarded-host", "evil.example");
    assert_eq!(call.json(&body("ada@example.com")).send().await.status, 201);
    let mail = only_mail(&app).await;
    assert!(mail.link().starts_with("https://shop.example/verify?code=anteroom_evt_"), "{}", mail.link());
    assert_eq!(confirm(&app, mail.token()).await.status, 200);
}

async fn ot_09_the_sixth_verification_of_an_hour_is_not_sent(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mut last = None;
    for _ in 0..5 {
        last = Some(mailed(&app, &jwt, "ada@example.com").await);
    }
    let expected = json!({"verification": verification("ada@example.com", None)});
    request(&app, &jwt, "ada@example.com").await.assert(201, &expected);
    assert_eq!(deliver(&app).await, 0);
    app.clock.advance(Duration::HOUR);
    mailed(&app, &jwt, "ada@example.com").await;
    confirm(&app, last.unwrap().token()).await.assert(400, &invalid_code());
}

async fn a_link_opens_nothing_after_a_day(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    app.clock.advance(Duration::DAY);
    confirm(&app, mail.token()).await.assert(400, &invalid_code());
}

async fn another_email_ends_a_verification(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    let id = record(&app, &jwt).await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/customers/{id}");
    app.merchant("PATCH", &path).json(&json!({"email": "lovelace@example.com"})).send().await.expect(200);
    confirm(&app, mail.token()).await.assert(400, &invalid_code());
    let changed = app.merchant("GET", &path).send().await.expect(200);
    assert_eq!(changed["email_verified"], false);
}

/// A guest that a merchant has made, with an address and notes.
async fn guest(app: &TestApp, email: &str, kind: &str) -> String {
    let address = json!({"country": "US", "city": "San Francisco", "state": "CA"});
    let guest = json!({
        "email": email, "type": kind, "external_id": "usr_1", "billing_address": address, "metadata": {"vip": "yes"},
    });
    id(&app.merchant("POST", "/api/customers/").json(&guest).send().await.expect(201)["id"])
}

async fn a_guest_goes_up_in_the_account_that_proves_its_email(app: TestApp) {
    let guest = guest(&app, "Ada@example.com", "individual").await;
    let jwt = customer(&app, "ada@example.com").await;
    let account = record(&app, &jwt).await;
    assert_ne!(account["id"], guest.as_str());
    let before = me(&app).bearer(&jwt).send().await.expect(200);
    assert_eq!((&before["customer"]["addresses"], &account["metadata"]), (&json!([]), &json!({})));
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    assert_eq!(confirm(&app, mail.token()).await.status, 200);
    let after = me(&app).bearer(&jwt).send().await.expect(200);
    assert_eq!(after["customer"]["addresses"][0]["city"], "San Francisco");
    let merged = app.merchant("GET", &format!("/api/customers/{guest}")).send().await.expect(200);
    assert_eq!(merged["id"], account["id"]);
    assert_eq!((&merged["external_id"], &merged["metadata"]["vip"]), (&json!("usr_1"), &json!("yes")));
    assert_eq!((&merged["email_verified"], &merged["email"]), (&json!(true), &json!("ada@example.com")));
}

async fn a_guest_that_cannot_go_up_stays_unseen(app: TestApp) {
    let guest = guest(&app, "ada@example.com", "team").await;
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    assert_eq!(confirm(&app, mail.token()).await.status, 200);
    assert_eq!(record(&app, &jwt).await["email_verified"], true);
    let after = me(&app).bearer(&jwt).send().await.expect(200);
    assert_eq!(after["customer"]["addresses"], json!([]));
    let still = app.merchant("GET", &format!("/api/customers/{guest}")).send().await.expect(200);
    assert_eq!((&still["id"], &still["type"]), (&json!(guest), &json!("team")));
}

async fn ot_11_a_reset_by_the_owner_of_the_mailbox_ends_what_a_stranger_registered(app: TestApp) {
    let guest = guest(&app, "ada@example.com", "individual").await;
    let strangers = customer(&app, "ada@example.com").await;
    let account = record(&app, &strangers).await;
    let path = format!("/api/customers/{}/send-password-reset", account["id"].as_str().unwrap());
    app.merchant("POST", &path).send().await.expect(202);
    let mail = only_mail(&app).await;
    let issuer = federation::issuer(&app).await;
    issuer.signs_in("stranger", Some("stranger@example.com"), true);
    federation::links::link(&app, &issuer, &strangers).await.expect(200);
    let call = app.shop("POST", "/auth/customer/emailpass/update").bearer(mail.token());
    call.json(&json!({"password": "another battery staple"})).send().await.expect(200);
    me(&app).bearer(&strangers).send().await.assert(401, &bad_token());
    let elsewhere = token(&federation::sign_in(&app, &issuer).await);
    assert_eq!(email_in(&me(&app).bearer(&elsewhere).send().await), "stranger@example.com");
    let old = app.shop("POST", "/auth/customer/emailpass").json(&typed("ada@example.com"));
    old.send().await.assert(401, &wrong_email_or_password());
    let typed = typed_with("ada@example.com", "another battery staple");
    let owner = token(&app.shop("POST", "/auth/customer/emailpass").json(&typed).send().await);
    assert_eq!(record(&app, &owner).await["email_verified"], true);
    let merged = app.merchant("GET", &format!("/api/customers/{guest}")).send().await.expect(200);
    assert_eq!(merged["id"], account["id"], "the guest has gone up in the account");
}

async fn who_has_to_prove_their_email_signs_in_as_nobody_before(app: TestApp) {
    require_proof(&app).await;
    let registration = registration(&app, "ada@example.com").await;
    app.shop("POST", "/store/customers").bearer(&registration).json(&json!({})).send().await.expect(200);
    // The mail is on its way already.
    let first = only_mail(&app).await;
    let answer = app.shop("POST", "/auth/customer/emailpass").json(&typed("ada@example.com")).send().await;
    let jwt = answer.expect(200)["token"].as_str().unwrap().to_owned();
    let expected = json!({
        "token": jwt, "verification_required": true, "verification": verification("ada@example.com", None),
    });
    answer.assert(200, &expected);
    let refreshed = app.shop("POST", "/auth/token/refresh").bearer(&jwt).send().await;
    for jwt in [&jwt, &token(&refreshed), &registration] {
        me(&app).bearer(jwt).send().await.assert(401, &not_a_customer());
        app.shop("POST", "/auth/session").bearer(jwt).send().await.assert(401, &not_a_customer());
    }
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    confirm(&app, first.token()).await.assert(400, &invalid_code());
    assert_eq!(confirm(&app, mail.token()).await.status, 200);
    let refreshed = app.shop("POST", "/auth/token/refresh").bearer(&jwt).send().await;
    assert_eq!(email_in(&me(&app).bearer(&token(&refreshed)).send().await), "ada@example.com");
    me(&app).bearer(&sign_in(&app, "ada@example.com").await).send().await.expect(200);
}

async fn lg_01_a_wrong_password_looks_the_same_where_a_proof_is_asked(app: TestApp) {
    require_proof(&app).await;
    let registration = registration(&app, "ada@example.com").await;
    app.shop("POST", "/store/customers").bearer(&registration).json(&json!({})).send().await.expect(200);
    for email in ["ada@example.com", "nobody@example.com"] {
        let wrong =
            app.shop("POST", "/auth/customer/emailpass").json(&typed_with(email, "wrong horse battery"));
        wrong.send().await.assert(401, &wrong_email_or_password());
    }
}

async fn jw_02_no_other_token_proves_an_email(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    for code in [jwt.as_str(), app.token.as_str(), app.key.as_str(), "", "anteroom_evt_"] {
        confirm(&app, code).await.assert(400, &invalid_code());
    }
    me(&app).bearer(mail.token()).send().await.assert(401, &bad_token());
    let call = app.shop("POST", "/auth/customer/emailpass/update").bearer(mail.token());
    call.json(&json!({"password": PASSWORD})).send().await.assert(401, &bad_token());
    let other = app.other_workspace("other").await;
    let call = app.post(CONFIRM).header("x-publishable-api-key", &app.key_of(&other).await);
    call.json(&json!({"code": mail.token()})).send().await.assert(400, &invalid_code());
    assert_eq!(confirm(&app, mail.token()).await.status, 200);
}

async fn what_is_no_verification_is_refused(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let refused = |message: &str| invalid(format!("Invalid request: {message}"));
    for (body, message) in [
        (json!({}), "Field 'entity_id' is required; Field 'entity_type' is required"),
        (
            json!({"entity_id": "ada@example.com", "entity_type": "phone"}),
            "Value for field 'entity_type' should be 'email'",
        ),
        (
            json!({"entity_id": "ada@example.com", "entity_type": "email", "code_provider": "otp"}),
            "Value for field 'code_provider' should be 'token'",
        ),
        (
            json!({"entity_id": "ada@example.com", "entity_type": "email", "code": "x"}),
            "Unrecognized fields: 'code'",
        ),
    ] {
        app.shop("POST", REQUEST).bearer(&jwt).json(&body).send().await.assert(400, &refused(message));
    }
    let others = invalid("Email should be the one that was registered");
    request(&app, &jwt, "grace@example.com").await.assert(400, &others);
    let half_done = registration(&app, "half.done@example.com").await;
    request(&app, &half_done, "half.done@example.com").await.assert(401, &not_a_customer());
    let call = app.shop("POST", REQUEST).json(&body("ada@example.com"));
    call.send().await.assert(401, &nobody());
    for (body, message) in [
        (json!({}), "Field 'code' is required"),
        (json!({"code": 1}), "Expected type: 'string' for field 'code', got: 'null'"),
        (json!({"code": "x", "code_provider": "otp"}), "Value for field 'code_provider' should be 'token'"),
        (json!({"code": "x", "y": 1}), "Unrecognized fields: 'y'"),
    ] {
        app.shop("POST", CONFIRM).json(&body).send().await.assert(400, &refused(message));
    }
    assert_eq!(deliver(&app).await, 0);
}

async fn a_foreign_page_proves_nothing(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = super::cookie(&app, &jwt).await;
    let mail = mailed(&app, &jwt, "ada@example.com").await;
    let evil = |call: anteroom_testkit::app::Call| call.header("origin", "https://evil.example");
    let call = evil(app.shop("POST", CONFIRM)).json(&json!({"code": mail.token()}));
    call.send().await.assert(403, &foreign_origin());
    let call = evil(app.shop("POST", REQUEST)).cookie(&cookie).json(&body("ada@example.com"));
    call.send().await.assert(403, &foreign_origin());
    assert_eq!(deliver(&app).await, 0);
    assert_eq!(confirm(&app, mail.token()).await.status, 200);
}
