//! `POST` and `DELETE /auth/session`, and who a request with several credentials is from.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

use super::{bad_cookie, bad_token, cookie, cookie_of, customer, email_in, me, nobody, sign_in};

const SESSION: &str = "/auth/session";

both_databases![
    se_03_ending_a_session_kills_its_cookie_and_its_jwts,
    a_session_is_ended_by_its_cookie_and_nothing_else,
    a_session_is_opened_by_a_jwt_and_nothing_else,
    lg_11_the_cookie_is_new_at_each_sign_in_and_the_older_one_is_dead,
    lg_11_a_cookie_of_somebody_else_that_comes_along_is_ended,
    lg_11_a_planted_cookie_is_ignored,
    ck_07_an_explicit_jwt_wins_over_a_cookie,
    ck_01_the_cookie_says_how_long_it_lives,
    ck_01_the_cookie_is_secure_under_https,
    ck_01_the_cookie_may_cross_sites_when_it_is_set_so,
];

async fn se_03_ending_a_session_kills_its_cookie_and_its_jwts(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let phone = sign_in(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    let refreshed = super::token(&app.shop("POST", "/auth/token/refresh").bearer(&jwt).send().await);

    app.shop("DELETE", SESSION).cookie(&cookie).send().await.assert(200, &json!({"success": true}));

    for jwt in [&jwt, &refreshed] {
        me(&app).bearer(jwt).send().await.assert(401, &bad_token());
        app.shop("POST", "/auth/token/refresh").bearer(jwt).send().await.assert(401, &bad_token());
        app.shop("POST", SESSION).bearer(jwt).send().await.assert(401, &bad_token());
    }
    me(&app).cookie(&cookie).send().await.assert(401, &bad_cookie());
    app.shop("DELETE", SESSION).cookie(&cookie).send().await.assert(401, &bad_cookie());
    me(&app).bearer(&phone).send().await.expect(200);
}

async fn a_session_is_ended_by_its_cookie_and_nothing_else(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    app.shop("DELETE", SESSION).bearer(&jwt).send().await.assert(401, &nobody());
    app.shop("DELETE", SESSION).send().await.assert(401, &nobody());
    app.shop("DELETE", SESSION).cookie("connect.sid=").send().await.assert(401, &bad_cookie());
    me(&app).cookie(&cookie).send().await.expect(200);
    // As the SDK calls it: with a content type and no content.
    let sdk = app.shop("DELETE", SESSION).cookie(&cookie).header("content-type", "application/json");
    sdk.header("x-medusa-locale", "").send().await.assert(200, &json!({"success": true}));
}

async fn a_session_is_opened_by_a_jwt_and_nothing_else(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    for call in [app.shop("POST", SESSION), app.shop("POST", SESSION).cookie(&cookie)] {
        let answer = call.send().await;
        answer.assert(401, &nobody());
        assert_eq!(answer.header("set-cookie"), "");
    }
    let basic = app.shop("POST", SESSION).header("authorization", &format!("Basic {jwt}"));
    basic.send().await.assert(401, &nobody());
    for lower in ["bearer", "BEARER"] {
        let call = app.shop("POST", SESSION).header("authorization", &format!("{lower} {jwt}"));
        call.send().await.expect(200);
    }
}

async fn lg_11_the_cookie_is_new_at_each_sign_in_and_the_older_one_is_dead(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let first = cookie(&app, &jwt).await;
    // The same sign-in asks again: a new value, and only the new one counts.
    let second = cookie_of(&app.shop("POST", SESSION).bearer(&jwt).cookie(&first).send().await);
    assert_ne!(first, second);
    me(&app).cookie(&first).send().await.assert(401, &bad_cookie());
    me(&app).cookie(&second).send().await.expect(200);
    // A new sign-in in the same browser: the older one ends as a whole.
    let newer = sign_in(&app, "ada@example.com").await;
    let third = cookie_of(&app.shop("POST", SESSION).bearer(&newer).cookie(&second).send().await);
    me(&app).cookie(&second).send().await.assert(401, &bad_cookie());
    me(&app).bearer(&jwt).send().await.assert(401, &bad_token());
    me(&app).cookie(&third).send().await.expect(200);
}

async fn lg_11_a_cookie_of_somebody_else_that_comes_along_is_ended(app: TestApp) {
    let (ada, grace) = (customer(&app, "ada@example.com").await, customer(&app, "grace@example.com").await);
    let adas = cookie(&app, &ada).await;
    let answer = app.shop("POST", SESSION).bearer(&grace).cookie(&adas).send().await;
    assert_eq!(answer.expect(200)["user"]["email"], "grace@example.com");
    let graces = cookie_of(&answer);
    assert_ne!(adas, graces);
    assert_eq!(email_in(&me(&app).cookie(&graces).send().await), "grace@example.com");
    me(&app).cookie(&adas).send().await.assert(401, &bad_cookie());
    me(&app).bearer(&ada).send().await.assert(401, &bad_token());
}

async fn lg_11_a_planted_cookie_is_ignored(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let planted = format!("anteroom_sck_{}", "a".repeat(49));
    for planted in ["s%3Aattacker.sig", "", "\"\"", planted.as_str()] {
        let planted = format!("connect.sid={planted}");
        let opened = app.shop("POST", SESSION).bearer(&jwt).cookie(&planted).send().await;
        opened.expect(200);
        assert_ne!(cookie_of(&opened), planted);
        me(&app).cookie(&planted).send().await.assert(401, &bad_cookie());
    }
}

async fn ck_07_an_explicit_jwt_wins_over_a_cookie(app: TestApp) {
    let (ada, grace) = (customer(&app, "ada@example.com").await, customer(&app, "grace@example.com").await);
    let adas = cookie(&app, &ada).await;
    assert_eq!(email_in(&me(&app).cookie(&adas).bearer(&grace).send().await), "grace@example.com");
    // A bad one is never made good by a cookie, and never anonymous.
    for bad in ["x", "", "a.b.c"] {
        me(&app).cookie(&adas).bearer(bad).send().await.assert(401, &bad_token());
    }
    let twice = me(&app).bearer(&ada).bearer(&grace).cookie(&adas);
    twice.send().await.assert(401, &bad_token());
    // Another scheme is no JWT, so the cookie counts.
    let basic = me(&app).cookie(&adas).header("authorization", "Basic YTpi");
    assert_eq!(email_in(&basic.send().await), "ada@example.com");
}

async fn ck_01_the_cookie_says_how_long_it_lives(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    app.clock.advance(time::Duration::hours(23) + time::Duration::milliseconds(500));
    let answer = app.shop("POST", SESSION).bearer(&jwt).send().await;
    let cookie = cookie_of(&answer);
    assert_eq!(
        answer.set_cookie("connect.sid").unwrap(),
        format!(
            "{cookie}; HttpOnly; SameSite=Lax; Path=/; Max-Age=2509199; Expires=Sun, 01 Feb 2026 03:04:05 GMT"
        )
    );
    assert_eq!(cookie.len(), "connect.sid=".len() + "anteroom_sck_".len() + 49);
}

async fn ck_01_the_cookie_is_secure_under_https(app: TestApp) {
    let app = app.with(|options| {
        options.public_url = "https://shop.example".parse().unwrap();
        options.session_cookie.name = String::from("shop.sid");
    });
    let jwt = customer(&app, "ada@example.com").await;
    let opened = app.shop("POST", SESSION).bearer(&jwt).send().await;
    opened.expect(200);
    let value = format!("shop.sid={}", opened.cookie("shop.sid").unwrap());
    let attributes =
        "HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000; Expires=Sun, 01 Feb 2026 03:04:05 GMT";
    assert_eq!(opened.set_cookie("shop.sid").unwrap(), format!("{value}; {attributes}"));
    assert_eq!(opened.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    let ended = app.shop("DELETE", SESSION).cookie(&value).send().await;
    assert_eq!(
        ended.set_cookie("shop.sid").unwrap(),
        "shop.sid=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    );
}

async fn ck_01_the_cookie_may_cross_sites_when_it_is_set_so(app: TestApp) {
    let app = app.with(|options| options.session_cookie.cross_site = true);
    let jwt = customer(&app, "ada@example.com").await;
    let opened = app.shop("POST", SESSION).bearer(&jwt).send().await;
    let cookie = cookie_of(&opened);
    assert_eq!(
        opened.set_cookie("connect.sid").unwrap(),
        format!(
            "{cookie}; HttpOnly; SameSite=None; Secure; Path=/; Max-Age=2592000; Expires=Sun, 01 Feb 2026 03:04:05 GMT"
        )
    );
}
