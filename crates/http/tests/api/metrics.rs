//! What the server has measured, after requests that are known.

use std::collections::BTreeMap;

use anteroom_store::Mode;
use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use anteroom_testkit::metrics::Scrape;
use futures_util::future::join_all;
use serde_json::{Value, json};

both_databases![
    a_server_that_nobody_has_called_has_no_requests,
    requests_are_counted_by_route_and_status,
    the_table_of_routes_is_all_that_labels_come_from,
    nothing_is_lost_when_sixteen_call_at_once,
    a_busy_database_shows_in_connections_and_refusals,
    sessions_are_counted_when_they_open_and_end,
    credentials_are_counted_by_whether_they_were_good,
    passwords_are_timed_at_their_own_door,
    nobody_is_in_the_text,
    both_formats_say_the_same,
];

const PASSWORD: &str = "correct horse battery";
const CUSTOMER: &str = "/api/customers/{customer_id}";

fn scrape(app: &TestApp) -> Scrape {
    Scrape::parse(&app.metrics().classic().unwrap())
}

type Rows<const N: usize> = BTreeMap<[String; N], f64>;

fn rows<const N: usize, const M: usize>(expected: [([&str; N], f64); M]) -> Rows<N> {
    expected.map(|(labels, value)| (labels.map(str::to_owned), value)).into()
}

fn requests(scrape: &Scrape) -> Rows<3> {
    scrape.rows("anteroom_http_requests_total", ["method", "route", "status"])
}

/// A customer, made by a merchant's server.
async fn customer(app: &TestApp, email: &str) -> Value {
    app.merchant("POST", "/api/customers").json(&json!({"email": email})).send().await.expect(201)
}

/// A customer session, opened by a merchant's server.
async fn session(app: &TestApp, customer: &Value) -> Value {
    let body = json!({"customer_id": customer["id"]});
    app.merchant("POST", "/api/customer-sessions").json(&body).send().await.expect(201)
}

