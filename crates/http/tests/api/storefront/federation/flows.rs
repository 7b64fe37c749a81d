//! There and back: the state, the browser, the callback URL, the switch.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use anteroom_testkit::issuer::FakeIssuer;
use futures_util::future::join_all;
use serde_json::json;
use time::Duration;
use url::Url;

use super::super::{cookie, email_in, invalid, me, token, unauthorized};
use super::{CALLBACK, callback, customer_of, issuer, location, no_state, put, query, sign_in};

both_databases![
    a_shopper_signs_in_and_is_a_customer,
    both_methods_go_there_and_back,
    oa_01_every_attempt_has_state_nonce_and_challenge,
    oa_01_a_state_is_good_once_and_for_ten_minutes,
    oa_01_a_state_is_of_its_shop_and_provider,
    oa_01_a_state_is_of_its_browser_where_that_keeps_cookies,
    ot_03_of_sixteen_who_come_back_with_one_state_one_is_let_in,
    oa_05_a_shopper_comes_back_to_listed_urls_alone,
    what_the_provider_says_against_it_ends_the_attempt,
    a_provider_that_is_switched_off_in_between_lets_nobody_in,
    a_shop_that_is_switched_off_lets_nobody_in,
    a_page_of_somebody_elses_sends_nobody,
    flows_that_are_over_are_removed,
];

async fn a_shopper_signs_in_and_is_a_customer(app: TestApp) {
    let issuer = issuer(&app).await;
    let answer = sign_in(&app, &issuer).await;
    let token = token(&answer);
    let customer = customer_of(&app, &token).await;
    assert_eq!(customer["email"], "ada@example.com");
    assert_eq!((&customer["first_name"], &customer["last_name"]), (&json!("Ada"), &json!("Lovelace")));
    assert_eq!(customer["has_account"], true);
    assert!(answer.set_cookie("anteroom_device").is_some());
    // It is a sign-in like any other.
    let cookie = cookie(&app, &token).await;
    assert_eq!(email_in(&me(&app).cookie(&cookie).send().await), "ada@example.com");
    let sessions = app.shop("GET", "/store/customers/me/sessions").bearer(&token).send().await.expect(200);
    assert_eq!(sessions["sessions"][0]["provider"], "keycloak");
    let listed = app.shop("GET", "/auth/customer/providers").send().await.expect(200);
    let keycloak = json!({
        "id": "keycloak", "identifier": "keycloak", "display_name": "OpenID Connect", "flow": "redirect",
    });
    assert_eq!(listed["providers"][1], keycloak);
}

async fn both_methods_go_there_and_back(app: TestApp) {
    let issuer = issuer(&app).await;
    for there in ["GET", "POST"] {
        for back in ["GET", "POST"] {
            let sent = app.shop(there, "/auth/customer/keycloak").bearer("stale").send().await;
            let location = sent.expect(200)["location"].as_str().unwrap().to_owned();
            let query = issuer.visit(&location).await;
            let path = format!("/auth/customer/keycloak/callback?{query}");
            token(&app.shop(back, &path).bearer("stale").send().await);
        }
    }
    let answer = app.shop("GET", "/auth/customer/emailpass").send().await;
    answer.assert(405, &json!({"type": "not_allowed", "message": "Method not allowed"}));
    let nobody = unauthorized("Could not find a auth provider with id: other");
    for method in ["GET", "POST"] {
        app.shop(method, "/auth/customer/other").send().await.assert(401, &nobody);
        app.shop(method, "/auth/customer/other/callback").send().await.assert(401, &nobody);
    }
}

async fn oa_01_every_attempt_has_state_nonce_and_challenge(app: TestApp) {
    let _issuer = issuer(&app).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let location = Url::parse(&location(&app).await).unwrap();
        let asked = |name: &str| {
            let found = location.query_pairs().find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        assert_eq!(asked("response_type"), "code");
        assert_eq!(asked("code_challenge_method"), "S256");
        assert_eq!(asked("redirect_uri"), CALLBACK);
        for secret in [asked("state"), asked("nonce"), asked("code_challenge")] {
            assert!(secret.len() >= 43 && !seen.contains(&secret), "{secret}");
            seen.push(secret);
        }
        assert!(app.rows().iter().all(|row| seen.iter().all(|secret| !row.contains(secret))));
    }
}

