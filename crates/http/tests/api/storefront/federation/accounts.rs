//! Who somebody is for whom an issuer vouches, and whose account they get.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use anteroom_testkit::issuer::FakeIssuer;
use futures_util::future::join_all;
use serde_json::json;

use super::super::{bad_cookie, bad_token, cookie, customer, me, not_a_customer, token, unauthorized};
use super::{
    CALLBACK, account_exists, callback, customer_of, issuer, prove, put, query, sign_in, wrong_password,
};

both_databases![
    oa_02_a_subject_stays_the_same_customer_whatever_its_email,
    oa_02_a_subject_of_another_issuer_is_somebody_else,
    oa_03_an_issuer_that_is_not_trusted_links_nobody,
    oa_03_an_email_that_is_not_verified_links_nobody,
    oa_03_a_proved_email_links_to_its_account,
    ot_11_who_proves_an_email_takes_it_from_a_stranger,
    ot_11_a_strangers_account_elsewhere_goes_too,
    who_is_not_vouched_for_becomes_a_customer_by_a_token,
    a_guest_goes_up_in_the_account_that_proves_its_email,
    a_disabled_customer_is_told_so,
    a_deleted_customer_comes_back_as_a_new_one,
    sixteen_new_ones_at_once_are_one_customer,
    an_email_has_to_be_said,
];

async fn untrusting(app: &TestApp) -> FakeIssuer {
    let issuer = FakeIssuer::start(&app.clock);
    let mut provider = issuer.provider(CALLBACK);
    provider["trusts_email"] = json!(false);
    put(app, &provider).await.expect(201);
    issuer
}

async fn oa_02_a_subject_stays_the_same_customer_whatever_its_email(app: TestApp) {
    let issuer = issuer(&app).await;
    let first = customer_of(&app, &token(&sign_in(&app, &issuer).await)).await;
    issuer.signs_in("ada-1", Some("lovelace@example.com"), true);
    let again = customer_of(&app, &token(&sign_in(&app, &issuer).await)).await;
    assert_eq!(again, first);
    // Not even one that has an account of its own by now.
    customer(&app, "lovelace@example.com").await;
    let again = customer_of(&app, &token(&sign_in(&app, &issuer).await)).await;
    assert_eq!(again, first);
}

async fn oa_02_a_subject_of_another_issuer_is_somebody_else(app: TestApp) {
    let issuer = issuer(&app).await;
    let first = customer_of(&app, &token(&sign_in(&app, &issuer).await)).await;
    let other = FakeIssuer::start(&app.clock);
    other.signs_in("ada-1", Some("other@example.com"), true);
    app.merchant("PUT", "/api/workspace/providers/other")
        .json(&other.provider(CALLBACK))
        .send()
        .await
        .expect(201);
    let sent = app.shop("POST", "/auth/customer/other").send().await.expect(200);
    let query = other.visit(sent["location"].as_str().unwrap()).await;
    let answer = app.shop("GET", &format!("/auth/customer/other/callback?{query}")).send().await;
    assert_ne!(customer_of(&app, &token(&answer)).await["id"], first["id"]);
}

