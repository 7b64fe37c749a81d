//! How long a key is remembered.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::{KEY, assert_replayed, cases, other_request};
use anteroom_store::StoreExt;

both_databases![
    a_key_is_remembered_for_twenty_four_hours,
    a_swept_key_is_a_new_one,
    rl_01_what_was_answered_about_an_erased_customer_is_not_given_again,
    a_cookie_is_not_given_to_another_sign_in,
];

async fn a_key_is_remembered_for_twenty_four_hours(app: TestApp) {
    let cases = cases(&app).await;
    let [case, customers, ..] = cases.as_slice() else { unreachable!() };
    let first = case.send(&app, KEY).await;
    app.clock.advance(Duration::DAY - Duration::microseconds(1));
    assert_replayed(&first, &case.send(&app, KEY).await);
    customers.send(&app, KEY).await.assert(422, &other_request(customers));

    app.clock.advance(Duration::microseconds(1));
    // Nobody has swept it away yet.
    let next = customers.send(&app, KEY).await;
    next.expect(201);
    app.clock.advance(Duration::DAY - Duration::SECOND);
    assert_replayed(&next, &customers.send(&app, KEY).await);
    case.send(&app, KEY).await.assert(422, &other_request(case));
}

async fn a_swept_key_is_a_new_one(app: TestApp) {
    let cases = cases(&app).await;
    let [case, ..] = cases.as_slice() else { unreachable!() };
    let first = case.send(&app, KEY).await.expect(201);
    let now = anteroom_testkit::clock::ManualClock::START;
    let sweep = |at| app.store().write(|unit| unit.sweep_idempotent_answers(at, 10)).unwrap();
    assert_eq!(sweep(now + Duration::DAY - Duration::microseconds(1)), 0);
    assert_eq!(sweep(now + Duration::DAY), 1);
    let next = case.send(&app, KEY).await.expect(201);
    assert_ne!(first["id"], next["id"]);
}

async fn rl_01_what_was_answered_about_an_erased_customer_is_not_given_again(app: TestApp) {
    let body = json!({"email": "ada@example.com", "name": "Ada Lovelace"});
    let create = || app.merchant("POST", "/api/customers").header("idempotency-key", KEY).json(&body).send();
    let made = create().await.expect(201);
    let path = format!("/api/customers/{}", made["id"].as_str().unwrap());
    app.merchant("DELETE", &path).send().await.expect(204);
    assert_eq!(create().await.expect(201), made, "deleted, and still the answer to that request");
    app.merchant("DELETE", &format!("{path}?anonymize=true")).send().await.expect(204);
    let again = create().await;
    assert_eq!(again.header("idempotency-replayed"), "");
    assert_ne!(again.expect(201)["id"], made["id"], "it is a request like any other");
}

async fn a_cookie_is_not_given_to_another_sign_in(app: TestApp) {
    let typed = json!({"email": "grace@example.com", "password": "correct horse battery"});
    let register =
        app.shop("POST", "/auth/customer/emailpass/register").json(&typed).send().await.expect(200);
    let token = |answer: &Value| answer["token"].as_str().unwrap().to_owned();
    let create = app.shop("POST", "/store/customers").bearer(&token(&register));
    create.json(&json!({})).send().await.expect(200);
    let sign_in = || app.shop("POST", "/auth/customer/emailpass").json(&typed).send();
    let [first, second] = [token(&sign_in().await.expect(200)), token(&sign_in().await.expect(200))];
    let open = |jwt: &str| {
        let call = app.shop("POST", "/auth/session").bearer(jwt).header("idempotency-key", KEY);
        call.send()
    };
    let opened = open(&first).await;
    opened.expect(200);
    assert_replayed(&opened, &open(&first).await);
    let refused = open(&second).await;
    assert_eq!((refused.status, refused.header("set-cookie")), (422, ""));
}