async fn auth(app: &TestApp, path: &str, email: &str, password: &str) -> Answer {
    let typed = json!({"email": email, "password": password});
    app.shop("POST", &format!("/auth/customer/emailpass{path}")).json(&typed).send().await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn a_server_that_nobody_has_called_has_no_requests(app: TestApp) {
    let scrape = scrape(&app);
    assert_eq!(requests(&scrape), rows([]));
    let families: Vec<_> = scrape.families().map(|(name, _)| name).collect();
    assert!(families.contains(&"anteroom_http_requests_total"), "it is announced all the same");
}

async fn requests_are_counted_by_route_and_status(app: TestApp) {
    let ada = customer(&app, "ada@example.com").await;
    let path = format!("/api/customers/{}/", text(&ada["id"]));
    app.merchant("GET", &path).send().await.expect(200);
    app.call("HEAD", &path).bearer(&app.token).send().await;
    app.get(&path).send().await.expect(401);
    app.merchant("GET", "/api/customers/00000000-0000-4000-8000-000000000000").send().await.expect(404);
    app.merchant("GET", "/api/customers/x").send().await.expect(422);
    app.merchant("POST", "/api/customers").json(&json!({"email": 5})).send().await.expect(422);
    app.merchant("GET", "/api/nothing-here").send().await.expect(404);
    app.merchant("PUT", &path).send().await.expect(405);
    app.merchant("BREW", &path).send().await.expect(405);
    assert_eq!(app.get("/nothing/here").send().await.status, 404);
    let preflight = app.call("OPTIONS", "/store/customers/me").header("origin", "https://shop.example");
    assert_eq!(preflight.header("access-control-request-method", "GET").send().await.status, 204);

    let scrape = scrape(&app);
    let expected = rows([
        (["DELETE", "none", ""], 0.0),
        (["GET", CUSTOMER, "200"], 2.0),
        (["GET", CUSTOMER, "401"], 1.0),
        (["GET", CUSTOMER, "404"], 1.0),
        (["GET", CUSTOMER, "422"], 1.0),
        (["POST", "/api/customers", "201"], 1.0),
        (["POST", "/api/customers", "422"], 1.0),
        (["GET", "none", "404"], 2.0),
        (["PUT", "none", "405"], 1.0),
        (["other", "none", "405"], 1.0),
        (["OPTIONS", "none", "204"], 1.0),
    ]);
    let expected: Rows<3> = expected.into_iter().filter(|(_, times)| *times > 0.0).collect();
    assert_eq!(requests(&scrape), expected);

    let mut by_route = Rows::<2>::new();
    for ([method, route, _], times) in expected {
        *by_route.entry([method, route]).or_default() += times;
    }
    let timed = scrape.rows("anteroom_http_request_duration_seconds_count", ["method", "route"]);
    assert_eq!(timed, by_route, "every request is in one histogram");
    assert!(scrape.sum("anteroom_http_request_duration_seconds_sum", &[]) > 0.0);
}

async fn the_table_of_routes_is_all_that_labels_come_from(app: TestApp) {
    for route in anteroom_http::routes() {
        app.call(route.method.as_str(), &route.path.replace(['{', '}'], "x")).send().await;
        app.call("BREW", &format!("{}/beyond", route.path.replace(['{', '}'], "x"))).send().await;
    }
    let known: Vec<_> = anteroom_http::routes().map(|route| (route.method.as_str(), route.path)).collect();
    let counted = requests(&scrape(&app));
    for [method, route, _] in counted.keys() {
        let is_known = known.contains(&(method, route)) || (method == "other" && route == "none");
        assert!(is_known, "{method} {route}");
    }
    for (method, route) in &known {
        assert!(counted.keys().any(|[m, r, _]| (m, r) == (&(*method).to_owned(), &(*route).to_owned())));
    }
}

async fn nothing_is_lost_when_sixteen_call_at_once(app: TestApp) {
    join_all((0..16).map(|_| async {
        for _ in 0..10 {
            app.merchant("GET", "/api/workspace").send().await.expect(200);
        }
    }))
    .await;
    let scrape = scrape(&app);
    assert_eq!(requests(&scrape), rows([(["GET", "/api/workspace", "200"], 160.0)]));
    let checks = [("credential", "access_token"), ("result", "accepted")];
    assert_eq!(scrape.sum("anteroom_credential_checks_total", &checks), 160.0);
}

async fn a_busy_database_shows_in_connections_and_refusals(app: TestApp) {
    let before = scrape(&app);
    let limit = before.sum("anteroom_database_connections_limit", &[]);
    let mut taken = Vec::new();
    while let Ok(unit) = app.store().begin(Mode::Read) {
        taken.push(unit);
    }
    app.merchant("GET", "/api/workspace").send().await.expect(503);
    let busy = scrape(&app);
    assert_eq!(requests(&busy), rows([(["GET", "/api/workspace", "503"], 1.0)]));
    let connections = |scrape: &Scrape, state| scrape.sum("anteroom_database_connections", &[("state", state)]);
    assert_eq!((connections(&busy, "in_use"), connections(&busy, "idle")), (limit, 0.0));
    let grown = |after: &Scrape, name: &str| {
        let labels: &[_] = if name.starts_with("anteroom_door") { &[("door", "database")] } else { &[] };
        after.sum(name, labels) - before.sum(name, labels)
    };
    assert_eq!(grown(&busy, "anteroom_database_unavailable_total"), 1.0);
    assert_eq!(grown(&busy, "anteroom_door_admitted_total"), 1.0);
    assert_eq!(grown(&busy, "anteroom_door_wait_seconds_count"), 1.0);
    assert_eq!(grown(&busy, "anteroom_database_unit_duration_seconds_count"), 1.0);
    assert_eq!(grown(&busy, "anteroom_database_connection_wait_seconds_count"), 0.0, "it got none");
    assert_eq!(busy.sum("anteroom_credential_checks_total", &[]), 0.0, "nobody knows whether it was good");

    drop(taken);
    app.merchant("GET", "/api/workspace").send().await.expect(200);
    let idle = scrape(&app);
    assert_eq!((connections(&idle, "in_use"), connections(&idle, "idle")), (0.0, limit));
    assert_eq!(grown(&idle, "anteroom_database_unavailable_total"), 1.0);
    assert_eq!(grown(&idle, "anteroom_database_connection_wait_seconds_count"), 1.0);
}

async fn sessions_are_counted_when_they_open_and_end(app: TestApp) {
    let counts = |opened: [f64; 2], ended: [f64; 2]| {
        let scrape = scrape(&app);
        let of = |name, kind| scrape.sum(name, &[("kind", kind)]);
        let kinds = ["portal", "store"];
        assert_eq!(kinds.map(|kind| of("anteroom_sessions_opened_total", kind)), opened);
        assert_eq!(kinds.map(|kind| of("anteroom_sessions_ended_total", kind)), ended);
    };
    counts([0.0, 0.0], [0.0, 0.0]);
    let ada = customer(&app, "ada@example.com").await;
    let (first, second) = (session(&app, &ada).await, session(&app, &ada).await);
    counts([2.0, 0.0], [0.0, 0.0]);
    let path = format!("/api/customer-sessions/{}", text(&first["id"]));
    for _ in 0..2 {
        // The second one has nothing left to end.
        app.merchant("DELETE", &path).send().await;
    }
    counts([2.0, 0.0], [1.0, 0.0]);
    let of_ada = format!("/api/customers/{}/sessions", text(&ada["id"]));
    app.merchant("DELETE", &of_ada).send().await;
    counts([2.0, 0.0], [2.0, 0.0]);
    app.get("/api/customer-portal/customers/me").bearer(&text(&second["token"])).send().await.expect(401);

    let grace = auth(&app, "/register", "grace@example.com", PASSWORD).await.expect(200);
    counts([2.0, 1.0], [2.0, 0.0]);
    let created = app.shop("POST", "/store/customers").bearer(&text(&grace["token"])).json(&json!({}));
    created.send().await.expect(200);
    let mut cookie = "none=yet".to_owned();
    for (opened, ended) in [(2.0, 0.0), (3.0, 1.0)] {
        let jwt = auth(&app, "", "grace@example.com", PASSWORD).await.expect(200);
        counts([2.0, opened], [2.0, 0.0]);
        // The cookie of the sign-in before comes along, and that sign-in ends.
        let trade = app.shop("POST", "/auth/session").bearer(&text(&jwt["token"])).cookie(&cookie);
        cookie = format!("connect.sid={}", trade.send().await.cookie("connect.sid").unwrap());
        counts([2.0, opened], [2.0, ended]);
    }
    app.shop("DELETE", "/auth/session").cookie(&cookie).send().await.expect(200);
    counts([2.0, 3.0], [2.0, 2.0]);
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
        (["access_token", "accepted"], 3.0),
        (["access_token", "refused"], 1.0),
        (["publishable_key", "accepted"], 8.0),
        (["publishable_key", "refused"], 1.0),
        (["portal_token", "accepted"], 1.0),
        (["portal_token", "refused"], 1.0),
        (["entry_code", "accepted"], 1.0),
        (["entry_code", "refused"], 1.0),
        (["portal_cookie", "accepted"], 1.0),
        (["portal_cookie", "refused"], 1.0),
        (["password", "accepted"], 1.0),
        (["password", "refused"], 3.0),
        (["jwt", "accepted"], 1.0),
        (["jwt", "refused"], 1.0),
        (["store_cookie", "accepted"], 0.0),
        (["store_cookie", "refused"], 1.0),
    ]);
    assert_eq!(checks, expected);
}

