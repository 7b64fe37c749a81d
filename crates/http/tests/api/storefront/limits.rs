//! How often one address may show credentials.

use std::num::NonZeroU32;

use anteroom_app::Limit;
use anteroom_http::TrustedProxies;
use anteroom_testkit::app::{Answer, Call, Database, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::json;
use time::Duration;

use super::{cookie, customer, me, typed, typed_with, wrong_email_or_password};

const SIGN_IN: &str = "/auth/customer/emailpass";
const EMAIL: &str = "ada@example.com";

both_databases![
    an_address_has_sixty_a_minute_and_then_one_a_second,
    a_right_password_is_refused_too_and_sessions_go_on,
    every_route_that_takes_credentials_counts,
    servers_of_one_postgresql_count_together,
    of_a_hundred_at_once_sixty_pass,
    other_addresses_are_not_affected,
    lg_06_a_network_of_ipv6_is_one_address,
    lg_07_limits_believe_proxies_that_are_named_alone,
    a_server_of_the_shop_is_counted_for_its_shoppers,
    without_a_limit_nobody_is_refused,
    a_workspace_has_its_share,
    lg_09_stuffing_is_counted,
];

fn limited(app: TestApp) -> TestApp {
    app.with(|options| options.credential_posts.of_an_address = NonZeroU32::new(60))
}

/// The same behind a proxy that says where clients are.
fn behind_a_proxy(app: TestApp) -> TestApp {
    limited(app).with(|options| options.trusted_proxies = TrustedProxies::parse("127.0.0.1").unwrap())
}

/// A try that costs no hash.
fn attempt(app: &TestApp) -> Call {
    app.shop("POST", SIGN_IN).json(&json!({"email": EMAIL}))
}

async fn burn(app: &TestApp, from: Option<&str>) {
    for _ in 0..60 {
        let call = attempt(app);
        let call = if let Some(from) = from { call.header("x-forwarded-for", from) } else { call };
        call.send().await.expect(401);
    }
}

fn assert_refused(answer: &Answer, seconds: u64) {
    let message = format!("Too many attempts from your address: try again in {seconds} s");
    answer.assert(429, &json!({"type": "too_many_requests", "message": message}));
    let seconds = seconds.to_string();
    for (header, value) in [
        ("retry-after", seconds.as_str()),
        ("ratelimit-limit", "60"),
        ("ratelimit-remaining", "0"),
        ("ratelimit-reset", seconds.as_str()),
    ] {
        assert_eq!(answer.header(header), value, "{header}");
    }
}

async fn an_address_has_sixty_a_minute_and_then_one_a_second(app: TestApp) {
    let app = limited(app);
    burn(&app, None).await;
    assert_refused(&attempt(&app).send().await, 1);
    app.clock.advance(Duration::milliseconds(999));
    assert_refused(&attempt(&app).send().await, 1);
    app.clock.advance(Duration::milliseconds(1));
    attempt(&app).send().await.expect(401);
    assert_refused(&attempt(&app).send().await, 1);
    app.clock.advance(Duration::MINUTE);
    burn(&app, None).await;
    assert_refused(&attempt(&app).send().await, 1);
}

async fn a_right_password_is_refused_too_and_sessions_go_on(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let cookie = cookie(&app, &jwt).await;
    let app = limited(app);
    burn(&app, None).await;
    assert_refused(&app.shop("POST", SIGN_IN).json(&typed(EMAIL)).send().await, 1);
    // The limit comes before the publishable key.
    assert_refused(&app.post(SIGN_IN).header("accept", "application/json").send().await, 1);
    for _ in 0..3 {
        me(&app).bearer(&jwt).send().await.expect(200);
        me(&app).cookie(&cookie).send().await.expect(200);
    }
    app.shop("POST", "/auth/token/refresh").bearer(&jwt).send().await.expect(200);
    app.shop("POST", "/auth/session").bearer(&jwt).send().await.expect(200);
    app.merchant("GET", "/api/customers").send().await.expect(200);
}

async fn every_route_that_takes_credentials_counts(app: TestApp) {
    let app = limited(app);
    burn(&app, None).await;
    let mut seen = 0;
    for route in anteroom_http::routes().filter(|route| route.takes_credentials()) {
        let path = route.path.replace("{provider}", "emailpass");
        assert_refused(&app.shop(route.method.as_str(), &path).send().await, 1);
        seen += 1;
    }
    assert_eq!(seen, 22);
}

async fn servers_of_one_postgresql_count_together(app: TestApp) {
    let app = limited(app);
    let other = app.another_server();
    burn(&app, None).await;
    let elsewhere = other.shop("POST", SIGN_IN).json(&typed(EMAIL)).send().await;
    match app.database() {
        Database::Postgres => assert_refused(&elsewhere, 1),
        // A file has one server, which counts in its memory.
        Database::Sqlite => elsewhere.assert(401, &wrong_email_or_password()),
    }
    app.clock.advance(Duration::SECOND);
    other.shop("POST", SIGN_IN).json(&typed(EMAIL)).send().await.expect(401);
    if app.database() == Database::Postgres {
        assert_refused(&attempt(&app).send().await, 1);
        app.clock.advance(Duration::MINUTE + Duration::SECOND);
        assert!(app.app.sweep_sign_in_attempts(1_000).await.unwrap() > 0);
        assert!(!app.rows().iter().any(|row| row.starts_with("credential_posts ")), "it is forgotten");
    }
}

async fn of_a_hundred_at_once_sixty_pass(app: TestApp) {
    let app = limited(app);
    let answers = join_all((0..100).map(|_| attempt(&app).send())).await;
    let passed = answers.iter().filter(|answer| answer.status == 401).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((passed, refused), (60, 40));
}

async fn other_addresses_are_not_affected(app: TestApp) {
    let app = behind_a_proxy(app);
    burn(&app, Some("198.51.100.1")).await;
    let from = |address: &str| attempt(&app).header("x-forwarded-for", address).send();
    assert_refused(&from("198.51.100.1").await, 1);
    from("198.51.100.2").await.expect(401);
}

async fn lg_06_a_network_of_ipv6_is_one_address(app: TestApp) {
    let app = behind_a_proxy(app);
    burn(&app, Some("2001:db8:1:2::1")).await;
    let from = |address: &str| attempt(&app).header("x-forwarded-for", address).send();
    assert_refused(&from("2001:db8:1:2:ffff::9").await, 1);
    from("2001:db8:1:3::1").await.expect(401);
    burn(&app, Some("::ffff:198.51.100.1")).await;
    assert_refused(&from("198.51.100.1").await, 1);
}

async fn lg_07_limits_believe_proxies_that_are_named_alone(app: TestApp) {
    let app = limited(app);
    for n in 0..60 {
        attempt(&app).header("x-forwarded-for", &format!("198.51.100.{n}")).send().await.expect(401);
    }
    for header in ["x-forwarded-for", "x-real-ip", "cf-connecting-ip"] {
        assert_refused(&attempt(&app).header(header, "203.0.113.9").send().await, 1);
    }
}

async fn a_server_of_the_shop_is_counted_for_its_shoppers(app: TestApp) {
    let app = limited(app);
    let token = app.token_with(&app.workspace, "store:forward").await;
    let from = |token: &str, address: &str| {
        attempt(&app).header("x-anteroom-server-token", token).header("x-forwarded-for", address).send()
    };
    for _ in 0..60 {
        from(&token, "198.51.100.1").await.expect(401);
    }
    assert_refused(&from(&token, "198.51.100.1").await, 1);
    from(&token, "198.51.100.2").await.expect(401);
    // Who tries tokens is counted where they are.
    for _ in 0..60 {
        from("anteroom_wat_guessed", "198.51.100.3").await.expect(401);
    }
    assert_refused(&from("anteroom_wat_guessed", "198.51.100.4").await, 1);
    from(&token, "198.51.100.4").await.expect(401);
}

async fn without_a_limit_nobody_is_refused(app: TestApp) {
    for _ in 0..2 {
        burn(&app, None).await;
    }
    app.shop("POST", SIGN_IN).json(&typed_with(EMAIL, "not the passphrase")).send().await.expect(401);
}

async fn a_workspace_has_its_share(app: TestApp) {
    let app = app.with(|options| {
        options.credential_posts.to_a_workspace = NonZeroU32::new(3);
        options.trusted_proxies = TrustedProxies::parse("127.0.0.1").unwrap();
    });
    let from = |n: u8| attempt(&app).header("x-forwarded-for", &format!("203.0.113.{n}")).send();
    for n in 0..3 {
        from(n).await.expect(401);
    }
    let refused = from(3).await;
    let message = "Too many attempts at this shop: try again in 20 s";
    refused.assert(429, &json!({"type": "too_many_requests", "message": message}));
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-limit")), ("20", "3"));
    let other = app.key_of(&app.other_workspace("other").await).await;
    let elsewhere =
        app.post(SIGN_IN).header("x-publishable-api-key", &other).header("accept", "application/json");
    elsewhere.json(&json!({"email": EMAIL})).send().await.expect(401);
    app.clock.advance(Duration::seconds(20));
    from(4).await.expect(401);
    assert_eq!(app.app.observe().limited, [(Limit::Address, 0), (Limit::Workspace, 1), (Limit::Account, 0)]);
}

async fn lg_09_stuffing_is_counted(app: TestApp) {
    for n in 0..14 {
        app.shop("POST", SIGN_IN).json(&typed(&format!("{n}@example.com"))).send().await.expect(401);
    }
    assert_eq!(app.app.observe().credential_stuffing, 0);
    app.shop("POST", SIGN_IN).json(&typed("14@example.com")).send().await.expect(401);
    assert_eq!(app.app.observe().credential_stuffing, 1);
}
