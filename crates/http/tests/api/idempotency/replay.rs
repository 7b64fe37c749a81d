//! A repetition is answered as before, and has no effect.

use anteroom_http::routes;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{Case, KEY, assert_replayed, cases, customer, other_request, registration, told};

both_databases![
    ap_04_a_repetition_is_answered_with_the_same_bytes,
    ap_04_the_order_of_members_and_white_space_make_no_difference,
    ap_04_another_body_under_the_same_key_is_refused,
    ap_04_another_route_under_the_same_key_is_refused,
    ap_04_a_key_belongs_to_its_token,
    ap_04_a_key_belongs_to_its_shopper,
    what_is_answered_again_is_not_contradicted_from_memory,
    the_table_of_routes_says_which_honour_a_key,
    a_repeated_sign_in_keeps_the_session_that_it_opened,
    a_repeated_sign_in_ends_nobody_elses_session,
    a_listed_page_may_read_that_it_is_a_repetition,
];

async fn ap_04_a_repetition_is_answered_with_the_same_bytes(app: TestApp) {
    for case in cases(&app).await {
        let first = case.send(&app, &case.key()).await;
        let (made, before) = (first.expect(case.status), case.effects(&app).await);
        for _ in 0..3 {
            assert_replayed(&first, &case.send(&app, &case.key()).await);
        }
        let path = format!("{}/", case.path);
        let slash = if case.is_shops() { app.shop("POST", &path) } else { app.post(&path) };
        let slash = slash.bearer(&case.bearer).header("idempotency-key", &case.key()).json(&case.body);
        assert_replayed(&first, &slash.send().await);
        assert_eq!(case.effects(&app).await, before, "{}", case.path);
        assert!(made.is_object());
        assert_eq!(first.set_cookie("connect.sid").is_some(), case.route == "/auth/session");
    }
}

/// The same JSON, with its members the other way round and white space between them.
fn reordered(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let members: Vec<_> =
                map.iter().rev().map(|(key, value)| format!("\n {key:?} : {}", reordered(value))).collect();
            format!("{{{} }}", members.join(" ,"))
        }
        other => other.to_string(),
    }
}

async fn ap_04_the_order_of_members_and_white_space_make_no_difference(app: TestApp) {
    for case in cases(&app).await {
        let first = case.send(&app, &case.key()).await;
        let body = reordered(&case.body);
        let call = case.call(&app).header("idempotency-key", &case.key());
        assert_replayed(&first, &call.body("application/json; charset=utf-8", body).send().await);
        if case.route == "/auth/session" {
            assert_replayed(&first, &case.call(&app).header("idempotency-key", &case.key()).send().await);
        }
    }
}

async fn ap_04_another_body_under_the_same_key_is_refused(app: TestApp) {
    let mut seen = 0;
    for case in cases(&app).await {
        let Some(other) = case.other.clone() else { continue };
        let first = case.send(&app, &case.key()).await;
        let before = case.effects(&app).await;
        let answer = case.call(&app).header("idempotency-key", &case.key()).json(&other).send().await;
        answer.assert(422, &other_request(&case));
        assert_eq!(answer.header("idempotency-replayed"), "");
        assert_eq!(case.effects(&app).await, before);
        assert_replayed(&first, &case.send(&app, &case.key()).await);
        seen += 1;
    }
    assert_eq!(seen, 12);
}

async fn ap_04_another_route_under_the_same_key_is_refused(app: TestApp) {
    let cases = cases(&app).await;
    let [sessions, customers, members, ..] = cases.as_slice() else { unreachable!() };
    sessions.send(&app, KEY).await.expect(201);
    for case in [customers, members] {
        case.send(&app, KEY).await.assert(422, &other_request(case));
    }
    let [.., session, _, addresses] = cases.as_slice() else { unreachable!() };
    session.send(&app, KEY).await.expect(200);
    addresses.send(&app, KEY).await.assert(422, &other_request(addresses));
    assert_eq!(addresses.effects(&app).await, 0);
}

async fn ap_04_a_key_belongs_to_its_token(app: TestApp) {
    let cases = cases(&app).await;
    let Some(ours) = cases.into_iter().next() else { unreachable!() };
    let first = ours.send(&app, KEY).await.expect(201);
    let bearer = app.token_with(&app.workspace, "customer_sessions:write").await;
    let theirs = Case { bearer, ..ours };
    let second = theirs.send(&app, KEY).await.expect(201);
    assert_ne!(first["id"], second["id"]);
    assert_eq!(theirs.effects(&app).await, 2);

    let other = app.other_workspace("other").await;
    let bearer = app.token_with(&other, "customer_sessions:write").await;
    let foreign = Case { bearer, ..theirs }.send(&app, KEY).await;
    let fault = &foreign.expect(422)["detail"][0];
    assert_eq!(
        fault["loc"],
        json!(["body", "customer_id"]),
        "answered by what it sees, not by what we were told"
    );
}

