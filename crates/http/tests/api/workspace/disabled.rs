//! A workspace that its operator disables and enables, as all who come to it meet it.

use std::time::Instant;

use anteroom_app::{Error, Missing, SwitchedWorkspace};
use anteroom_domain::Id;
use anteroom_testkit::app::{Answer, Call, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use time::Duration;

use super::support::{id, individual, session, session_token, shopper, text};

both_databases![
    se_05_disabling_a_workspace_ends_every_session_and_enabling_brings_none_back,
    se_05_other_servers_refuse_a_disabled_workspace_within_a_second,
    se_07_the_operator_ends_all_sessions_of_a_workspace,
    a_disabled_workspace_is_answered_like_one_that_is_not_there,
    the_only_workspace_is_none_while_it_is_disabled,
    a_disabled_workspace_leaves_no_other_the_only_one,
    another_workspace_notices_nothing,
    doing_it_again_changes_nothing,
    of_sixteen_sign_ins_raced_with_disabling_none_is_left,
    of_sixteen_customer_sessions_raced_with_disabling_none_is_left,
    sixteen_at_once_leave_one_state,
    a_workspace_that_is_not_there_is_not_found,
];

const PASSWORD: &str = "correct horse battery";
const SIGN_IN: &str = "/auth/customer/emailpass";
const REGISTER: &str = "/auth/customer/emailpass/register";
const REFRESH: &str = "/auth/token/refresh";
const ME: &str = "/store/customers/me";
const HOLDERS: &str = "/api/customer-portal/customers/me";

async fn disable(app: &TestApp) -> SwitchedWorkspace {
    app.app.disable_workspace(app.workspace.id).await.unwrap()
}

async fn enable(app: &TestApp) -> SwitchedWorkspace {
    app.app.enable_workspace(app.workspace.id).await.unwrap()
}

/// The portal sessions and the sign-ins to the shop that have ended.
fn ended(switched: &SwitchedWorkspace) -> [u64; 2] {
    [switched.ended_customer_sessions, switched.ended_store_sessions]
}

fn typed(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

/// A call of the Store API that says by no header which shop it is for.
fn bare(app: &TestApp, method: &str, path: &str) -> Call {
    app.call(method, path).header("accept", "application/json")
}

fn unauthorized(message: &str) -> Value {
    json!({"type": "unauthorized", "message": format!("Unauthorized: {message}")})
}

fn key_invalid() -> Value {
    json!({"type": "not_allowed", "message": "A valid publishable key is required to proceed with the request"})
}

fn which() -> Value {
    let message = "The request does not say which shop it is for: send x-publishable-api-key";
    json!({"type": "not_allowed", "message": message})
}

fn invalid_token() -> Value {
    let description =
        "The access token provided is expired, revoked, malformed, or invalid for other reasons.";
    json!({"error": "invalid_token", "error_description": description})
}

/// What somebody holds who has come in by every door of `acme`.
struct Guest {
    jwt: String,
    cookie: String,
    token: String,
    portal_cookie: String,
}

impl Guest {
    async fn of(app: &TestApp) -> Self {
        let (jwt, ada) = shopper(app, "ada@example.com").await;
        let answer = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
        let cookie = format!("connect.sid={}", answer.cookie("connect.sid").unwrap());
        let opened = session(app, &json!({"customer_id": ada["id"]})).await;
        let code = text(&opened["customer_portal_url"]).split_once("code=").unwrap().1;
        let enter = app.post("/acme/portal/enter").header("sec-fetch-site", "same-origin");
        let entered = enter.body("application/x-www-form-urlencoded", format!("code={code}")).send().await;
        let portal_cookie =
            format!("anteroom_portal_acme={}", entered.cookie("anteroom_portal_acme").unwrap());
        Self { jwt, cookie, token: text(&opened["token"]).to_owned(), portal_cookie }
    }

    /// The answers to everything that a guest and the merchant ask for, the page of the portal last.
    async fn asks(&self, app: &TestApp) -> [Answer; 7] {
        let calls = [
            app.merchant("GET", "/api/workspace"),
            app.get(HOLDERS).bearer(&self.token),
            app.shop("GET", ME).bearer(&self.jwt),
            app.shop("GET", ME).cookie(&self.cookie),
            bare(app, "POST", REFRESH).bearer(&self.jwt),
            bare(app, "POST", REFRESH).cookie(&self.cookie),
            app.get("/acme/portal").cookie(&self.portal_cookie),
        ];
        join_all(calls.map(Call::send)).await.try_into().unwrap()
    }

    async fn statuses(&self, app: &TestApp) -> [u16; 7] {
        self.asks(app).await.map(|answer| answer.status)
    }
}

const OPEN: [u16; 7] = [200; 7];
const SHUT: [u16; 7] = [401, 401, 400, 400, 401, 401, 404];

async fn se_05_disabling_a_workspace_ends_every_session_and_enabling_brings_none_back(app: TestApp) {
    let guest = Guest::of(&app).await;
    assert_eq!(guest.statuses(&app).await, OPEN);
    let switched = disable(&app).await;
    assert!(!switched.workspace.is_enabled());
    assert_eq!(guest.statuses(&app).await, SHUT);
    assert!(enable(&app).await.workspace.is_enabled());
    let [merchant, holder, by_jwt, by_cookie, refresh, refresh_by_cookie, portal] = guest.asks(&app).await;
    merchant.expect(200);
    holder.assert(401, &invalid_token());
    let (jwt, cookie) = (
        unauthorized("the Bearer token is invalid, expired or revoked"),
        unauthorized("the session cookie is invalid, expired or revoked"),
    );
    for answer in [by_jwt, refresh] {
        answer.assert(401, &jwt);
    }
    for answer in [by_cookie, refresh_by_cookie] {
        answer.assert(401, &cookie);
    }
    assert_eq!(portal.status, 200);
    assert!(!portal.text().contains("Signed in as"), "{}", portal.text());
    app.shop("POST", SIGN_IN).json(&typed("ada@example.com")).send().await.expect(200);
}

async fn se_05_other_servers_refuse_a_disabled_workspace_within_a_second(app: TestApp) {
    let guest = Guest::of(&app).await;
    let other = app.another_server();
    assert_eq!(guest.statuses(&other).await, OPEN);
    disable(&app).await;
    let shut = Instant::now();
    loop {
        let asked_after = shut.elapsed();
        let statuses = guest.statuses(&other).await;
        if statuses == SHUT {
            break;
        }
        assert!(asked_after < std::time::Duration::from_secs(1), "{statuses:?}");
    }
    enable(&app).await;
    let opened = Instant::now();
    loop {
        let asked_after = opened.elapsed();
        let status = other.merchant("GET", "/api/workspace").send().await.status;
        if status == 200 {
            break;
        }
        assert_eq!((status, asked_after < std::time::Duration::from_secs(1)), (401, true));
    }
    assert_eq!(guest.statuses(&other).await, [200, 401, 401, 401, 401, 401, 200]);
}

async fn se_07_the_operator_ends_all_sessions_of_a_workspace(app: TestApp) {
    let guest = Guest::of(&app).await;
    let bob = individual(&app, "bob@example.com").await;
    let tokens = [session_token(&app, &bob).await, session_token(&app, &bob).await];
    app.clock.advance(Duration::MINUTE);
    let expired = json!({"customer_id": bob["id"], "expires_in": 60});
    session(&app, &expired).await;
    app.clock.advance(Duration::MINUTE);
    // Registering is a sign-in too.
    assert_eq!(ended(&disable(&app).await), [3, 2]);
    assert_eq!(ended(&enable(&app).await), [0, 0]);
    for token in tokens.iter().chain([&guest.token]) {
        app.get(HOLDERS).bearer(token).send().await.assert(401, &invalid_token());
    }
    let listed = app.merchant("GET", "/api/customer-sessions").send().await.expect(200);
    assert_eq!(listed["meta"]["total"], 0);
}

async fn a_disabled_workspace_is_answered_like_one_that_is_not_there(app: TestApp) {
    let app = app.with(|options| options.base_domain = Some("shops.test".to_owned()));
    let guest = Guest::of(&app).await;
    app.other_workspace("other").await;
    let ada = individual(&app, "bob@example.com").await;
    let link = session(&app, &json!({"customer_id": ada["id"]})).await;
    let code = text(&link["customer_portal_url"]).split_once("code=").unwrap().1;
    let nothing = app.get("/nobody/portal").send().await;
    disable(&app).await;

    let [merchant, holder, by_jwt, by_cookie, refresh, refresh_by_cookie, portal] = guest.asks(&app).await;
    for answer in [merchant, holder] {
        answer.assert(401, &invalid_token());
    }
    for answer in [by_jwt, by_cookie] {
        answer.assert(400, &key_invalid());
    }
    refresh.assert(401, &unauthorized("the Bearer token is invalid, expired or revoked"));
    refresh_by_cookie.assert(401, &unauthorized("the session cookie is invalid, expired or revoked"));
    assert_eq!((portal.status, portal.text()), (404, nothing.text()));
    let (opening, path) = (app.get(&format!("/acme/portal?code={code}")), "/acme/portal/enter");
    let form = app.post(path).header("sec-fetch-site", "same-origin");
    let entering = form.body("application/x-www-form-urlencoded", format!("code={code}"));
    for call in [opening, entering] {
        let answer = call.send().await;
        assert_eq!((answer.status, answer.text()), (404, nothing.text()));
    }
    let end = bare(&app, "DELETE", "/auth/session").cookie(&guest.cookie).send().await;
    end.assert(401, &unauthorized("the session cookie is invalid, expired or revoked"));

    for path in [SIGN_IN, REGISTER] {
        for email in ["ada@example.com", "new@example.com"] {
            app.shop("POST", path).json(&typed(email)).send().await.assert(400, &key_invalid());
            let stale = bare(&app, "POST", path).bearer(&guest.jwt).json(&typed(email)).send().await;
            stale.assert(400, &which());
            let host = bare(&app, "POST", path).header("host", "acme.shops.test").json(&typed(email));
            host.send()
                .await
                .assert(404, &json!({"type": "not_found", "message": "No shop has this host name"}));
        }
    }
    enable(&app).await;
    let host = bare(&app, "POST", SIGN_IN).header("host", "acme.shops.test").json(&typed("ada@example.com"));
    host.send().await.expect(200);
}

async fn the_only_workspace_is_none_while_it_is_disabled(app: TestApp) {
    shopper(&app, "ada@example.com").await;
    let sign_in = || bare(&app, "POST", SIGN_IN).json(&typed("ada@example.com")).send();
    sign_in().await.expect(200);
    disable(&app).await;
    sign_in().await.assert(400, &which());
    enable(&app).await;
    sign_in().await.expect(200);
}

async fn a_disabled_workspace_leaves_no_other_the_only_one(app: TestApp) {
    app.other_workspace("other").await;
    disable(&app).await;
    let register = bare(&app, "POST", REGISTER).json(&typed("ada@example.com")).send().await;
    register.assert(400, &which());
}

async fn another_workspace_notices_nothing(app: TestApp) {
    let rival = app.other_workspace("rival").await;
    let (token, key) =
        (app.token_with(&rival, "customers:write customer_sessions:write").await, app.key_of(&rival).await);
    let call = |method, path| app.call(method, path).bearer(&token);
    let bob =
        call("POST", "/api/customers").json(&json!({"email": "bob@example.com"})).send().await.expect(201);
    let opened = call("POST", "/api/customer-sessions").json(&json!({"customer_id": id(&bob)})).send().await;
    let opened = opened.expect(201);
    let shop = |method, path| bare(&app, method, path).header("x-publishable-api-key", &key);
    let jwt = shop("POST", REGISTER).json(&typed("bob@example.com")).send().await.expect(200);
    let statuses = async || {
        let create = call("POST", "/api/customer-sessions").json(&json!({"customer_id": id(&bob)}));
        let holder = app.get(HOLDERS).bearer(text(&opened["token"]));
        let refresh = bare(&app, "POST", REFRESH).bearer(text(&jwt["token"]));
        let sign_in = shop("POST", SIGN_IN).json(&typed("bob@example.com"));
        let portal = app.get("/rival/portal");
        let all = [create, holder, refresh, sign_in, portal];
        join_all(all.map(Call::send)).await.iter().map(|answer| answer.status).collect::<Vec<_>>()
    };
    let before = statuses().await;
    assert_eq!(before, [201, 200, 200, 200, 200]);
    disable(&app).await;
    assert_eq!(statuses().await, before);
    enable(&app).await;
    assert_eq!(statuses().await, before);
}

async fn doing_it_again_changes_nothing(app: TestApp) {
    let enabled = enable(&app).await;
    assert_eq!((&enabled.workspace, ended(&enabled)), (&app.workspace, [0, 0]));
    app.clock.advance(Duration::SECOND);
    let disabled = disable(&app).await.workspace;
    assert_eq!(disabled.disabled_at, Some(app.workspace.created_at + Duration::SECOND));
    assert_eq!(disabled.modified_at, disabled.disabled_at);
    let rows = app.rows();
    app.clock.advance(Duration::HOUR);
    let again = disable(&app).await;
    assert_eq!((again.workspace, app.rows()), (disabled, rows));
}

async fn of_sixteen_sign_ins_raced_with_disabling_none_is_left(app: TestApp) {
    shopper(&app, "ada@example.com").await;
    let sign_ins =
        join_all((0..16).map(|_| app.shop("POST", SIGN_IN).json(&typed("ada@example.com")).send()));
    let (answers, _) = join(sign_ins, disable(&app)).await;
    let mut jwts = Vec::new();
    for answer in answers {
        match answer.status {
            200 => jwts.push(text(&answer.json()["token"]).to_owned()),
            _ => answer.assert(400, &key_invalid()),
        }
    }
    for jwt in &jwts {
        bare(&app, "POST", REFRESH).bearer(jwt).send().await.expect(401);
    }
    enable(&app).await;
    for jwt in &jwts {
        app.shop("GET", ME).bearer(jwt).send().await.expect(401);
        bare(&app, "POST", REFRESH).bearer(jwt).send().await.expect(401);
    }
}

async fn of_sixteen_customer_sessions_raced_with_disabling_none_is_left(app: TestApp) {
    let bob = individual(&app, "bob@example.com").await;
    let other = app.another_server();
    let open = |n: usize| {
        let server = if n.is_multiple_of(2) { &app } else { &other };
        server.merchant("POST", "/api/customer-sessions").json(&json!({"customer_id": bob["id"]})).send()
    };
    for n in 0..2 {
        open(n).await.expect(201);
    }
    let (answers, _) = join(join_all((0..16).map(open)), disable(&app)).await;
    let mut tokens = Vec::new();
    for answer in answers {
        match answer.status {
            201 => tokens.push(text(&answer.json()["token"]).to_owned()),
            _ => answer.assert(401, &invalid_token()),
        }
    }
    let refused = async |server: &TestApp| {
        for token in &tokens {
            server.get(HOLDERS).bearer(token).send().await.assert(401, &invalid_token());
        }
    };
    refused(&app).await;
    enable(&app).await;
    refused(&app).await;
    let listed = app.merchant("GET", "/api/customer-sessions").send().await.expect(200);
    assert_eq!(listed["meta"]["total"], 0);
}

async fn sixteen_at_once_leave_one_state(app: TestApp) {
    let other = app.another_server();
    let (id, workspace) = (app.workspace.id, || app.merchant("GET", "/api/workspace").send());
    let all = (0..16).map(async |n| {
        let server = if n % 4 < 2 { &app.app } else { &other.app };
        let switched =
            if n % 2 == 0 { server.disable_workspace(id).await } else { server.enable_workspace(id).await };
        assert_eq!(switched.unwrap().workspace.is_enabled(), n % 2 != 0);
    });
    join_all(all).await;
    disable(&app).await;
    workspace().await.assert(401, &invalid_token());
    enable(&app).await;
    workspace().await.expect(200);
}

async fn a_workspace_that_is_not_there_is_not_found(app: TestApp) {
    let nobody = Id::from_random_bytes([7; 16]);
    let rows = app.rows();
    for switched in [app.app.disable_workspace(nobody).await, app.app.enable_workspace(nobody).await] {
        assert!(matches!(switched, Err(Error::NotFound(Missing::Workspace))), "{switched:?}");
    }
    assert_eq!(app.rows(), rows);
}
