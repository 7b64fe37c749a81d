//! The name and how long sessions live.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::{PATH, acme, change};
use crate::workspace::support::{answers, individual, session};

both_databases![
    a_workspace_is_renamed,
    lifetimes_are_set_and_cleared_one_by_one,
    every_fault_of_a_lifetime_is_named,
    the_bounds_of_lifetimes_are_taken,
    a_customer_session_lives_as_long_as_the_workspace_says,
];

async fn a_workspace_is_renamed(app: TestApp) {
    app.clock.advance(Duration::SECOND);
    let mut expected = acme(&app);
    expected["name"] = json!("Acme & Söhne");
    expected["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    assert_eq!(change(&app, &json!({"name": " Acme & Söhne "})).await, expected);
    app.clock.advance(Duration::SECOND);
    assert_eq!(change(&app, &json!({"name": "Acme & Söhne"})).await, expected);
    app.merchant("GET", PATH).send().await.assert(200, &expected);
}

const LIFETIMES: [&str; 4] =
    ["customer_session_lifetime", "session_idle_timeout", "session_absolute_lifetime", "jwt_lifetime"];

async fn lifetimes_are_set_and_cleared_one_by_one(app: TestApp) {
    app.clock.advance(Duration::SECOND);
    let mut expected = acme(&app);
    expected["modified_at"] = json!("2026-01-02T03:04:06.678Z");
    for name in LIFETIMES {
        expected[name] = json!(1800);
        assert_eq!(change(&app, &json!({name: 1800})).await, expected);
    }
    for name in LIFETIMES {
        expected[name] = Value::Null;
        assert_eq!(change(&app, &json!({name: null})).await, expected);
    }
    app.merchant("GET", PATH).send().await.assert(200, &expected);
}

async fn every_fault_of_a_lifetime_is_named(app: TestApp) {
    let every = |value: Value| -> Value {
        LIFETIMES.map(|name| (name.to_owned(), value.clone())).into_iter().collect()
    };
    let bodies = [
        every(json!(0)),
        every(json!(-1)),
        every(json!(31_536_001)),
        every(json!("PT1H")),
        every(json!(900.5)),
    ];
    let table = answers(|| app.merchant("PATCH", PATH), &bodies).await;
    insta::assert_snapshot!("faults_of_lifetimes", table);
    app.merchant("GET", PATH).send().await.assert(200, &acme(&app));
}

async fn the_bounds_of_lifetimes_are_taken(app: TestApp) {
    for (name, least, most) in [
        ("customer_session_lifetime", 60, 86_400),
        ("session_idle_timeout", 600, 2_592_000),
        ("session_absolute_lifetime", 600, 31_536_000),
        ("jwt_lifetime", 60, 2_592_000),
    ] {
        for seconds in [least, most] {
            assert_eq!(change(&app, &json!({name: seconds})).await[name], seconds);
        }
        for seconds in [least - 1, most + 1] {
            app.merchant("PATCH", PATH).json(&json!({name: seconds})).send().await.expect(422);
        }
    }
}

async fn a_customer_session_lives_as_long_as_the_workspace_says(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let open = async |expires_in: Value| {
        session(&app, &json!({"customer_id": ada["id"], "expires_in": expires_in})).await["expires_at"]
            .clone()
    };
    assert_eq!(open(json!(null)).await, "2026-01-02T04:04:05.678Z");
    change(&app, &json!({"customer_session_lifetime": 300})).await;
    assert_eq!(open(json!(null)).await, "2026-01-02T03:09:05.678Z");
    assert_eq!(open(json!(60)).await, "2026-01-02T03:05:05.678Z");
    change(&app, &json!({"customer_session_lifetime": null})).await;
    assert_eq!(open(json!(null)).await, "2026-01-02T04:04:05.678Z");
}
