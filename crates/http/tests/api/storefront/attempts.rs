//! Limits by account: guessing is slow, and whoever is guessed at is not locked out.

use anteroom_http::TrustedProxies;
use anteroom_testkit::app::{Answer, Call, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::{PASSWORD, customer, me, nobody, token, typed, typed_with, unauthorized};
use crate::mails::{deliver, mails, only_mail};

const SIGN_IN: &str = "/auth/customer/emailpass";
const EMAIL: &str = "ada@example.com";
/// Where the owner is, who has registered from there.
const HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.99";

both_databases![
    lg_04_after_ten_failures_from_anywhere_strangers_wait,
    lg_04_waits_double_up_to_an_hour,
    lg_04_of_sixteen_guesses_at_once_none_more_is_answered,
    lg_04_servers_share_what_they_count,
    lg_04_a_success_begins_anew,
    lg_05_the_owner_is_not_locked_out,
    lg_05_a_reset_lets_the_owner_in_from_where_they_are,
    lg_08_without_the_database_nobody_signs_in,
    a_known_device_or_address_has_a_count_of_its_own,
    what_is_known_is_known_for_thirty_days,
    cookies_of_others_make_nobody_known,
    an_email_that_nobody_has_is_counted_alike,
    registering_again_is_counted_too,
    a_password_asked_of_who_is_signed_in_is_counted_by_itself,
    lg_12_a_new_device_is_told_of_once,
    lg_12_a_success_after_others_have_failed_is_told_of,
    what_is_over_is_forgotten,
    without_a_limit_nobody_waits,
    the_device_cookie_opens_nothing_and_goes_where_the_session_goes,
];

/// Behind a proxy that says where clients are, with a customer who has registered at home.
async fn shop(app: TestApp) -> TestApp {
    let app = app.with(|options| options.trusted_proxies = TrustedProxies::parse("127.0.0.1").unwrap());
    let register = app.shop("POST", "/auth/customer/emailpass/register").json(&typed(EMAIL));
    let registration = token(&register.header("x-forwarded-for", HOME).send().await);
    app.shop("POST", "/store/customers").bearer(&registration).json(&json!({})).send().await.expect(200);
    app
}

fn attempt(app: &TestApp, typed: &Value, from: &str) -> Call {
    app.shop("POST", SIGN_IN).json(typed).header("x-forwarded-for", from)
}

async fn right(app: &TestApp, from: &str) -> Answer {
    attempt(app, &typed(EMAIL), from).send().await
}

async fn wrong(app: &TestApp, from: &str) -> Answer {
    attempt(app, &typed_with(EMAIL, "wrong battery staple"), from).send().await
}

/// The ten that cost nothing, each from an address of its own.
async fn burn(app: &TestApp, email: &str) {
    for n in 0..10 {
        let typed = typed_with(email, "wrong battery staple");
        assert_wrong(&attempt(app, &typed, &format!("203.0.113.{n}")).send().await);
    }
}

#[track_caller]
fn assert_wrong(answer: &Answer) {
    answer.assert(401, &unauthorized("Invalid email or password"));
}

#[track_caller]
fn assert_waits(answer: &Answer, seconds: u64) {
    let message = format!("Too many failed attempts: try again in {seconds} s");
    answer.assert(429, &json!({"type": "too_many_requests", "message": message}));
    let seconds = seconds.to_string();
    for (header, value) in [
        ("retry-after", seconds.as_str()),
        ("ratelimit-limit", "10"),
        ("ratelimit-remaining", "0"),
        ("ratelimit-reset", seconds.as_str()),
    ] {
        assert_eq!(answer.header(header), value, "{header}");
    }
}

fn device_of(answer: &Answer) -> String {
    format!("anteroom_device={}", answer.cookie("anteroom_device").unwrap())
}

async fn lg_04_after_ten_failures_from_anywhere_strangers_wait(app: TestApp) {
    let app = shop(app).await;
    burn(&app, EMAIL).await;
    assert_waits(&wrong(&app, ELSEWHERE).await, 30);
    assert_waits(&right(&app, ELSEWHERE).await, 30);
    app.clock.advance(Duration::milliseconds(29_001));
    assert_waits(&right(&app, ELSEWHERE).await, 1);
    app.clock.advance(Duration::milliseconds(999));
    token(&right(&app, ELSEWHERE).await);
}

async fn lg_04_waits_double_up_to_an_hour(app: TestApp) {
    let app = shop(app).await;
    burn(&app, EMAIL).await;
    let mut wait = 30;
    for _ in 0..9 {
        assert_waits(&wrong(&app, ELSEWHERE).await, wait);
        app.clock.advance(Duration::seconds(wait.try_into().unwrap()));
        assert_wrong(&wrong(&app, ELSEWHERE).await);
        wait = (wait * 2).min(3600);
    }
    assert_waits(&wrong(&app, ELSEWHERE).await, 3600);
}

async fn lg_04_of_sixteen_guesses_at_once_none_more_is_answered(app: TestApp) {
    let app = shop(app).await;
    for n in 0..9 {
        assert_wrong(&wrong(&app, &format!("203.0.113.{n}")).await);
    }
    let guesses = (0..16).map(|n| {
        let app = &app;
        async move { wrong(app, &format!("198.51.100.{n}")).await.status }
    });
    let mut statuses = join_all(guesses).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [&[401][..], &[429; 15]].concat());
    assert_waits(&right(&app, ELSEWHERE).await, 30);
}

