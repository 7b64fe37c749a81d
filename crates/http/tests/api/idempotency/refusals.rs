//! Which answers are given again besides those of success, and which are not.

use anteroom_testkit::app::{Call, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{KEY, assert_replayed, cases, customer, registration, team};

both_databases![
    ap_04_a_refusal_is_the_outcome_and_stays,
    ap_04_a_refusal_of_the_shop_stays,
    ap_04_what_is_forbidden_or_not_there_stays_so,
    ap_04_a_fault_of_the_body_is_no_outcome,
    ap_04_a_fault_of_ours_is_no_outcome,
    ap_04_a_bad_credential_is_no_outcome,
];

fn keyed(app: &TestApp, path: &str, body: &Value) -> Call {
    app.merchant("POST", path).header("idempotency-key", KEY).json(body)
}

async fn ap_04_a_refusal_is_the_outcome_and_stays(app: TestApp) {
    let id = team(&app, "ada@example.com").await;
    let body = json!({"email": "ada@example.com"});
    let first = keyed(&app, "/api/customers", &body).send().await;
    assert_eq!(first.expect(422)["detail"][0]["loc"], json!(["body", "email"]));
    app.merchant("DELETE", &format!("/api/customers/{id}")).send().await;
    assert_replayed(&first, &keyed(&app, "/api/customers", &body).send().await);
    app.merchant("POST", "/api/customers").json(&body).send().await.expect(201);
}

async fn ap_04_a_refusal_of_the_shop_stays(app: TestApp) {
    let jwt = registration(&app, "ada@example.com").await;
    let create = |body: Value| {
        let call = app.shop("POST", "/store/customers").bearer(&jwt);
        call.header("idempotency-key", KEY).json(&body).send()
    };
    let first = create(json!({"email": "other@example.com"})).await;
    first.assert(
        400,
        &json!({"type": "invalid_data", "message": "Email should be the one that was registered"}),
    );
    assert_replayed(&first, &create(json!({"email": "other@example.com"})).await);
    assert_eq!(create(json!({})).await.status, 422);

    let bob = registration(&app, "bob@example.com").await;
    app.shop("POST", "/store/customers").bearer(&bob).json(&json!({})).send().await.expect(200);
    let twice = || {
        let call = app.shop("POST", "/store/customers").bearer(&bob).json(&json!({}));
        call.header("idempotency-key", KEY).send()
    };
    let duplicate = twice().await;
    assert_eq!(duplicate.expect(422)["type"], "duplicate_error");
    assert_replayed(&duplicate, &twice().await);
}

async fn ap_04_what_is_forbidden_or_not_there_stays_so(app: TestApp) {
    let ada = app.merchant("POST", "/api/customers").json(&json!({"email": "ada@example.com"}));
    let ada = ada.send().await.expect(201)["id"].clone();
    let absent = json!({"customer_id": "3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60", "email": "eve@example.com"});
    let missing = || {
        let call = app.merchant("POST", "/api/members").header("idempotency-key", "missing");
        call.json(&absent).send()
    };
    let first = missing().await;
    first.assert(404, &json!({"error": "ResourceNotFound", "detail": "Customer not found"}));
    assert_replayed(&first, &missing().await);

    let switch =
        |on: bool| app.merchant("PATCH", "/api/workspace").json(&json!({"member_model_enabled": on})).send();
    switch(false).await.expect(200);
    let body = json!({"customer_id": ada, "email": "ada@example.com"});
    let first = keyed(&app, "/api/members", &body).send().await;
    assert_eq!(first.expect(403)["error"], "NotPermitted");
    switch(true).await.expect(200);
    assert_replayed(&first, &keyed(&app, "/api/members", &body).send().await);
    app.merchant("POST", "/api/members").json(&body).send().await.expect(201);
}

async fn ap_04_a_fault_of_the_body_is_no_outcome(app: TestApp) {
    for case in cases(&app).await {
        let call = || case.call(&app).header("idempotency-key", &case.key());
        let before = [
            call().body("application/json", "{").send().await.status,
            call().json(&json!({"nonsense": 1})).send().await.status,
            call().body("text/plain", "{}").send().await.status,
            call().body("application/json", vec![b' '; 110_000]).send().await.status,
        ];
        let invalid = if case.is_shops() { 400 } else { 422 };
        assert_eq!(before, [invalid, invalid, 415, 413], "{}", case.path);
        let answer = case.send(&app, &case.key()).await;
        assert_eq!((answer.status, answer.header("idempotency-replayed")), (case.status, ""));
    }
}

async fn ap_04_a_fault_of_ours_is_no_outcome(app: TestApp) {
    let (sabotaged, sabotage) = app.sabotaged_server();
    for case in cases(&app).await {
        let before = case.effects(&app).await;
        sabotage.away();
        let away = case.send(&sabotaged, &case.key()).await;
        assert_eq!((away.status, away.header("retry-after")), (503, "1"), "{}", away.text());
        sabotage.broken();
        assert_eq!(case.send(&sabotaged, &case.key()).await.status, 500);
        assert_eq!(case.effects(&app).await, before);
        sabotage.over();
        let answer = case.send(&sabotaged, &case.key()).await;
        assert_eq!((answer.status, answer.header("idempotency-replayed")), (case.status, ""));
        assert_replayed(&answer, &case.send(&app, &case.key()).await);
    }
    // A refusal that cannot be kept is not given either.
    let jwt = customer(&app, "bob@example.com").await;
    let refused = || {
        let call = sabotaged.shop("POST", "/store/customers/me/addresses").bearer(&jwt);
        call.header("idempotency-key", KEY).json(&json!({"metadata": {"k": "v".repeat(20_000)}})).send()
    };
    sabotage.away();
    assert_eq!(refused().await.status, 503);
    sabotage.over();
    let first = refused().await;
    assert_eq!(first.expect(400)["type"], "invalid_data");
    assert_replayed(&first, &refused().await);
}

async fn ap_04_a_bad_credential_is_no_outcome(app: TestApp) {
    for case in cases(&app).await {
        let call = |call: Call| call.header("idempotency-key", &case.key()).json(&case.body).send();
        assert_eq!(call(case.anonymous(&app)).await.status, 401);
        assert_eq!(call(case.anonymous(&app).bearer("anteroom_wat_nonsense")).await.status, 401);
        case.send(&app, &case.key()).await.expect(case.status);
        // Known, and repeated by nobody: still nobody.
        assert_eq!(call(case.anonymous(&app)).await.status, 401);
    }
    let jwt = customer(&app, "bob@example.com").await;
    let add = || {
        let call = app.shop("POST", "/store/customers/me/addresses").bearer(&jwt).json(&json!({}));
        call.header("idempotency-key", KEY).send()
    };
    let id = add().await.expect(200)["customer"]["id"].as_str().unwrap().to_owned();
    app.merchant("DELETE", &format!("/api/customers/{id}")).send().await;
    assert_eq!(add().await.status, 401, "who was deleted reads no answer of before");
}
