//! Linking an account elsewhere with the one that somebody is signed in to, and unlinking it.

use anteroom_testkit::app::{Answer, Call, TestApp};
use anteroom_testkit::both_databases;
use anteroom_testkit::issuer::FakeIssuer;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::super::second_factor::reauth_required;
use super::super::{
    LISTED, PASSWORD, START, bad_cookie, bad_token, cookie, cookie_of, customer, foreign_origin, invalid,
    list_origin, me, nobody, not_a_customer, token,
};
use super::{CALLBACK, callback, customer_of, issuer, no_state, put, query, sign_in};
use crate::mails::{deliver, only_mail};

both_databases![
    an_account_elsewhere_is_linked_and_signs_in,
    an_email_that_the_provider_proves_is_proved,
    a_cookie_is_renewed_with_it,
    linking_once_more_changes_nothing,
    oa_01_a_state_to_link_is_its_customers_alone,
    oa_01_a_state_to_link_is_good_once_and_for_ten_minutes,
    oa_03_the_account_of_another_customer_is_not_linked,
    oa_03_who_waited_to_become_a_customer_is_linked,
    ot_03_of_sixteen_who_come_back_with_one_state_one_links,
    of_two_who_link_one_account_one_gets_it,
    se_09_linking_and_unlinking_want_presence,
    mf_08_the_last_account_elsewhere_stays,
    se_04_unlinking_ends_every_other_session,
    a_customer_links_twenty_at_most,
    what_the_provider_says_against_it_signs_nobody_out,
    a_provider_that_is_switched_off_can_be_unlinked_alone,
    what_is_no_provider_is_not_found,
    ck_02_a_foreign_page_links_nothing_by_cookie,
];

const LINKS: &str = "/store/customers/me/providers";
const KEYCLOAK: &str = "/store/customers/me/providers/keycloak";
const ADA: &str = "ada@example.com";

/// Asks where to go.
fn begin(app: &TestApp, jwt: &str) -> Call {
    app.shop("POST", KEYCLOAK).bearer(jwt)
}

/// The query that somebody comes back with.
async fn query_to_link(app: &TestApp, issuer: &FakeIssuer, jwt: &str) -> String {
    let sent = begin(app, jwt).send().await.expect(200);
    issuer.visit(sent["location"].as_str().unwrap()).await
}

fn come_back(app: &TestApp, query: &str) -> Call {
    app.shop("POST", &format!("{KEYCLOAK}/callback?{query}"))
}

/// The whole way, there and back.
pub(in super::super) async fn link(app: &TestApp, issuer: &FakeIssuer, jwt: &str) -> Answer {
    come_back(app, &query_to_link(app, issuer, jwt).await).bearer(jwt).send().await
}

async fn links(app: &TestApp, jwt: &str) -> Value {
    app.shop("GET", LINKS).bearer(jwt).send().await.expect(200)["providers"].clone()
}

fn unlink(app: &TestApp, jwt: &str) -> Call {
    app.shop("DELETE", KEYCLOAK).bearer(jwt)
}

fn linked(email: &str) -> Value {
    json!({"provider": "keycloak", "display_name": "OpenID Connect", "email": email, "created_at": START})
}

fn unlinked() -> Value {
    json!({"id": "keycloak", "object": "linked_provider", "deleted": true})
}

fn elsewhere() -> Value {
    json!({"type": "not_allowed", "message": "The account there signs in as another customer"})
}

fn not_linked() -> Value {
    json!({"type": "not_found", "message": "Linked auth provider was not found"})
}

async fn an_account_elsewhere_is_linked_and_signs_in(app: TestApp) {
    let issuer = issuer(&app).await;
    // Neither its e-mail nor whether that is proved matters: who is signed in here has been there.
    issuer.signs_in("ada-1", Some("lovelace@example.com"), false);
    let jwt = customer(&app, ADA).await;
    let mine = customer_of(&app, &jwt).await;
    assert_eq!(links(&app, &jwt).await, json!([]));
    link(&app, &issuer, &jwt).await.assert(200, &json!({"provider": linked("lovelace@example.com")}));
    let mail = only_mail(&app).await;
    assert_eq!(mail.header("To"), ADA);
    assert_eq!(mail.header("Subject"), "Your account at acme is linked to OpenID Connect");
    assert_eq!(links(&app, &jwt).await, json!([linked("lovelace@example.com")]));
    let there = token(&sign_in(&app, &issuer).await);
    assert_eq!(customer_of(&app, &there).await, mine);
    // What there was before stays, and the e-mail is as unproved as before.
    super::super::sign_in(&app, ADA).await;
    unlink(&app, &jwt).send().await.assert(200, &unlinked());
    assert_eq!(links(&app, &jwt).await, json!([]));
    let registration = token(&sign_in(&app, &issuer).await);
    me(&app).bearer(&registration).send().await.assert(401, &not_a_customer());
    unlink(&app, &jwt).send().await.assert(404, &not_linked());
}