async fn passwords_are_timed_at_their_own_door(app: TestApp) {
    auth(&app, "/register", "ada@example.com", PASSWORD).await.expect(200);
    for password in [PASSWORD, "wrong horse battery"] {
        auth(&app, "", "ada@example.com", password).await;
    }
    let scrape = scrape(&app);
    assert_eq!(scrape.sum("anteroom_password_hash_duration_seconds_count", &[]), 3.0);
    assert!(scrape.sum("anteroom_password_hash_duration_seconds_sum", &[]) > 0.003, "three real hashes");
    let door = [("door", "password-hash")];
    assert_eq!(scrape.sum("anteroom_door_admitted_total", &door), 3.0);
    assert_eq!(scrape.sum("anteroom_door_wait_seconds_count", &door), 3.0);
    assert_eq!(scrape.sum("anteroom_door_refused_total", &door), 0.0);
    assert_eq!(scrape.sum("anteroom_door_queue_length", &door), 0.0);
    assert_eq!(scrape.sum("anteroom_door_queue_limit", &door), 256.0);
}

/// What a run through both APIs and the portal has to do with somebody: none of it may be in the text.
async fn nobody_is_in_the_text(app: TestApp) {
    let mut personal = vec![app.token.clone(), app.key.clone(), app.workspace.id.to_string()];
    let body = json!({"email": "ada@lovelace.example", "external_id": "usr_42", "name": "Ada Lovelace"});
    let ada = app.merchant("POST", "/api/customers").json(&body).send().await.expect(201);
    let opened = session(&app, &ada).await;
    let link = text(&opened["customer_portal_url"]);
    let code = link.split_once("?code=").unwrap().1;
    let form = app.post("/acme/portal/enter").header("sec-fetch-site", "same-origin");
    let entered = form.body("application/x-www-form-urlencoded", format!("code={code}")).send().await;
    let portal_cookie = entered.cookie("anteroom_portal_acme").unwrap();
    let home = app.get("/acme/portal").cookie(&format!("anteroom_portal_acme={portal_cookie}")).send().await;
    assert!(home.text().contains("ada@lovelace.example"));
    app.merchant("GET", "/api/customers/external/usr_42").send().await.expect(200);
    let registered = auth(&app, "/register", "grace@hopper.example", PASSWORD).await.expect(200);
    let registration = text(&registered["token"]);
    let created = app.shop("POST", "/store/customers").bearer(&registration).json(&json!({})).send().await;
    let grace = created.expect(200);
    let jwt = text(&auth(&app, "", "grace@hopper.example", PASSWORD).await.expect(200)["token"]);
    let traded = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
    let cookie = traded.cookie("connect.sid").unwrap();
    app.get("/secret-path/ada@lovelace.example?token=in-the-query").send().await;
    app.call("SECRETMETHOD", "/acme/portal").header("user-agent", "secret-agent").send().await;

    personal.extend([&ada["id"], &opened["id"], &opened["token"], &grace["customer"]["id"]].map(text));
    personal.extend([code.to_owned(), portal_cookie, registration, jwt, cookie, PASSWORD.to_owned()]);
    let words = ["lovelace", "hopper", "example", "usr_42", "acme", "secret", "127.0.0.1", "anteroom_wat", "@"];
    personal.extend(words.map(str::to_owned));
    let text = app.metrics().classic().unwrap() + &app.metrics().open_metrics().unwrap();
    let text = text.to_lowercase();
    assert!(text.contains("/{slug}/portal"), "the run is in it");
    for word in personal {
        assert!(!word.is_empty() && !text.contains(&word.to_lowercase()), "{word} is in the text");
    }
}

async fn both_formats_say_the_same(app: TestApp) {
    app.get("/health/live").send().await.expect(200);
    let (classic, open) = (app.metrics().classic().unwrap(), app.metrics().open_metrics().unwrap());
    let samples = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    };
    assert_eq!(samples(&classic), samples(&open));
    assert!(open.ends_with("\n# EOF\n") && !classic.contains("# EOF"));
    assert!(open.contains("# TYPE anteroom_http_requests counter\n"));
    assert!(classic.contains("# TYPE anteroom_http_requests_total counter\n"));
    assert!(classic.contains("anteroom_http_request_duration_seconds_bucket{le=\"0.0005\","), "{classic}");
}