async fn lg_04_servers_share_what_they_count(app: TestApp) {
    let app = shop(app).await;
    let other = app.another_server();
    for n in 0..5 {
        assert_wrong(&wrong(&app, &format!("203.0.113.{n}")).await);
        assert_wrong(&wrong(&other, &format!("203.0.113.{n}")).await);
    }
    assert_waits(&right(&app, ELSEWHERE).await, 30);
    assert_waits(&right(&other, ELSEWHERE).await, 30);
    token(&right(&other, HOME).await);
}

async fn lg_04_a_success_begins_anew(app: TestApp) {
    let app = shop(app).await;
    for n in 0..9 {
        assert_wrong(&wrong(&app, &format!("203.0.113.{n}")).await);
    }
    token(&right(&app, ELSEWHERE).await);
    burn(&app, EMAIL).await;
    assert_waits(&right(&app, "198.51.100.1").await, 30);
}

async fn lg_05_the_owner_is_not_locked_out(app: TestApp) {
    let app = shop(app).await;
    let signed_in = right(&app, HOME).await;
    burn(&app, EMAIL).await;
    assert_waits(&right(&app, ELSEWHERE).await, 30);
    me(&app).bearer(&token(&signed_in)).send().await.expect(200);
    token(&right(&app, HOME).await);
    // On the way, with the browser that was used at home.
    token(&attempt(&app, &typed(EMAIL), ELSEWHERE).cookie(&device_of(&signed_in)).send().await);
    assert_waits(&right(&app, "198.51.100.1").await, 30);
}

async fn lg_05_a_reset_lets_the_owner_in_from_where_they_are(app: TestApp) {
    let app = shop(app).await;
    burn(&app, EMAIL).await;
    assert_waits(&right(&app, ELSEWHERE).await, 30);
    let ask = json!({"identifier": EMAIL});
    app.shop("POST", "/auth/customer/emailpass/reset-password").json(&ask).send().await.expect(201);
    while !app.rows().iter().any(|row| row.starts_with("outbox_messages")) {
        tokio::task::yield_now().await;
    }
    let mail = only_mail(&app).await;
    let update = app.shop("POST", "/auth/customer/emailpass/update").bearer(mail.token());
    let update = update.json(&json!({"password": "another battery staple"}));
    update.header("x-forwarded-for", ELSEWHERE).send().await.expect(200);
    // Whoever guesses goes on at once.
    burn(&app, EMAIL).await;
    let new = typed_with(EMAIL, "another battery staple");
    token(&attempt(&app, &new, ELSEWHERE).send().await);
    assert_waits(&attempt(&app, &new, "198.51.100.1").send().await, 30);
}