async fn ap_04_a_key_belongs_to_its_shopper(app: TestApp) {
    let ada = customer(&app, "ada@example.com").await;
    let again = super::token(&app, "/auth/customer/emailpass", "ada@example.com").await;
    let bob = customer(&app, "bob@example.com").await;
    let add = |jwt: &str| {
        let call = app.shop("POST", "/store/customers/me/addresses").bearer(jwt);
        call.header("idempotency-key", KEY).json(&json!({"city": "London"})).send()
    };
    let first = add(&ada).await;
    let theirs = add(&bob).await;
    assert_ne!(first.expect(200)["customer"]["id"], theirs.expect(200)["customer"]["id"]);
    assert_eq!(theirs.header("idempotency-replayed"), "");
    // Another session of the same person, and by cookie: the same person.
    assert_replayed(&first, &add(&again).await);
    let opened = app.shop("POST", "/auth/session").bearer(&again).send().await;
    let cookie = format!("connect.sid={}", opened.cookie("connect.sid").unwrap());
    let call = app.shop("POST", "/store/customers/me/addresses").cookie(&cookie);
    let by_cookie = call.header("idempotency-key", KEY).json(&json!({"city": "London"})).send().await;
    assert_replayed(&first, &by_cookie);
}

/// One server has done it, and another one, which has not heard of it yet, answers the repetition.
async fn what_is_answered_again_is_not_contradicted_from_memory(app: TestApp) {
    let other = app.another_server();
    let jwt = customer(&app, "ada@example.com").await;
    let add = |server: &TestApp, n: usize| {
        let call = server.shop("POST", "/store/customers/me/addresses").bearer(&jwt);
        call.header("idempotency-key", &n.to_string()).json(&json!({"city": "London"})).send()
    };
    let addresses = async || {
        let me = other.shop("GET", "/store/customers/me").bearer(&jwt).send().await.expect(200);
        me["customer"]["addresses"].as_array().unwrap().len()
    };
    for n in 0..8 {
        assert_eq!(addresses().await, n);
        let first = add(&app, n).await;
        assert_replayed(&first, &add(&other, n).await);
    }
    assert_eq!(addresses().await, 8);

    for n in 0..8 {
        let registered = registration(&app, &format!("eva{n}@example.com")).await;
        let create = |server: &TestApp| {
            let call = server.shop("POST", "/store/customers").bearer(&registered);
            call.header("idempotency-key", KEY).json(&json!({})).send()
        };
        let me = async |jwt: &str| other.shop("GET", "/store/customers/me").bearer(jwt).send().await.status;
        assert_eq!(me(&registered).await, 401, "no customer yet");
        let first = create(&app).await;
        assert_replayed(&first, &create(&other).await);
        let refreshed = other.shop("POST", "/auth/token/refresh").bearer(&registered).send().await;
        assert_eq!(me(refreshed.expect(200)["token"].as_str().unwrap()).await, 200);
    }
}

async fn the_table_of_routes_says_which_honour_a_key(app: TestApp) {
    let mut said: Vec<_> = routes()
        .filter(|route| route.is_repeatable())
        .map(|route| (route.method.as_str(), route.path))
        .collect();
    said.sort_unstable();
    let mut expected: Vec<_> = cases(&app).await.iter().map(|case| ("POST", case.route)).collect();
    expected.sort_unstable();
    assert_eq!(said, expected);
}

async fn a_repeated_sign_in_keeps_the_session_that_it_opened(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let open = || app.shop("POST", "/auth/session").bearer(&jwt).header("idempotency-key", KEY);
    let first = open().send().await;
    let cookie = format!("connect.sid={}", first.cookie("connect.sid").unwrap());
    // The browser sends the cookie along that it has just got.
    assert_replayed(&first, &open().cookie(&cookie).send().await);
    assert_eq!(app.shop("GET", "/store/customers/me").cookie(&cookie).send().await.status, 200);

    app.shop("DELETE", "/auth/session").cookie(&cookie).send().await.expect(200);
    let refused = open().send().await;
    assert_eq!(refused.expect(401)["type"], "unauthorized");
    assert_eq!((refused.set_cookie("connect.sid"), refused.header("idempotency-replayed")), (None, ""));
}

async fn a_repeated_sign_in_ends_nobody_elses_session(app: TestApp) {
    let (ada, bob) = (customer(&app, "ada@example.com").await, customer(&app, "bob@example.com").await);
    let open = || app.shop("POST", "/auth/session").bearer(&ada).header("idempotency-key", KEY);
    let first = open().send().await;
    let bobs = app.shop("POST", "/auth/session").bearer(&bob).send().await;
    let cookie = format!("connect.sid={}", bobs.cookie("connect.sid").unwrap());
    assert_replayed(&first, &open().cookie(&cookie).send().await);
    assert_eq!(app.shop("GET", "/store/customers/me").cookie(&cookie).send().await.status, 200);
}

async fn a_listed_page_may_read_that_it_is_a_repetition(app: TestApp) {
    let change = json!({"allowed_origins": ["https://shop.example"]});
    app.merchant("PATCH", "/api/workspace").json(&change).send().await.expect(200);
    let jwt = customer(&app, "ada@example.com").await;
    let add = || {
        let call = app.shop("POST", "/store/customers/me/addresses").bearer(&jwt).json(&json!({}));
        call.header("idempotency-key", KEY).header("origin", "https://shop.example").send()
    };
    let (first, again) = (add().await, add().await);
    assert_eq!(told(&first), told(&again));
    assert_eq!(
        again.header("access-control-expose-headers"),
        "x-request-id, retry-after, idempotency-replayed"
    );
}
