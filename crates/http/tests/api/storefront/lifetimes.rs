//! How long sign-ins live, by the clock.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use time::Duration;

use super::jwts::claims;
use super::{bad_cookie, bad_token, cookie, customer, me, sign_in, token};

const REFRESH: &str = "/auth/token/refresh";

both_databases![
    se_02_a_cookie_lives_ten_hours_without_use,
    se_02_use_extends_a_cookie,
    se_02_a_refused_request_is_no_use,
    se_02_no_use_extends_a_session_past_thirty_days,
    jw_02_a_token_lives_twenty_four_hours,
    jw_02_refreshing_never_outlives_the_session,
    an_idle_cookie_leaves_the_jwt_alone,
];

async fn se_02_a_cookie_lives_ten_hours_without_use(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let (used, unused) =
        (cookie(&app, &jwt).await, cookie(&app, &sign_in(&app, "ada@example.com").await).await);
    app.clock.advance(Duration::hours(10) - Duration::seconds(1));
    me(&app).cookie(&used).send().await.expect(200);
    app.clock.advance(Duration::seconds(1));
    me(&app).cookie(&unused).send().await.assert(401, &bad_cookie());
    me(&app).cookie(&used).send().await.expect(200);
    app.shop("DELETE", "/auth/session").cookie(&unused).send().await.assert(401, &bad_cookie());
}

async fn se_02_use_extends_a_cookie(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    for _ in 0..5 {
        app.clock.advance(Duration::hours(9));
        let answer = me(&app).cookie(&cookie).send().await;
        answer.expect(200);
        assert_eq!(answer.header("set-cookie"), "", "the browser's copy has its own end");
    }
    // A use is noted once a minute, so at most that much of it is lost.
    app.clock.advance(Duration::seconds(59));
    me(&app).cookie(&cookie).send().await.expect(200);
    app.clock.advance(Duration::hours(10) - Duration::seconds(60));
    me(&app).cookie(&cookie).send().await.expect(200);
    app.clock.advance(Duration::hours(10));
    me(&app).cookie(&cookie).send().await.assert(401, &bad_cookie());
}

async fn se_02_a_refused_request_is_no_use(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    app.clock.advance(Duration::hours(9));
    let foreign =
        app.shop("POST", "/store/customers/me").cookie(&cookie).header("origin", "https://evil.example");
    foreign.send().await.assert(403, &super::foreign_origin());
    app.clock.advance(Duration::hours(1));
    me(&app).cookie(&cookie).send().await.assert(401, &bad_cookie());
}

async fn se_02_no_use_extends_a_session_past_thirty_days(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    for _ in 0..89 {
        app.clock.advance(Duration::hours(8));
        me(&app).cookie(&cookie).send().await.expect(200);
    }
    app.clock.advance(Duration::hours(8) - Duration::seconds(1));
    me(&app).cookie(&cookie).send().await.expect(200);
    let refreshed = token(&app.shop("POST", REFRESH).cookie(&cookie).send().await);
    let said = claims(&refreshed);
    assert_eq!(
        said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(),
        1,
        "what is left of the session"
    );
    app.clock.advance(Duration::seconds(1));
    me(&app).cookie(&cookie).send().await.assert(401, &bad_cookie());
    me(&app).bearer(&refreshed).send().await.assert(401, &bad_token());
}

async fn jw_02_a_token_lives_twenty_four_hours(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    app.clock.advance(Duration::hours(24) - Duration::seconds(1));
    me(&app).bearer(&jwt).send().await.expect(200);
    app.clock.advance(Duration::seconds(1));
    for (method, path) in [
        ("GET", "/store/customers/me"),
        ("POST", "/store/customers/me"),
        ("POST", "/store/customers/me/addresses"),
        ("POST", "/store/customers"),
        ("POST", "/auth/session"),
        ("POST", REFRESH),
    ] {
        app.shop(method, path).bearer(&jwt).send().await.assert(401, &bad_token());
    }
}

async fn jw_02_refreshing_never_outlives_the_session(app: TestApp) {
    let mut jwt = customer(&app, "ada@example.com").await;
    for _ in 0..31 {
        app.clock.advance(Duration::hours(23));
        jwt = token(&app.shop("POST", REFRESH).bearer(&jwt).send().await);
    }
    // 29 days and 17 hours are over: seven hours are left.
    let said = claims(&jwt);
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 7 * 3600);
    app.clock.advance(Duration::hours(7) - Duration::seconds(1));
    me(&app).bearer(&jwt).send().await.expect(200);
    app.clock.advance(Duration::seconds(1));
    me(&app).bearer(&jwt).send().await.assert(401, &bad_token());
    app.shop("POST", REFRESH).bearer(&jwt).send().await.assert(401, &bad_token());
    app.shop("POST", "/auth/session").bearer(&jwt).send().await.assert(401, &bad_token());
}

async fn an_idle_cookie_leaves_the_jwt_alone(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let idle = cookie(&app, &jwt).await;
    app.clock.advance(Duration::hours(11));
    me(&app).cookie(&idle).send().await.assert(401, &bad_cookie());
    me(&app).bearer(&jwt).send().await.expect(200);
    // And it buys a new cookie.
    let fresh = super::cookie_of(&app.shop("POST", "/auth/session").bearer(&jwt).cookie(&idle).send().await);
    me(&app).cookie(&fresh).send().await.expect(200);
}