async fn lg_08_without_the_database_nobody_signs_in(app: TestApp) {
    let app = shop(app).await;
    let (sabotaged, sabotage) = app.sabotaged_server();
    sabotage.away();
    // A wrong password cannot be counted, so it is not said to be wrong.
    assert_eq!(wrong(&sabotaged, ELSEWHERE).await.status, 503);
    assert_eq!(right(&sabotaged, ELSEWHERE).await.status, 503);
    assert_wrong(&wrong(&app, ELSEWHERE).await);
}

async fn a_known_device_or_address_has_a_count_of_its_own(app: TestApp) {
    let app = shop(app).await;
    let device = device_of(&right(&app, HOME).await);
    for _ in 0..10 {
        assert_wrong(&wrong(&app, HOME).await);
    }
    assert_waits(&right(&app, HOME).await, 30);
    let by_device = |typed: Value| attempt(&app, &typed, HOME).cookie(&device).send();
    token(&by_device(typed(EMAIL)).await);
    token(&right(&app, ELSEWHERE).await);
    for _ in 0..10 {
        assert_wrong(&by_device(typed_with(EMAIL, "wrong battery staple")).await);
    }
    assert_waits(&by_device(typed(EMAIL)).await, 30);
}

async fn what_is_known_is_known_for_thirty_days(app: TestApp) {
    let app = shop(app).await;
    let device = device_of(&right(&app, HOME).await);
    app.clock.advance(Duration::days(30) - Duration::SECOND);
    burn(&app, EMAIL).await;
    let by_device = attempt(&app, &typed(EMAIL), "198.51.100.1").cookie(&device);
    token(&right(&app, HOME).await);
    // That was another sign-in from home, and so home is known for thirty days more; the cookie is not.
    app.clock.advance(Duration::SECOND);
    assert_eq!(by_device.send().await.status, 429);
    app.clock.advance(Duration::days(30) - Duration::SECOND);
    burn(&app, EMAIL).await;
    assert_waits(&right(&app, HOME).await, 30);
}

async fn cookies_of_others_make_nobody_known(app: TestApp) {
    let app = shop(app).await;
    customer(&app, "bob@example.com").await;
    let device = device_of(&attempt(&app, &typed("bob@example.com"), ELSEWHERE).send().await);
    burn(&app, EMAIL).await;
    for cookie in [device.as_str(), "anteroom_device=", "anteroom_device=abc", &format!("{device}A")] {
        assert_waits(&attempt(&app, &typed(EMAIL), ELSEWHERE).cookie(cookie).send().await, 30);
    }
}

async fn an_email_that_nobody_has_is_counted_alike(app: TestApp) {
    let app = shop(app).await;
    burn(&app, "nobody@example.com").await;
    let typed = typed_with("Nobody@EXAMPLE.com", "wrong battery staple");
    assert_waits(&attempt(&app, &typed, ELSEWHERE).send().await, 30);
    token(&right(&app, ELSEWHERE).await);
}

async fn registering_again_is_counted_too(app: TestApp) {
    let app = shop(app).await;
    let register = |password: &str, from: &str| {
        let call = app.shop("POST", "/auth/customer/emailpass/register").json(&typed_with(EMAIL, password));
        call.header("x-forwarded-for", from).send()
    };
    let taken = unauthorized("Identity with email already exists");
    for n in 0..10 {
        register("wrong battery staple", &format!("203.0.113.{n}")).await.assert(401, &taken);
    }
    assert_waits(&register("wrong battery staple", ELSEWHERE).await, 30);
    assert_waits(&right(&app, ELSEWHERE).await, 30);
}

async fn a_password_asked_of_who_is_signed_in_is_counted_by_itself(app: TestApp) {
    let app = shop(app).await;
    let jwt = token(&right(&app, HOME).await);
    let change = |current: &str| {
        let body = json!({"current_password": current, "new_password": "another battery staple"});
        app.shop("POST", "/store/customers/me/password").bearer(&jwt).json(&body).send()
    };
    for _ in 0..10 {
        assert_eq!(change("wrong battery staple").await.status, 403);
    }
    assert_waits(&change(PASSWORD).await, 30);
    let delete = json!({"current_password": PASSWORD});
    let delete = app.shop("POST", "/store/customers/me/delete").bearer(&jwt).json(&delete);
    assert_waits(&delete.send().await, 30);
    token(&right(&app, ELSEWHERE).await);
    app.clock.advance(Duration::seconds(30));
    change(PASSWORD).await.expect(200);
}

