//! From where somebody signs in.

use anteroom_http::TrustedProxies;
use anteroom_testkit::app::{Call, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::{customer, email_in, me, token, typed, unauthorized};

const SIGN_IN: &str = "/auth/customer/emailpass";
const EMAIL: &str = "ada@example.com";

both_databases![
    lg_07_what_an_untrusted_peer_says_of_its_address_is_ignored,
    lg_07_the_nearest_hop_that_is_no_trusted_proxy_is_the_client,
    lg_06_an_ipv4_address_is_never_an_ipv6_one,
    a_server_of_the_shop_says_where_the_shopper_is,
    a_server_of_the_shop_behind_a_proxy_says_where_the_shopper_is,
    a_server_token_that_is_not_good_signs_nobody_in,
];

fn sign_in(app: &TestApp) -> Call {
    app.clock.advance(Duration::SECOND);
    app.shop("POST", SIGN_IN).json(&typed(EMAIL))
}

fn trusting(app: TestApp, proxies: &str) -> TestApp {
    app.with(|options| options.trusted_proxies = TrustedProxies::parse(proxies).unwrap())
}

/// The address of the newest sign-in of whoever sent the call.
async fn address(app: &TestApp, call: Call) -> Value {
    let jwt = token(&call.send().await);
    let id = me(app).bearer(&jwt).send().await.expect(200)["customer"]["id"].clone();
    let path = format!("/api/customers/{}/sessions", id.as_str().unwrap());
    app.merchant("GET", &path).send().await.expect(200)["data"][0]["ip_address"].clone()
}

async fn lg_07_what_an_untrusted_peer_says_of_its_address_is_ignored(app: TestApp) {
    customer(&app, EMAIL).await;
    for app in [app.another_server(), trusting(app, "10.0.0.0/8")] {
        for header in ["x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip", "cf-connecting-ip"] {
            let spoofed = if header == "forwarded" { "for=198.51.100.1" } else { "198.51.100.1" };
            let call = sign_in(&app).header(header, spoofed);
            assert_eq!(address(&app, call).await, "127.0.0.1", "{header}");
        }
    }
}

async fn lg_07_the_nearest_hop_that_is_no_trusted_proxy_is_the_client(app: TestApp) {
    customer(&app, EMAIL).await;
    let app = trusting(app, "127.0.0.1 10.0.0.0/8");
    for (values, expected) in [
        (vec!["198.51.100.1"], "198.51.100.1"),
        (vec!["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
        (vec!["203.0.113.9", "198.51.100.1, 10.1.2.3"], "198.51.100.1"),
        (vec!["203.0.113.9, 2001:db8::7"], "2001:db8::7"),
        (vec!["203.0.113.9, not an address"], "127.0.0.1"),
        (vec![], "127.0.0.1"),
    ] {
        let call = values.iter().fold(sign_in(&app), |call, value| call.header("x-forwarded-for", value));
        let call = call.header("x-real-ip", "203.0.113.10").header("forwarded", "for=203.0.113.11");
        assert_eq!(address(&app, call).await, expected, "{values:?}");
    }
    let no_text = sign_in(&app).header_bytes("x-forwarded-for", b"198.51.100.1, \xff");
    assert_eq!(address(&app, no_text).await, "127.0.0.1");
}

async fn lg_06_an_ipv4_address_is_never_an_ipv6_one(app: TestApp) {
    customer(&app, EMAIL).await;
    let app = trusting(app, "127.0.0.1");
    let call = sign_in(&app).header("x-forwarded-for", "::ffff:198.51.100.1");
    assert_eq!(address(&app, call).await, "198.51.100.1");
}

async fn a_server_of_the_shop_says_where_the_shopper_is(app: TestApp) {
    customer(&app, EMAIL).await;
    let server = app.token_with(&app.workspace, "store:forward").await;
    let call = |forwarded_for| {
        sign_in(&app).header("x-anteroom-server-token", &server).header("x-forwarded-for", forwarded_for)
    };
    assert_eq!(address(&app, call("198.51.100.1")).await, "198.51.100.1");
    assert_eq!(address(&app, call("203.0.113.9, 198.51.100.1")).await, "198.51.100.1");
    assert_eq!(address(&app, call("")).await, "127.0.0.1", "who says nothing is the one");
    let registered = app.shop("POST", "/auth/customer/emailpass/register").json(&typed("bob@example.com"));
    let registered = registered.header("x-anteroom-server-token", &server);
    token(&registered.header("x-forwarded-for", "198.51.100.2").send().await);
}

async fn a_server_of_the_shop_behind_a_proxy_says_where_the_shopper_is(app: TestApp) {
    customer(&app, EMAIL).await;
    let server = app.token_with(&app.workspace, "store:forward").await;
    let app = trusting(app, "127.0.0.1");
    let call = sign_in(&app).header("x-anteroom-server-token", &server);
    let call = call.header("x-forwarded-for", "203.0.113.9, 198.51.100.1, 192.0.2.80");
    assert_eq!(address(&app, call).await, "198.51.100.1");
    let call = sign_in(&app).header("x-forwarded-for", "198.51.100.1, 192.0.2.80");
    assert_eq!(address(&app, call).await, "192.0.2.80", "without the token nobody speaks for others");
}

async fn a_server_token_that_is_not_good_signs_nobody_in(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "store:forward").await;
    let without_scope = app.token_with(&app.workspace, "customers:read").await;
    let before = app.rows();
    let invalid = unauthorized(
        "Unauthorized: the access token in x-anteroom-server-token is invalid, expired or revoked",
    );
    let lacking = json!({
        "type": "forbidden",
        "message": "The access token in x-anteroom-server-token lacks the scope store:forward"
    });
    for path in [SIGN_IN, "/auth/customer/emailpass/register"] {
        let call = |token: &str| {
            let call = app.shop("POST", path).header("x-anteroom-server-token", token);
            call.header("x-forwarded-for", "198.51.100.1").body("text/plain", "{")
        };
        for token in ["", "x", rivals.as_str(), jwt.as_str()] {
            call(token).send().await.assert(401, &invalid);
        }
        call(&without_scope).send().await.assert(403, &lacking);
    }
    assert_eq!(app.rows().len(), before.len());
    assert_eq!(email_in(&me(&app).bearer(&jwt).send().await), EMAIL);
}