async fn oa_01_a_state_is_good_once_and_for_ten_minutes(app: TestApp) {
    let issuer = issuer(&app).await;
    let first = query(&app, &issuer).await;
    token(&callback(&app, &first).send().await);
    callback(&app, &first).send().await.assert(400, &no_state());
    let late = query(&app, &issuer).await;
    app.clock.advance(Duration::minutes(10) - Duration::milliseconds(1));
    let in_time = query(&app, &issuer).await;
    token(&callback(&app, &late).send().await);
    app.clock.advance(Duration::minutes(10));
    callback(&app, &in_time).send().await.assert(400, &no_state());
    for query in ["", "code=x", "code=x&state=", "code=x&state=anteroom_sis_x"] {
        callback(&app, query).send().await.assert(400, &no_state());
    }
    let unasked = query(&app, &issuer).await;
    let without_code =
        unasked.split('&').filter(|part| !part.starts_with("code=")).collect::<Vec<_>>().join("&");
    callback(&app, &without_code).send().await.assert(400, &invalid("No code provided"));
}

async fn oa_01_a_state_is_of_its_shop_and_provider(app: TestApp) {
    let issuer = issuer(&app).await;
    let rival = app.other_workspace("rival").await;
    let (rivals_key, rivals_token) =
        (app.key_of(&rival).await, app.token_with(&rival, "workspace:write").await);
    let path = "/api/workspace/providers/keycloak";
    app.call("PUT", path).bearer(&rivals_token).json(&issuer.provider(CALLBACK)).send().await.expect(201);
    let other = "/api/workspace/providers/other";
    app.merchant("PUT", other).json(&issuer.provider(CALLBACK)).send().await.expect(201);

    let query = query(&app, &issuer).await;
    let at_the_rival = app
        .get(&format!("/auth/customer/keycloak/callback?{query}"))
        .header("x-publishable-api-key", &rivals_key)
        .send()
        .await;
    at_the_rival.assert(400, &no_state());
    let path = format!("/auth/customer/other/callback?{query}");
    app.shop("GET", &path).send().await.assert(400, &no_state());
    // Nobody else has spent it.
    token(&callback(&app, &query).send().await);
}

async fn oa_01_a_state_is_of_its_browser_where_that_keeps_cookies(app: TestApp) {
    let issuer = issuer(&app).await;
    let cookie = |answer: &Answer| format!("anteroom_sign_in={}", answer.cookie("anteroom_sign_in").unwrap());
    let begin = async |cookie: &str| {
        let answer = app.shop("POST", "/auth/customer/keycloak").cookie(cookie).send().await;
        let location = answer.expect(200)["location"].as_str().unwrap().to_owned();
        (answer, issuer.visit(&location).await)
    };
    let first = app.shop("POST", "/auth/customer/keycloak").send().await;
    let shown = first.set_cookie("anteroom_sign_in").unwrap();
    assert!(
        shown.contains("HttpOnly") && shown.contains("Max-Age=600") && shown.contains("SameSite=Lax"),
        "{shown}"
    );
    let (mine, theirs) = (cookie(&first), cookie(&app.shop("POST", "/auth/customer/keycloak").send().await));

    let (again, query) = begin(&mine).await;
    assert_eq!(cookie(&again), mine, "a browser keeps its cookie");
    callback(&app, &query).send().await.assert(400, &no_state());
    callback(&app, &query).cookie(&theirs).send().await.assert(400, &no_state());
    token(&callback(&app, &query).cookie(&mine).send().await);
}

async fn ot_03_of_sixteen_who_come_back_with_one_state_one_is_let_in(app: TestApp) {
    let issuer = issuer(&app).await;
    let query = query(&app, &issuer).await;
    let answers = join_all((0..16).map(|_| callback(&app, &query).send())).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [&[200][..], &[400; 15]].concat());
    assert_eq!(issuer.issued(), 1);
}

