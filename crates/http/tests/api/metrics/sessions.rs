//! Sessions, and the credentials that somebody shows.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

use super::{PASSWORD, auth, customer, rows, scrape, session, text};

both_databases![
    sessions_are_counted_when_they_open_and_end,
    sessions_that_end_with_their_member_are_counted,
    credentials_are_counted_by_whether_they_were_good,
];

async fn sessions_are_counted_when_they_open_and_end(app: TestApp) {
    let counts = |opened: [u64; 2], ended: [u64; 2]| {
        let scrape = scrape(&app);
        let of = |name, kind| scrape.count(name, &[("kind", kind)]);
        let kinds = ["portal", "store"];
        assert_eq!(kinds.map(|kind| of("anteroom_sessions_opened_total", kind)), opened);
        assert_eq!(kinds.map(|kind| of("anteroom_sessions_ended_total", kind)), ended);
    };
    counts([0, 0], [0, 0]);
    let ada = customer(&app, "ada@example.com").await;
    let (first, second) = (session(&app, &ada).await, session(&app, &ada).await);
    counts([2, 0], [0, 0]);
    let path = format!("/api/customer-sessions/{}", text(&first["id"]));
    for _ in 0..2 {
        // The second one has nothing left to end.
        app.merchant("DELETE", &path).send().await;
    }
    counts([2, 0], [1, 0]);
    let of_ada = format!("/api/customers/{}/sessions", text(&ada["id"]));
    app.merchant("DELETE", &of_ada).send().await;
    counts([2, 0], [2, 0]);
    app.get("/api/customer-portal/customers/me").bearer(&text(&second["token"])).send().await.expect(401);

    let grace = auth(&app, "/register", "grace@example.com", PASSWORD).await.expect(200);
    counts([2, 1], [2, 0]);
    let created = app.shop("POST", "/store/customers").bearer(&text(&grace["token"])).json(&json!({}));
    created.send().await.expect(200);
    let mut cookie = "none=yet".to_owned();
    for (opened, ended) in [(2, 0), (3, 1)] {
        let jwt = auth(&app, "", "grace@example.com", PASSWORD).await.expect(200);
        counts([2, opened], [2, 0]);
        // The cookie of the sign-in before comes along, and that sign-in ends.
        let trade = app.shop("POST", "/auth/session").bearer(&text(&jwt["token"])).cookie(&cookie);
        cookie = format!("connect.sid={}", trade.send().await.cookie("connect.sid").unwrap());
        counts([2, opened], [2, ended]);
    }
    app.shop("DELETE", "/auth/session").cookie(&cookie).send().await.expect(200);
    counts([2, 3], [2, 2]);
}

async fn sessions_that_end_with_their_member_are_counted(app: TestApp) {
    let ended = || scrape(&app).count("anteroom_sessions_ended_total", &[("kind", "portal")]);
    let new = json!({"email": "team@example.com", "type": "team"});
    let team = app.merchant("POST", "/api/customers").json(&new).send().await.expect(201);
    let new = json!({"customer_id": team["id"], "email": "bob@example.com"});
    let bob = app.merchant("POST", "/api/members").json(&new).send().await.expect(201);
    let open = || {
        let body = json!({"customer_id": team["id"], "member_id": bob["id"]});
        app.merchant("POST", "/api/customer-sessions").json(&body).send()
    };
    let path = format!("/api/members/{}", text(&bob["id"]));
    for _ in 0..2 {
        open().await.expect(201);
    }
    for (change, count) in [
        (json!({"email": "team@example.com"}), 0),
        (json!({"name": "Bob", "role": "billing_manager"}), 0),
        (json!({"email": "new@example.com"}), 2),
        (json!({"email": "newer@example.com"}), 2),
    ] {
        app.merchant("PATCH", &path).json(&change).send().await;
        assert_eq!(ended(), count, "{change}");
    }
    open().await.expect(201);
    for status in [204, 404] {
        app.merchant("DELETE", &path).send().await.expect(status);
        assert_eq!(ended(), 3);
    }
}

async fn credentials_are_counted_by_whether_they_were_good(app: TestApp) {
    auth(&app, "/register", "ada@example.com", PASSWORD).await.expect(200);
    let jwt = auth(&app, "", "ada@example.com", PASSWORD).await.expect(200);
    auth(&app, "", "ada@example.com", "wrong horse battery").await.expect(401);
    auth(&app, "", "nobody@example.com", PASSWORD).await.expect(401);
    auth(&app, "", "no e-mail", PASSWORD).await.expect(401);
    let me = || app.shop("POST", "/auth/token/refresh");
    me().bearer(&text(&jwt["token"])).send().await.expect(200);
    me().bearer("nonsense").send().await.expect(401);
    me().cookie("connect.sid=nonsense").send().await.expect(401);
    app.get("/store/customers/me").header("x-publishable-api-key", "pk_nonsense").send().await.expect(400);
    app.get("/api/workspace").bearer("nonsense").send().await.expect(401);
    app.merchant("GET", "/api/workspace").send().await.expect(200);
    // No credential, nothing to look at.
    app.get("/api/workspace").send().await.expect(401);
    let opened = session(&app, &customer(&app, "grace@example.com").await).await;
    let holder = |token: &str| app.get("/api/customer-portal/customers/me").bearer(token);
    holder(&text(&opened["token"])).send().await.expect(200);
    holder("nonsense").send().await.expect(401);
    let link = text(&opened["customer_portal_url"]);
    let code = link.split_once("?code=").unwrap().1;
    let enter = || {
        let form = app.post("/acme/portal/enter").header("sec-fetch-site", "same-origin");
        form.body("application/x-www-form-urlencoded", format!("code={code}"))
    };
    let entered = enter().send().await;
    let cookie = format!("anteroom_portal_acme={}", entered.cookie("anteroom_portal_acme").unwrap());
    assert_eq!((entered.status, enter().send().await.status), (303, 200), "the link is used up");
    assert_eq!(app.get("/acme/portal").cookie(&cookie).send().await.status, 200);
    app.get("/acme/portal").cookie("anteroom_portal_acme=nonsense").send().await;

    let checks = scrape(&app).rows("anteroom_credential_checks_total", ["credential", "result"]);
    let expected = rows([
        (["access_token", "accepted"], 3),
        (["access_token", "refused"], 1),
        (["publishable_key", "accepted"], 8),
        (["publishable_key", "refused"], 1),
        (["portal_token", "accepted"], 1),
        (["portal_token", "refused"], 1),
        (["entry_code", "accepted"], 1),
        (["entry_code", "refused"], 1),
        (["portal_cookie", "accepted"], 1),
        (["portal_cookie", "refused"], 1),
        (["password", "accepted"], 1),
        (["password", "refused"], 3),
        (["passkey", "accepted"], 0),
        (["passkey", "refused"], 0),
        (["second_factor", "accepted"], 0),
        (["second_factor", "refused"], 0),
        (["jwt", "accepted"], 1),
        (["jwt", "refused"], 1),
        (["store_cookie", "accepted"], 0),
        (["store_cookie", "refused"], 1),
    ]);
    assert_eq!(checks, expected);
}