async fn an_email_that_the_provider_proves_is_proved(app: TestApp) {
    let issuer = issuer(&app).await;
    let body = json!({"email": ADA, "billing_address": {"country": "GB", "city": "London"}});
    app.merchant("POST", "/api/customers").json(&body).send().await.expect(201);
    let jwt = customer(&app, ADA).await;
    link(&app, &issuer, &jwt).await.expect(200);
    let mine = customer_of(&app, &jwt).await;
    assert_eq!(mine["addresses"][0]["city"], "London", "the guest has gone up in the account");
    let path = format!("/api/customers/{}", mine["id"].as_str().unwrap());
    assert_eq!(app.merchant("GET", &path).send().await.expect(200)["email_verified"], true);
    // Who was signed in has been there, so it takes nothing from a stranger.
    token(&sign_in(&app, &issuer).await);
    me(&app).bearer(&jwt).send().await.expect(200);
    super::super::sign_in(&app, ADA).await;
}

async fn a_cookie_is_renewed_with_it(app: TestApp) {
    let issuer = issuer(&app).await;
    list_origin(&app, LISTED).await;
    let mut current = cookie(&app, &customer(&app, ADA).await).await;
    let sent = app.shop("POST", KEYCLOAK).cookie(&current).header("origin", LISTED).send().await;
    let browser = format!("{current}; anteroom_sign_in={}", sent.cookie("anteroom_sign_in").unwrap());
    let query = issuer.visit(sent.expect(200)["location"].as_str().unwrap()).await;
    // The browser that was sent away is known by its cookie, too.
    let without = come_back(&app, &query).cookie(&current).header("origin", LISTED).send().await;
    without.assert(400, &no_state());
    for renew in [come_back(&app, &query).cookie(&browser), app.shop("DELETE", KEYCLOAK)] {
        let renewed = renew.cookie(&current).header("origin", LISTED).send().await;
        renewed.expect(200);
        me(&app).cookie(&current).send().await.assert(401, &bad_cookie());
        current = cookie_of(&renewed);
        me(&app).cookie(&current).send().await.expect(200);
    }
}

async fn linking_once_more_changes_nothing(app: TestApp) {
    let issuer = issuer(&app).await;
    let jwt = customer(&app, ADA).await;
    link(&app, &issuer, &jwt).await.expect(200);
    only_mail(&app).await;
    link(&app, &issuer, &jwt).await.assert(200, &json!({"provider": linked(ADA)}));
    assert_eq!((deliver(&app).await, links(&app, &jwt).await), (0, json!([linked(ADA)])));
}

async fn oa_01_a_state_to_link_is_its_customers_alone(app: TestApp) {
    let issuer = issuer(&app).await;
    let (ada, eve) = (customer(&app, ADA).await, customer(&app, "eve@example.com").await);
    let adas = query_to_link(&app, &issuer, &ada).await;
    come_back(&app, &adas).bearer(&eve).send().await.assert(400, &no_state());
    come_back(&app, &adas).send().await.assert(401, &nobody());
    // Who wanted to link does not sign in by it, and who wanted to sign in links nothing.
    callback(&app, &adas).send().await.assert(400, &no_state());
    let to_sign_in = query(&app, &issuer).await;
    come_back(&app, &to_sign_in).bearer(&ada).send().await.assert(400, &no_state());
    // Nobody has spent it.
    come_back(&app, &adas).bearer(&ada).send().await.expect(200);
    assert_eq!(links(&app, &eve).await, json!([]));
}

async fn oa_01_a_state_to_link_is_good_once_and_for_ten_minutes(app: TestApp) {
    let issuer = issuer(&app).await;
    let jwt = customer(&app, ADA).await;
    let query = query_to_link(&app, &issuer, &jwt).await;
    come_back(&app, &query).bearer(&jwt).send().await.expect(200);
    come_back(&app, &query).bearer(&jwt).send().await.assert(400, &no_state());
    let late = query_to_link(&app, &issuer, &jwt).await;
    app.clock.advance(Duration::minutes(10));
    for query in [late.as_str(), "", "code=x", "state=anteroom_sis_x"] {
        come_back(&app, query).bearer(&jwt).send().await.assert(400, &no_state());
    }
}

