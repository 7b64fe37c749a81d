//! `/store/customers/me/sessions`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::super::{
    LISTED, START, bad_cookie, bad_token, cookie, customer, foreign_origin, id, invalid, list_origin, me,
    nobody, not_a_customer, registration, sign_in, typed,
};

const SESSIONS: &str = "/store/customers/me/sessions";

both_databases![
    se_06_a_shopper_sees_where_they_are_signed_in,
    se_06_sessions_are_listed_in_pieces,
    se_06_one_session_is_ended,
    se_06_the_session_of_another_shopper_is_not_there,
    se_06_every_other_session_is_ended,
    se_03_signing_out_everywhere_ends_every_cookie_and_jwt,
    se_03_of_sixteen_who_end_a_session_one_does,
    signing_out_everywhere_ends_the_portals_sessions_too,
    what_is_no_list_or_session_is_refused,
    who_is_not_signed_in_ends_nothing,
    ck_02_a_foreign_page_ends_nothing_by_cookie,
];

async fn listed(app: &TestApp, jwt: &str) -> Vec<Value> {
    let body = app.shop("GET", SESSIONS).bearer(jwt).send().await.expect(200);
    body["sessions"].as_array().unwrap().clone()
}

async fn sign_in_with(app: &TestApp, email: &str, user_agent: &str) -> String {
    let call = app.shop("POST", "/auth/customer/emailpass").header("user-agent", user_agent);
    super::super::token(&call.json(&typed(email)).send().await)
}

/// The id of the session of that JWT.
async fn current(app: &TestApp, jwt: &str) -> String {
    let sessions = listed(app, jwt).await;
    id(&sessions.iter().find(|session| session["current"] == true).unwrap()["id"])
}

async fn se_06_a_shopper_sees_where_they_are_signed_in(app: TestApp) {
    registration(&app, "ada@example.com").await;
    customer(&app, "grace@example.com").await;
    app.clock.advance(Duration::HOUR);
    let jwt = sign_in_with(&app, "grace@example.com", "Phone").await;
    let cookie = cookie(&app, &jwt).await;
    app.clock.advance(Duration::minutes(5));
    me(&app).cookie(&cookie).send().await.expect(200);
    let answer = app.shop("GET", SESSIONS).cookie(&cookie).send().await;
    let body = answer.expect(200);
    let sessions = body["sessions"].as_array().unwrap();
    let expected = |n: usize, user_agent: Value, created_at: &str, last_used_at: &str, expires_at: &str| {
        json!({
            "id": id(&sessions[n]["id"]), "provider": "emailpass", "ip_address": "127.0.0.1", "user_agent": user_agent,
            "created_at": created_at, "last_used_at": last_used_at, "expires_at": expires_at, "current": n == 0,
        })
    };
    let phone = expected(
        0,
        json!("Phone"),
        "2026-01-02T04:04:05.678Z",
        "2026-01-02T04:09:05.678Z",
        "2026-02-01T04:04:05.678Z",
    );
    let [first, second] = [1, 2].map(|n| expected(n, Value::Null, START, START, "2026-02-01T03:04:05.678Z"));
    answer.assert(200, &json!({"sessions": [phone, first, second], "count": 3, "offset": 0, "limit": 50}));
    assert_eq!(answer.header("cache-control"), "no-store");
    for secret in [jwt.as_str(), cookie.split_once('=').unwrap().1] {
        assert!(!answer.text().contains(secret));
    }
}

async fn se_06_sessions_are_listed_in_pieces(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    for _ in 0..3 {
        app.clock.advance(Duration::SECOND);
        sign_in(&app, "ada@example.com").await;
    }
    let all = listed(&app, &jwt).await;
    assert_eq!(all.len(), 5);
    for (query, piece, offset, limit) in [
        ("?limit=2", &all[..2], 0, 2),
        ("?offset=3&limit=2", &all[3..], 3, 2),
        ("?offset=7", &all[5..], 7, 50),
        ("?limit=101", &all[..], 0, 100),
        ("?limit=99999999999999999999", &all[..], 0, 100),
    ] {
        let answer = app.shop("GET", &format!("{SESSIONS}{query}")).bearer(&jwt).send().await;
        answer.assert(200, &json!({"sessions": piece, "count": 5, "offset": offset, "limit": limit}));
    }
}