async fn oa_05_a_shopper_comes_back_to_listed_urls_alone(app: TestApp) {
    let issuer = FakeIssuer::start(&app.clock);
    let mut provider = issuer.provider(CALLBACK);
    provider["callback_urls"] = json!([CALLBACK, "https://shop.example/other"]);
    put(&app, &provider).await.expect(201);
    let ask = async |url: &str| {
        let body = json!({"callback_url": url});
        app.shop("POST", "/auth/customer/keycloak").json(&body).send().await
    };
    let sent = ask("https://shop.example/other").await.expect(200);
    assert!(sent["location"].as_str().unwrap().contains("redirect_uri=https%3A%2F%2Fshop.example%2Fother&"));
    token(&callback(&app, &issuer.visit(sent["location"].as_str().unwrap()).await).send().await);
    let refused = invalid("The callback URL is none that the shop has listed");
    for hostile in [
        "",
        "https://shop.example/account/callback/",
        "https://shop.example/account/callback?x",
        "https://shop.example/account/callback#x",
        "https://SHOP.example/account/callback",
        "https://evil.example/account/callback",
        "https://shop.example@evil.example/account/callback",
        "//evil.example",
        "javascript:alert(1)",
        "https://shop.example/account/callback\r\nSet-Cookie: a=b",
        "https://shop。example/account/callback",
    ] {
        ask(hostile).await.assert(400, &refused);
        let path = format!("/auth/customer/keycloak?{}", query_of("callback_url", hostile));
        app.shop("GET", &path).send().await.assert(400, &refused);
    }
}

fn query_of(name: &str, value: &str) -> String {
    let mut url = Url::parse("http://x").unwrap();
    url.query_pairs_mut().append_pair(name, value);
    url.query().unwrap().to_owned()
}

async fn what_the_provider_says_against_it_ends_the_attempt(app: TestApp) {
    let issuer = issuer(&app).await;
    let refused = unauthorized("The auth provider has signed nobody in");
    let good = query(&app, &issuer).await;
    callback(&app, &format!("{good}&error=access_denied")).send().await.assert(401, &refused);
    callback(&app, &good).send().await.assert(400, &no_state());
    // A code that the provider does not know.
    let other = query(&app, &issuer).await.replace("code=code", "code=other");
    callback(&app, &other).send().await.assert(401, &refused);
}

async fn a_provider_that_is_switched_off_in_between_lets_nobody_in(app: TestApp) {
    let issuer = issuer(&app).await;
    let query = query(&app, &issuer).await;
    let mut provider = issuer.provider(CALLBACK);
    provider["enabled"] = json!(false);
    put(&app, &provider).await.expect(200);
    let nobody = unauthorized("Could not find a auth provider with id: keycloak");
    callback(&app, &query).send().await.assert(401, &nobody);
    app.shop("POST", "/auth/customer/keycloak").send().await.assert(401, &nobody);
    let listed = app.shop("GET", "/auth/customer/providers").send().await.expect(200);
    assert_eq!(listed["providers"].as_array().unwrap().len(), 1);
    provider["enabled"] = json!(true);
    put(&app, &provider).await.expect(200);
    token(&callback(&app, &query).send().await);
    app.merchant("DELETE", "/api/workspace/providers/keycloak").send().await.expect(204);
    app.shop("GET", "/auth/customer/keycloak").send().await.assert(401, &nobody);
}

async fn a_shop_that_is_switched_off_lets_nobody_in(app: TestApp) {
    let issuer = issuer(&app).await;
    let query = query(&app, &issuer).await;
    app.app.disable_workspace(app.workspace.id).await.unwrap();
    let answer = callback(&app, &query).send().await;
    assert_eq!((answer.status, issuer.issued()), (400, 0));
}

async fn a_page_of_somebody_elses_sends_nobody(app: TestApp) {
    let issuer = issuer(&app).await;
    let query = query(&app, &issuer).await;
    let foreign = super::super::foreign_origin();
    let evil = |call: anteroom_testkit::app::Call| call.header("origin", "https://evil.example").send();
    evil(app.shop("POST", "/auth/customer/keycloak")).await.assert(403, &foreign);
    evil(app.shop("GET", "/auth/customer/keycloak")).await.assert(403, &foreign);
    evil(callback(&app, &query)).await.assert(403, &foreign);
    token(&callback(&app, &query).send().await);
}

async fn flows_that_are_over_are_removed(app: TestApp) {
    let _issuer = issuer(&app).await;
    location(&app).await;
    let flows = || app.rows().iter().filter(|row| row.starts_with("sign_in_flows ")).count();
    assert_eq!(app.app.sweep_sign_in_attempts(10).await.unwrap(), 0);
    assert_eq!(flows(), 1);
    app.clock.advance(Duration::minutes(10) + Duration::milliseconds(1));
    assert_eq!((app.app.sweep_sign_in_attempts(10).await.unwrap(), flows()), (1, 0));
}
