//! The doors, and what is behind them: connections and password hashes.

use anteroom_app::Listing;
use anteroom_domain::page::Page;
use anteroom_store::{Mode, StoreExt};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use anteroom_testkit::metrics::Scrape;

use super::{PASSWORD, auth, scrape};

both_databases![a_busy_database_shows_in_connections_and_refusals, passwords_are_timed_at_their_own_door,];

async fn a_busy_database_shows_in_connections_and_refusals(app: TestApp) {
    // The first use of a token is noted, which would be a unit more.
    let page = Page { offset: 0, limit: 1 };
    let first = app.app.access_tokens(app.workspace.id, Listing::All, page).await.unwrap().items.remove(0);
    app.store().write(|unit| unit.touch_access_tokens(&[(first.id, app.app.now())])).unwrap();
    let before = scrape(&app);
    let limit = before.count("anteroom_database_connections_limit", &[]);
    let mut taken = Vec::new();
    while let Ok(unit) = app.store().begin(Mode::Read) {
        taken.push(unit);
    }
    app.merchant("GET", "/api/workspace").send().await.expect(503);
    let busy = scrape(&app);
    assert_eq!(busy.count("anteroom_http_requests_total", &[("status", "503")]), 1);
    let connections =
        |scrape: &Scrape, state| scrape.count("anteroom_database_connections", &[("state", state)]);
    // On SQLite one connection is for those who write.
    let spared = u64::from(app.store().writes_in_turn());
    assert_eq!((connections(&busy, "in_use"), connections(&busy, "idle")), (limit - spared, spared));
    let grown = |after: &Scrape, name: &str| {
        let labels: &[_] = if name.starts_with("anteroom_door") { &[("door", "database")] } else { &[] };
        after.count(name, labels) - before.count(name, labels)
    };
    assert_eq!(grown(&busy, "anteroom_database_unavailable_total"), 1);
    assert_eq!(grown(&busy, "anteroom_door_admitted_total"), 1);
    assert_eq!(grown(&busy, "anteroom_door_wait_seconds_count"), 1);
    assert_eq!(grown(&busy, "anteroom_database_unit_duration_seconds_count"), 1);
    assert_eq!(grown(&busy, "anteroom_database_connection_wait_seconds_count"), 0, "it got none");
    assert_eq!(busy.count("anteroom_credential_checks_total", &[]), 0, "nobody knows whether it was good");

    drop(taken);
    app.merchant("GET", "/api/workspace").send().await.expect(200);
    let idle = scrape(&app);
    assert_eq!((connections(&idle, "in_use"), connections(&idle, "idle")), (0, limit));
    assert_eq!(grown(&idle, "anteroom_database_unavailable_total"), 1);
    assert_eq!(grown(&idle, "anteroom_database_connection_wait_seconds_count"), 1);
}

async fn passwords_are_timed_at_their_own_door(app: TestApp) {
    auth(&app, "/register", "ada@example.com", PASSWORD).await.expect(200);
    for password in [PASSWORD, "wrong horse battery"] {
        auth(&app, "", "ada@example.com", password).await;
    }
    let scrape = scrape(&app);
    assert_eq!(scrape.count("anteroom_password_hash_duration_seconds_count", &[]), 3);
    assert!(scrape.number("anteroom_password_hash_duration_seconds_sum") > 0.003, "three real hashes");
    let door = [("door", "password-hash")];
    assert_eq!(scrape.count("anteroom_door_admitted_total", &door), 3);
    assert_eq!(scrape.count("anteroom_door_wait_seconds_count", &door), 3);
    assert_eq!(scrape.count("anteroom_door_refused_total", &door), 0);
    assert_eq!(scrape.count("anteroom_door_queue_length", &door), 0);
    assert_eq!(scrape.count("anteroom_door_queue_limit", &door), 256);
}