async fn lg_12_a_new_device_is_told_of_once(app: TestApp) {
    let app = shop(app).await;
    let device = device_of(&right(&app, HOME).await);
    assert_eq!(deliver(&app).await, 0, "they have registered there");
    token(&attempt(&app, &typed(EMAIL), "198.51.100.1").cookie(&device).send().await);
    assert_eq!(deliver(&app).await, 0, "the browser is known");
    token(&right(&app, ELSEWHERE).await);
    let mail = only_mail(&app).await;
    assert_eq!(mail.header("To"), EMAIL);
    assert!(mail.text.contains(ELSEWHERE), "{}", mail.text);
    token(&right(&app, ELSEWHERE).await);
    assert_eq!(deliver(&app).await, 0, "it is known now");
    app.clock.advance(Duration::days(179));
    token(&right(&app, ELSEWHERE).await);
    assert_eq!(deliver(&app).await, 0);
    app.clock.advance(Duration::days(180));
    token(&right(&app, ELSEWHERE).await);
    assert_eq!(deliver(&app).await, 1);
}

async fn lg_12_a_success_after_others_have_failed_is_told_of(app: TestApp) {
    let app = shop(app).await;
    token(&right(&app, ELSEWHERE).await);
    only_mail(&app).await;
    app.clock.advance(Duration::days(31));
    for _ in 0..2 {
        assert_wrong(&wrong(&app, "203.0.113.1").await);
    }
    token(&right(&app, ELSEWHERE).await);
    assert_eq!(deliver(&app).await, 0, "twice is a mistake");
    app.clock.advance(Duration::days(31));
    for _ in 0..3 {
        assert_wrong(&wrong(&app, "203.0.113.1").await);
    }
    token(&right(&app, ELSEWHERE).await);
    deliver(&app).await;
    assert_eq!(mails(&app).len(), 1);
}

async fn what_is_over_is_forgotten(app: TestApp) {
    let app = shop(app).await;
    burn(&app, EMAIL).await;
    let sweep = || app.app.sweep_sign_in_attempts(10);
    app.clock.advance(Duration::seconds(30) + Duration::DAY);
    assert_eq!(sweep().await.unwrap(), 0);
    app.clock.advance(Duration::SECOND);
    assert_eq!(sweep().await.unwrap(), 1);
    burn(&app, EMAIL).await;
    app.clock.advance(Duration::days(180));
    assert_eq!(sweep().await.unwrap(), 2, "home too");
}

async fn without_a_limit_nobody_waits(app: TestApp) {
    let app = shop(app).await.without_limits();
    burn(&app, EMAIL).await;
    assert_wrong(&wrong(&app, ELSEWHERE).await);
    token(&right(&app, ELSEWHERE).await);
}

async fn the_device_cookie_opens_nothing_and_goes_where_the_session_goes(app: TestApp) {
    let app = shop(app).await;
    let answer = right(&app, HOME).await;
    let cookie = answer.header("set-cookie");
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Path=/; Max-Age=15552000");
    me(&app).cookie(value).send().await.assert(401, &nobody());
    // The same browser keeps being the same one.
    let again = attempt(&app, &typed(EMAIL), HOME).cookie(value).send().await;
    assert_ne!(again.cookie("anteroom_device"), answer.cookie("anteroom_device"));

    let app = app.with(|options| options.session_cookie.cross_site = true);
    let cookie = right(&app, HOME).await;
    let attributes = cookie.header("set-cookie").split_once("; ").unwrap().1.to_owned();
    assert_eq!(attributes, "HttpOnly; SameSite=None; Secure; Path=/; Max-Age=15552000");

    let app = app.with(|options| options.public_url = "https://shop.example".parse().unwrap());
    assert!(right(&app, HOME).await.header("set-cookie").starts_with("__Host-anteroom_device="));
}
