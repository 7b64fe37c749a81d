//! E-mails and external ids that a change claims, and what a new e-mail does to those who sign in with the old one.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::update::change;
use crate::workspace::support::{customer, id, individual, members_of, session, shopper, text, value_error};

both_databases![
    lg_03_a_taken_email_is_refused_in_every_spelling,
    everything_that_a_change_claims_in_vain_is_named_at_once,
    a_guests_namesake_can_be_changed,
    of_sixteen_customers_that_claim_one_email_one_gets_it,
    of_sixteen_customers_that_claim_one_external_id_one_gets_it,
    of_sixteen_customers_that_claim_both_one_gets_both,
    sixteen_changes_of_one_customer_are_all_done,
    a_new_email_ends_every_session,
    another_spelling_of_the_email_ends_no_session,
    a_shopper_signs_in_with_the_new_email_and_the_old_one_is_free,
    a_registration_without_a_customer_is_no_obstacle,
];

const EMAIL_TAKEN: &str = "A customer with this email address already exists.";
const EXTERNAL_ID_TAKEN: &str = "A customer with this external ID already exists.";

async fn lg_03_a_taken_email_is_refused_in_every_spelling(app: TestApp) {
    individual(&app, "ada@bücher.example").await;
    let bob = individual(&app, "bob@example.com").await;
    for email in ["Ada@Bücher.example", "ada@xn--bcher-kva.example"] {
        let expected = value_error("email", EMAIL_TAKEN, &json!(email));
        change(&app, &bob, &json!({"email": email, "name": "Bob"})).await.assert(422, &expected);
    }
    app.merchant("GET", &format!("/api/customers/{}", id(&bob))).send().await.assert(200, &bob);
}

fn taken(faults: &[(&str, &str, &str)]) -> Value {
    let fault = |(field, msg, input): &(&str, &str, &str)| -> Value {
        json!({"type": "value_error", "loc": ["body", field], "msg": msg, "input": input})
    };
    json!({"error": "RequestValidationError", "detail": faults.iter().map(fault).collect::<Vec<_>>()})
}

async fn everything_that_a_change_claims_in_vain_is_named_at_once(app: TestApp) {
    customer(&app, &json!({"email": "a@example.com", "external_id": "usr_1"})).await;
    customer(&app, &json!({"email": "b@example.com", "external_id": "usr_2"})).await;
    let body = json!({"email": "a@example.com", "external_id": "usr_2", "type": "individual"});
    let eve = customer(&app, &json!({"email": "e@example.com", "type": "team"})).await;
    let expected = taken(&[
        ("email", EMAIL_TAKEN, "a@example.com"),
        ("external_id", EXTERNAL_ID_TAKEN, "usr_2"),
        ("type", "Customer type cannot be downgraded from 'team' to 'individual'.", "individual"),
    ]);
    change(&app, &eve, &body).await.assert(422, &expected);
}

async fn a_guests_namesake_can_be_changed(app: TestApp) {
    let guest = individual(&app, "ada@example.com").await;
    let (_, account) = shopper(&app, "Ada@example.com").await;
    for namesake in [&guest, &account] {
        change(&app, namesake, &json!({"email": "ADA@example.com", "name": "Ada"})).await.expect(200);
    }
}

/// Exactly one of the changes succeeds; the others are told what is taken.
fn one_of_sixteen(answers: &[Answer], refusal: &Value) {
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.assert(422, refusal);
    }
}

async fn race(app: &TestApp, body: &Value) -> Vec<Answer> {
    let mut customers = Vec::new();
    for n in 0..16 {
        customers.push(individual(app, &format!("a{n}@example.com")).await);
    }
    join_all(customers.iter().map(|customer| change(app, customer, body))).await
}

async fn of_sixteen_customers_that_claim_one_email_one_gets_it(app: TestApp) {
    let answers = race(&app, &json!({"email": "new@example.com"})).await;
    one_of_sixteen(&answers, &taken(&[("email", EMAIL_TAKEN, "new@example.com")]));
}

async fn of_sixteen_customers_that_claim_one_external_id_one_gets_it(app: TestApp) {
    let answers = race(&app, &json!({"external_id": "usr_1"})).await;
    one_of_sixteen(&answers, &taken(&[("external_id", EXTERNAL_ID_TAKEN, "usr_1")]));
}

async fn of_sixteen_customers_that_claim_both_one_gets_both(app: TestApp) {
    let answers = race(&app, &json!({"email": "new@example.com", "external_id": "usr_1"})).await;
    let both =
        taken(&[("email", EMAIL_TAKEN, "new@example.com"), ("external_id", EXTERNAL_ID_TAKEN, "usr_1")]);
    one_of_sixteen(&answers, &both);
}