async fn se_06_one_session_is_ended(app: TestApp) {
    let laptop = customer(&app, "ada@example.com").await;
    let phone = sign_in(&app, "ada@example.com").await;
    let cookie = cookie(&app, &phone).await;
    let ended = current(&app, &phone).await;
    let path = format!("{SESSIONS}/{ended}");
    let answer = app.shop("DELETE", &path).bearer(&laptop).send().await;
    answer.assert(200, &json!({"id": ended, "object": "session", "deleted": true}));
    assert_eq!(answer.header("set-cookie"), "");
    me(&app).bearer(&phone).send().await.assert(401, &bad_token());
    me(&app).cookie(&cookie).send().await.assert(401, &bad_cookie());
    app.shop("POST", "/auth/token/refresh").bearer(&phone).send().await.assert(401, &bad_token());
    let not_found = json!({"type": "not_found", "message": "Session was not found"});
    app.shop("DELETE", &path).bearer(&laptop).send().await.assert(404, &not_found);
    assert_eq!(listed(&app, &laptop).await.len(), 2);
    // Their own.
    let own = current(&app, &laptop).await;
    let call = app.shop("DELETE", &format!("{SESSIONS}/{own}")).bearer(&laptop);
    let answer = call.header("content-type", "application/json").send().await;
    answer.assert(200, &json!({"id": own, "object": "session", "deleted": true}));
    assert!(answer.header("set-cookie").starts_with("connect.sid=; "), "{}", answer.header("set-cookie"));
    me(&app).bearer(&laptop).send().await.assert(401, &bad_token());
}

async fn se_06_the_session_of_another_shopper_is_not_there(app: TestApp) {
    let ada = customer(&app, "ada@example.com").await;
    let grace = customer(&app, "grace@example.com").await;
    let registration = registration(&app, "half.done@example.com").await;
    let not_found = json!({"type": "not_found", "message": "Session was not found"});
    let before = app.rows();
    let unknown = "3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60".to_owned();
    for other in [current(&app, &grace).await, unknown, sid(&registration)] {
        let answer = app.shop("DELETE", &format!("{SESSIONS}/{other}")).bearer(&ada).send().await;
        answer.assert(404, &not_found);
    }
    let answer = app.shop("DELETE", &format!("{SESSIONS}?except=current")).bearer(&ada).send().await;
    answer.assert(200, &json!({"object": "session", "deleted": true, "count": 1}));
    me(&app).bearer(&grace).send().await.expect(200);
    me(&app).bearer(&registration).send().await.assert(401, &not_a_customer());
    assert_eq!(app.rows().len(), before.len());
}

/// The session that a JWT names.
fn sid(jwt: &str) -> String {
    use base64::Engine as _;
    let claims = jwt.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
    id(&serde_json::from_slice::<Value>(&claims).unwrap()["sid"])
}

async fn se_06_every_other_session_is_ended(app: TestApp) {
    let laptop = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &laptop).await;
    let phone = sign_in(&app, "ada@example.com").await;
    let answer = app.shop("DELETE", &format!("{SESSIONS}?except=current")).cookie(&cookie).send().await;
    answer.assert(200, &json!({"object": "session", "deleted": true, "count": 2}));
    assert_eq!(answer.header("set-cookie"), "");
    me(&app).bearer(&phone).send().await.assert(401, &bad_token());
    me(&app).cookie(&cookie).send().await.expect(200);
    me(&app).bearer(&laptop).send().await.expect(200);
    assert_eq!(listed(&app, &laptop).await.len(), 1);
}

async fn se_03_signing_out_everywhere_ends_every_cookie_and_jwt(app: TestApp) {
    let laptop = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &laptop).await;
    let phone = sign_in(&app, "ada@example.com").await;
    let answer = app.shop("DELETE", SESSIONS).cookie(&cookie).send().await;
    answer.assert(200, &json!({"object": "session", "deleted": true, "count": 3}));
    assert!(answer.header("set-cookie").starts_with("connect.sid=; "), "{}", answer.header("set-cookie"));
    for jwt in [&laptop, &phone] {
        me(&app).bearer(jwt).send().await.assert(401, &bad_token());
        app.shop("POST", "/auth/session").bearer(jwt).send().await.assert(401, &bad_token());
    }
    me(&app).cookie(&cookie).send().await.assert(401, &bad_cookie());
    sign_in(&app, "ada@example.com").await;
}