async fn oa_03_the_account_of_another_customer_is_not_linked(app: TestApp) {
    let issuer = issuer(&app).await;
    issuer.signs_in("grace-1", Some("grace@example.com"), true);
    let grace = customer_of(&app, &token(&sign_in(&app, &issuer).await)).await;
    let ada = customer(&app, ADA).await;
    link(&app, &issuer, &ada).await.assert(400, &elsewhere());
    assert_eq!(links(&app, &ada).await, json!([]));
    assert_eq!(customer_of(&app, &token(&sign_in(&app, &issuer).await)).await, grace);
}

async fn oa_03_who_waited_to_become_a_customer_is_linked(app: TestApp) {
    let issuer = issuer(&app).await;
    issuer.signs_in("ada-1", Some("lovelace@example.com"), false);
    let registration = token(&sign_in(&app, &issuer).await);
    let jwt = customer(&app, ADA).await;
    let mine = customer_of(&app, &jwt).await;
    link(&app, &issuer, &jwt).await.expect(200);
    // What spoke for nobody speaks for nobody now, too.
    me(&app).bearer(&registration).send().await.assert(401, &bad_token());
    assert_eq!(customer_of(&app, &token(&sign_in(&app, &issuer).await)).await, mine);
}

async fn ot_03_of_sixteen_who_come_back_with_one_state_one_links(app: TestApp) {
    let issuer = issuer(&app).await;
    let jwt = customer(&app, ADA).await;
    let query = query_to_link(&app, &issuer, &jwt).await;
    let answers = join_all((0..16).map(|_| come_back(&app, &query).bearer(&jwt).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.assert(400, &no_state());
    }
    assert_eq!(issuer.issued(), 1);
}

async fn of_two_who_link_one_account_one_gets_it(app: TestApp) {
    let issuer = issuer(&app).await;
    let mut ways = Vec::new();
    for email in [ADA, "grace@example.com"] {
        let jwt = customer(&app, email).await;
        ways.push((query_to_link(&app, &issuer, &jwt).await, jwt));
    }
    let answers = join_all(ways.iter().map(|(query, jwt)| come_back(&app, query).bearer(jwt).send())).await;
    let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((good.len(), bad.len()), (1, 1));
    bad[0].assert(400, &elsewhere());
}

async fn se_09_linking_and_unlinking_want_presence(app: TestApp) {
    let issuer = issuer(&app).await;
    let jwt = customer(&app, ADA).await;
    link(&app, &issuer, &jwt).await.expect(200);
    app.clock.advance(Duration::minutes(10));
    for method in ["POST", "DELETE"] {
        let send = |body: Value| app.shop(method, KEYCLOAK).bearer(&jwt).json(&body).send();
        send(json!({})).await.assert(403, &reauth_required());
        let wrong = json!({"type": "forbidden", "message": "The current password is wrong"});
        send(json!({"current_password": "wrong battery staple"})).await.assert(403, &wrong);
        send(json!({"current_password": PASSWORD})).await.expect(200);
    }
}

async fn mf_08_the_last_account_elsewhere_stays(app: TestApp) {
    let issuer = issuer(&app).await;
    let jwt = token(&sign_in(&app, &issuer).await);
    let last =
        json!({"type": "not_allowed", "message": "Without it nobody could sign in: add another way first"});
    unlink(&app, &jwt).send().await.assert(400, &last);
    assert_eq!(links(&app, &jwt).await, json!([linked(ADA)]));
    let codes = json!({"providers": {"otp": true}});
    app.merchant("PATCH", "/api/workspace").json(&codes).send().await.expect(200);
    unlink(&app, &jwt).send().await.assert(200, &unlinked());
}

async fn se_04_unlinking_ends_every_other_session(app: TestApp) {
    let issuer = issuer(&app).await;
    let jwt = customer(&app, ADA).await;
    link(&app, &issuer, &jwt).await.expect(200);
    let other = token(&sign_in(&app, &issuer).await);
    unlink(&app, &jwt).send().await.expect(200);
    me(&app).bearer(&other).send().await.assert(401, &bad_token());
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn a_customer_links_twenty_at_most(app: TestApp) {
    let issuer = issuer(&app).await;
    let jwt = customer(&app, ADA).await;
    for n in 0..20 {
        issuer.signs_in(&format!("ada-{n}"), Some(ADA), true);
        link(&app, &issuer, &jwt).await.expect(200);
    }
    issuer.signs_in("ada-20", Some(ADA), true);
    let full = json!({"type": "not_allowed", "message": "A customer can link at most 20 accounts"});
    link(&app, &issuer, &jwt).await.assert(400, &full);
    // All of one provider go at once.
    unlink(&app, &jwt).send().await.expect(200);
    assert_eq!(links(&app, &jwt).await, json!([]));
}

async fn what_the_provider_says_against_it_signs_nobody_out(app: TestApp) {
    let issuer = issuer(&app).await;
    let jwt = customer(&app, ADA).await;
    let forbidden = |message: &str| json!({"type": "forbidden", "message": message});
    let query = query_to_link(&app, &issuer, &jwt).await;
    let declined = come_back(&app, &format!("{query}&error=access_denied")).bearer(&jwt).send().await;
    declined.assert(403, &forbidden("The auth provider has signed nobody in"));
    issuer.signs_in("ada-1", None, true);
    link(&app, &issuer, &jwt).await.assert(403, &forbidden("The auth provider says no email"));
    let query = query_to_link(&app, &issuer, &jwt).await;
    let without_code =
        query.split('&').filter(|part| !part.starts_with("code=")).collect::<Vec<_>>().join("&");
    come_back(&app, &without_code).bearer(&jwt).send().await.assert(400, &invalid("No code provided"));
    assert_eq!((links(&app, &jwt).await, deliver(&app).await), (json!([]), 0));
}

async fn a_provider_that_is_switched_off_can_be_unlinked_alone(app: TestApp) {
    let issuer = issuer(&app).await;
    let jwt = customer(&app, ADA).await;
    link(&app, &issuer, &jwt).await.expect(200);
    let query = query_to_link(&app, &issuer, &jwt).await;
    let mut provider = issuer.provider(CALLBACK);
    provider["enabled"] = json!(false);
    put(&app, &provider).await.expect(200);
    let missing = json!({"type": "not_found", "message": "Auth provider was not found"});
    begin(&app, &jwt).send().await.assert(404, &missing);
    come_back(&app, &query).bearer(&jwt).send().await.assert(404, &missing);
    assert_eq!(links(&app, &jwt).await, json!([linked(ADA)]));
    unlink(&app, &jwt).send().await.assert(200, &unlinked());
    // One that the shop has removed signs nobody in, and is not there.
    app.merchant("DELETE", "/api/workspace/providers/keycloak").send().await.expect(204);
    unlink(&app, &jwt).send().await.assert(404, &missing);
}

async fn what_is_no_provider_is_not_found(app: TestApp) {
    let _issuer = issuer(&app).await;
    let jwt = customer(&app, ADA).await;
    let missing = json!({"type": "not_found", "message": "Auth provider was not found"});
    for name in ["emailpass", "passkey", "other", "KEYCLOAK", &"x".repeat(200)] {
        let path = format!("{LINKS}/{name}");
        for (method, path) in
            [("POST", path.clone()), ("POST", format!("{path}/callback?state=x")), ("DELETE", path)]
        {
            app.shop(method, &path).bearer(&jwt).send().await.assert(404, &missing);
        }
    }
    for (body, message) in [
        (json!({"callback_url": 1}), "Expected type: 'string' for field 'callback_url', got: 'number'"),
        (
            json!({"current_password": true}),
            "Expected type: 'string' for field 'current_password', got: 'null'",
        ),
        (json!({"x": 1}), "Unrecognized fields: 'x'"),
    ] {
        let refused = invalid(format!("Invalid request: {message}"));
        begin(&app, &jwt).json(&body).send().await.assert(400, &refused);
    }
    let unlisted = invalid("The callback URL is none that the shop has listed");
    let body = json!({"callback_url": "https://evil.example"});
    begin(&app, &jwt).json(&body).send().await.assert(400, &unlisted);
    begin(&app, "none").send().await.assert(401, &bad_token());
}

async fn ck_02_a_foreign_page_links_nothing_by_cookie(app: TestApp) {
    let _issuer = issuer(&app).await;
    list_origin(&app, LISTED).await;
    let cookie = cookie(&app, &customer(&app, ADA).await).await;
    let callback = format!("{KEYCLOAK}/callback?state=x&code=x");
    for (method, path) in [("POST", KEYCLOAK), ("POST", &callback), ("DELETE", KEYCLOAK)] {
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let call = app.shop(method, path).cookie(&cookie).header(name, value);
            call.send().await.assert(403, &foreign_origin());
        }
    }
}