async fn sixteen_changes_of_one_customer_are_all_done(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let bodies: Vec<_> =
        (0..16).map(|n| json!({"name": format!("Ada {n}"), "email": format!("a{n}@example.com")})).collect();
    let answers = join_all(bodies.iter().map(|body| change(&app, &ada, body))).await;
    for (answer, body) in answers.iter().zip(&bodies) {
        let changed = answer.expect(200);
        assert_eq!([&changed["name"], &changed["email"]], [&body["name"], &body["email"]]);
    }
    let shown = app.merchant("GET", &format!("/api/customers/{}", id(&ada))).send().await.expect(200);
    let members = members_of(&app, &ada).await;
    assert_eq!((members.len(), &members[0]["email"]), (1, &shown["email"]));
}

/// Whether a portal session, a JWT and a cookie still open anything.
async fn statuses(app: &TestApp, portal: &Value, jwt: &str, cookie: &str) -> [u16; 3] {
    let token = app.get("/api/customer-portal/customers/me").bearer(text(&portal["token"]));
    let me = || app.shop("GET", "/store/customers/me");
    let (jwt, cookie) = (me().bearer(jwt), me().cookie(cookie));
    [token.send().await.status, jwt.send().await.status, cookie.send().await.status]
}

async fn shop_cookie(app: &TestApp, jwt: &str) -> String {
    let answer = app.shop("POST", "/auth/session").bearer(jwt).send().await;
    format!("connect.sid={}", answer.cookie("connect.sid").unwrap())
}

async fn a_new_email_ends_every_session(app: TestApp) {
    let (jwt, ada) = shopper(&app, "ada@example.com").await;
    let cookie = shop_cookie(&app, &jwt).await;
    let portal = session(&app, &json!({"customer_id": ada["id"]})).await;
    assert_eq!(statuses(&app, &portal, &jwt, &cookie).await, [200; 3]);
    change(&app, &ada, &json!({"email": "new@example.com"})).await.expect(200);
    assert_eq!(statuses(&app, &portal, &jwt, &cookie).await, [401; 3]);
    let sessions = app.merchant("GET", &format!("/api/customers/{}/sessions", id(&ada)));
    assert_eq!(sessions.send().await.expect(200)["meta"]["total"], 0);
}

async fn another_spelling_of_the_email_ends_no_session(app: TestApp) {
    let (jwt, ada) = shopper(&app, "ada@example.com").await;
    let cookie = shop_cookie(&app, &jwt).await;
    let portal = session(&app, &json!({"customer_id": ada["id"]})).await;
    change(&app, &ada, &json!({"email": "ADA@example.com", "name": "Ada"})).await.expect(200);
    assert_eq!(statuses(&app, &portal, &jwt, &cookie).await, [200; 3]);
}

async fn sign_in(app: &TestApp, email: &str) -> Answer {
    let typed = json!({"email": email, "password": "correct horse battery"});
    app.shop("POST", "/auth/customer/emailpass").json(&typed).send().await
}

async fn a_shopper_signs_in_with_the_new_email_and_the_old_one_is_free(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    change(&app, &ada, &json!({"email": "new@example.com"})).await.expect(200);
    let refused = json!({"type": "unauthorized", "message": "Invalid email or password"});
    sign_in(&app, "ada@example.com").await.assert(401, &refused);
    let jwt = sign_in(&app, "New@example.com").await.expect(200);
    let me = app.shop("GET", "/store/customers/me").bearer(text(&jwt["token"])).send().await.expect(200);
    assert_eq!([&me["customer"]["id"], &me["customer"]["email"]], [&ada["id"], &json!("new@example.com")]);
    let (_, heir) = shopper(&app, "ada@example.com").await;
    assert_ne!(heir["id"], ada["id"]);
}

async fn a_registration_without_a_customer_is_no_obstacle(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let squatter = json!({"email": "new@example.com", "password": "another password"});
    let register = app.shop("POST", "/auth/customer/emailpass/register").json(&squatter);
    let half = register.send().await.expect(200);
    change(&app, &ada, &json!({"email": "new@example.com"})).await.expect(200);
    sign_in(&app, "new@example.com").await.expect(200);
    let finish = app.shop("POST", "/store/customers").bearer(text(&half["token"])).json(&json!({}));
    assert_eq!(finish.send().await.status, 401);
    let theirs = app.shop("POST", "/auth/customer/emailpass").json(&squatter).send().await;
    assert_eq!(theirs.status, 401);
}