async fn se_03_of_sixteen_who_end_a_session_one_does(app: TestApp) {
    let laptop = customer(&app, "ada@example.com").await;
    let phone = sign_in(&app, "ada@example.com").await;
    let path = format!("{SESSIONS}/{}", current(&app, &phone).await);
    let ended = join_all((0..16).map(|_| app.shop("DELETE", &path).bearer(&laptop).send())).await;
    let mut statuses: Vec<_> = ended.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![404; 15]].concat());
}

async fn signing_out_everywhere_ends_the_portals_sessions_too(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let me = app.shop("GET", "/store/customers/me").bearer(&jwt).send().await.expect(200);
    let body = json!({"customer_id": me["customer"]["id"]});
    let opened = app.merchant("POST", "/api/customer-sessions/").json(&body).send().await.expect(201);
    let introspect = || app.get("/api/customer-portal/customer-session/introspect");
    let token = opened["token"].as_str().unwrap();
    introspect().bearer(token).send().await.expect(200);
    let answer = app.shop("DELETE", &format!("{SESSIONS}?except=current")).bearer(&jwt).send().await;
    answer.assert(200, &json!({"object": "session", "deleted": true, "count": 2}));
    introspect().bearer(token).send().await.expect(401);
}

async fn what_is_no_list_or_session_is_refused(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let refused = |message: &str| invalid(format!("Invalid request: {message}"));
    for (method, path, message) in [
        ("GET", "?limit=0", "Value for field 'limit' should be a whole number of 1 or more"),
        ("GET", "?limit=ten", "Value for field 'limit' should be a whole number of 1 or more"),
        ("GET", "?offset=-1", "Value for field 'offset' should be a whole number of 0 or more"),
        ("GET", "?expand=x", "Unrecognized fields: 'expand'"),
        ("DELETE", "?except=all", "Value for field 'except' should be 'current'"),
        ("DELETE", "?expect=current", "Unrecognized fields: 'expect'"),
        ("DELETE", "/not-an-id", "Value for field 'session_id' should be a version 4 UUID"),
        ("DELETE", "/3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60?x=1", "Unrecognized fields: 'x'"),
    ] {
        let answer = app.shop(method, &format!("{SESSIONS}{path}")).bearer(&jwt).send().await;
        answer.assert(400, &refused(message));
    }
    let call = app.shop("DELETE", SESSIONS).bearer(&jwt).json(&json!({"except": "current"}));
    call.send().await.assert(400, &refused("Unrecognized fields: 'except'"));
    assert_eq!(listed(&app, &jwt).await.len(), 2);
}

async fn who_is_not_signed_in_ends_nothing(app: TestApp) {
    let jwt = registration(&app, "ada@example.com").await;
    let one = format!("{SESSIONS}/{}", sid(&jwt));
    for (method, path) in [("GET", SESSIONS), ("DELETE", SESSIONS), ("DELETE", one.as_str())] {
        app.shop(method, path).send().await.assert(401, &nobody());
        app.shop(method, path).bearer("x").send().await.assert(401, &bad_token());
        app.shop(method, path).cookie("connect.sid=x").send().await.assert(401, &bad_cookie());
        app.shop(method, path).bearer(&jwt).send().await.assert(401, &not_a_customer());
    }
}

async fn ck_02_a_foreign_page_ends_nothing_by_cookie(app: TestApp) {
    list_origin(&app, LISTED).await;
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    let one = format!("{SESSIONS}/{}", current(&app, &jwt).await);
    for path in [SESSIONS, one.as_str()] {
        for origin in ["https://evil.example", "null"] {
            let call = app.shop("DELETE", path).cookie(&cookie).header("origin", origin);
            call.send().await.assert(403, &foreign_origin());
        }
        let call = app.shop("DELETE", path).cookie(&cookie).header("sec-fetch-site", "cross-site");
        call.send().await.assert(403, &foreign_origin());
    }
    assert_eq!(listed(&app, &jwt).await.len(), 2);
    let call = app.shop("DELETE", &one).cookie(&cookie).header("origin", LISTED);
    assert_eq!(call.send().await.status, 200);
}
