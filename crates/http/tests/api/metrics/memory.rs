//! What is remembered, and what is asked of the database all the same.

use anteroom_testkit::app::{Call, TestApp};
use anteroom_testkit::both_databases;
use serde_json::json;

use super::{PASSWORD, auth, customer, scrape, session, text};

both_databases![a_check_costs_no_unit_of_work_when_nothing_has_changed];

async fn a_check_costs_no_unit_of_work_when_nothing_has_changed(app: TestApp) {
    let units = || scrape(&app).count("anteroom_database_unit_duration_seconds_count", &[]);
    let ada = customer(&app, "ada@example.com").await;
    let opened = session(&app, &ada).await;
    let registered = auth(&app, "/register", "grace@example.com", PASSWORD).await.expect(200);
    let created = app.shop("POST", "/store/customers").bearer(&text(&registered["token"])).json(&json!({}));
    created.send().await.expect(200);
    let jwt = text(&auth(&app, "", "grace@example.com", PASSWORD).await.expect(200)["token"]);
    let trade = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
    let cookie = format!("connect.sid={}", trade.cookie("connect.sid").unwrap());

    let introspection = json!({"token": opened["token"]});
    let by_jwt = || app.shop("GET", "/store/customers/me").bearer(&jwt);
    let by_cookie = || app.shop("GET", "/store/customers/me").cookie(&cookie);
    let introspect = || app.merchant("POST", "/api/customer-sessions/introspect").json(&introspection);
    let checks: [&dyn Fn() -> Call; 3] = [&by_jwt, &by_cookie, &introspect];
    for check in checks {
        check().send().await.expect(200);
        // Once is enough, unless a machine stands still for so long that nothing may be used that it remembers.
        let mut cost = u64::MAX;
        for _ in 0..20 {
            let before = units();
            check().send().await.expect(200);
            cost = cost.min(units() - before);
        }
        assert_eq!(cost, 0);
    }
    let remembered = |kind| {
        scrape(&app).count("anteroom_memory_lookups_total", &[("kind", kind), ("result", "remembered")])
    };
    for kind in ["sign_ins", "store_cookies", "portal_tokens", "access_tokens", "written_customers"] {
        assert!(remembered(kind) > 0, "{kind}");
    }

    app.shop("POST", "/store/customers/me")
        .bearer(&jwt)
        .json(&json!({"phone": "1"}))
        .send()
        .await
        .expect(200);
    let before = units();
    assert_eq!(by_jwt().send().await.expect(200)["customer"]["phone"], "1");
    assert!(units() > before, "what has changed is read");
}