async fn oa_03_an_issuer_that_is_not_trusted_links_nobody(app: TestApp) {
    let issuer = untrusting(&app).await;
    let jwt = customer(&app, "ada@example.com").await;
    prove(&app, "ada@example.com").await;
    let before = app.rows();
    sign_in(&app, &issuer).await.assert(403, &account_exists());
    assert_eq!(app.rows(), before);
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn oa_03_an_email_that_is_not_verified_links_nobody(app: TestApp) {
    let issuer = issuer(&app).await;
    customer(&app, "ada@example.com").await;
    for verified in [json!(false), json!(null), json!("false"), json!(1)] {
        issuer.signs_in("ada-1", Some("ADA@example.com"), verified);
        sign_in(&app, &issuer).await.assert(403, &account_exists());
    }
    issuer.signs_in("ada-1", Some("ADA@example.com"), "true");
    token(&sign_in(&app, &issuer).await);
}

async fn oa_03_a_proved_email_links_to_its_account(app: TestApp) {
    let issuer = issuer(&app).await;
    let jwt = customer(&app, "ada@example.com").await;
    prove(&app, "ada@example.com").await;
    let mine = customer_of(&app, &jwt).await;
    let linked = token(&sign_in(&app, &issuer).await);
    assert_eq!(customer_of(&app, &linked).await, mine);
    // What its owner had stays.
    customer_of(&app, &jwt).await;
    super::super::sign_in(&app, "ada@example.com").await;
}

async fn ot_11_who_proves_an_email_takes_it_from_a_stranger(app: TestApp) {
    let issuer = issuer(&app).await;
    let strangers = customer(&app, "ada@example.com").await;
    let strangers_cookie = cookie(&app, &strangers).await;
    let account = customer_of(&app, &strangers).await;
    let owner = token(&sign_in(&app, &issuer).await);
    assert_eq!(customer_of(&app, &owner).await["id"], account["id"]);
    me(&app).bearer(&strangers).send().await.assert(401, &bad_token());
    me(&app).cookie(&strangers_cookie).send().await.assert(401, &bad_cookie());
    wrong_password(&app, "ada@example.com").await;
    // The next time nothing is taken any more.
    token(&sign_in(&app, &issuer).await);
    me(&app).bearer(&owner).send().await.expect(200);
    // Who proves the mailbox once more may have a password again.
    let body = json!({"identifier": "ada@example.com"});
    app.shop("POST", "/auth/customer/emailpass/reset-password").json(&body).send().await.expect(201);
}

async fn ot_11_a_strangers_account_elsewhere_goes_too(app: TestApp) {
    let careless = untrusting(&app).await;
    careless.signs_in("stranger", Some("ada@example.com"), true);
    let registration = token(&sign_in(&app, &careless).await);
    app.shop("POST", "/store/customers").bearer(&registration).json(&json!({})).send().await.expect(200);
    let strangers = token(&sign_in(&app, &careless).await);
    let account = customer_of(&app, &strangers).await;

    let issuer = FakeIssuer::start(&app.clock);
    app.merchant("PUT", "/api/workspace/providers/good")
        .json(&issuer.provider(CALLBACK))
        .send()
        .await
        .expect(201);
    let sent = app.shop("POST", "/auth/customer/good").send().await.expect(200);
    let query = issuer.visit(sent["location"].as_str().unwrap()).await;
    let owner = token(&app.shop("GET", &format!("/auth/customer/good/callback?{query}")).send().await);
    assert_eq!(customer_of(&app, &owner).await["id"], account["id"]);
    me(&app).bearer(&strangers).send().await.assert(401, &bad_token());
    sign_in(&app, &careless).await.assert(403, &account_exists());
}

async fn who_is_not_vouched_for_becomes_a_customer_by_a_token(app: TestApp) {
    let issuer = untrusting(&app).await;
    let registration = token(&sign_in(&app, &issuer).await);
    me(&app).bearer(&registration).send().await.assert(401, &not_a_customer());
    let create =
        async |token: &str, body| app.shop("POST", "/store/customers").bearer(token).json(&body).send().await;
    let differs = super::super::invalid("Email should be the one that was registered");
    create(&registration, json!({"email": "other@example.com"})).await.assert(400, &differs);
    create(&registration, json!({"email": "ada@example.com"})).await.expect(200);
    let jwt = token(&sign_in(&app, &issuer).await);
    assert_eq!(customer_of(&app, &jwt).await["email"], "ada@example.com");
}

async fn a_guest_goes_up_in_the_account_that_proves_its_email(app: TestApp) {
    let issuer = issuer(&app).await;
    let body = json!({
        "email": "ada@example.com", "external_id": "guest-1",
        "billing_address": {"country": "GB", "city": "London"},
    });
    let guest = app.merchant("POST", "/api/customers").json(&body).send().await.expect(201);
    let jwt = token(&sign_in(&app, &issuer).await);
    let addresses = customer_of(&app, &jwt).await["addresses"].clone();
    assert_eq!(addresses[0]["city"], "London");
    let path = format!("/api/customers/{}", guest["id"].as_str().unwrap());
    let found = app.merchant("GET", &path).send().await.expect(200);
    assert_eq!(found["id"], customer_of(&app, &jwt).await["id"]);
    assert_eq!(found["email_verified"], true);
}

async fn a_disabled_customer_is_told_so(app: TestApp) {
    let issuer = issuer(&app).await;
    let query = query(&app, &issuer).await;
    let jwt = token(&sign_in(&app, &issuer).await);
    let id = customer_of(&app, &jwt).await["id"].as_str().unwrap().to_owned();
    app.merchant("POST", &format!("/api/customers/{id}/disable")).send().await;
    let disabled = unauthorized("The account is disabled");
    callback(&app, &query).send().await.assert(401, &disabled);
    sign_in(&app, &issuer).await.assert(401, &disabled);
}

async fn a_deleted_customer_comes_back_as_a_new_one(app: TestApp) {
    let issuer = issuer(&app).await;
    let first = customer_of(&app, &token(&sign_in(&app, &issuer).await)).await["id"].clone();
    let path = format!("/api/customers/{}", first.as_str().unwrap());
    assert_eq!(app.merchant("DELETE", &path).send().await.status, 204);
    assert!(!app.rows().iter().any(|row| row.starts_with("federated_identities ")));
    assert_ne!(customer_of(&app, &token(&sign_in(&app, &issuer).await)).await["id"], first);
}

async fn sixteen_new_ones_at_once_are_one_customer(app: TestApp) {
    let issuer = issuer(&app).await;
    let mut queries = Vec::new();
    for _ in 0..16 {
        queries.push(query(&app, &issuer).await);
    }
    let answers = join_all(queries.iter().map(|query| callback(&app, query).send())).await;
    let mut ids = Vec::new();
    for answer in &answers {
        ids.push(customer_of(&app, &token(answer)).await["id"].to_string());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

async fn an_email_has_to_be_said(app: TestApp) {
    let issuer = issuer(&app).await;
    let refused = unauthorized("The auth provider says no email");
    for email in [None, Some(""), Some("nonsense")] {
        issuer.signs_in("ada-1", email, true);
        sign_in(&app, &issuer).await.assert(401, &refused);
    }
}
