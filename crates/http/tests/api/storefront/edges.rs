//! Requests that are written in unusual ways.

use std::time::Instant;

use anteroom_testkit::app::{Call, TestApp};
use anteroom_testkit::both_databases;
use serde_json::json;

use super::{
    LISTED, bad_token, cookie, customer, email_in, list_origin, me, not_a_customer, registration, sign_in,
};

both_databases![
    an_encoded_path_is_the_same_route_with_the_same_rules,
    other_cookies_may_hold_anything,
    a_registration_is_told_so_before_its_body_is_read,
    our_own_address_below_the_base_domain_names_no_shop,
    a_cookie_does_not_decide_where_somebody_registers,
    a_session_of_a_customer_that_is_deleted_meanwhile_is_over,
    ck_05_the_portal_is_for_nobodys_scripts,
    two_servers_on_one_database_see_a_session_end_within_a_second,
];

async fn an_encoded_path_is_the_same_route_with_the_same_rules(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let without_key =
        app.get("/%73tore/customers/me").bearer(&jwt).header("accept", "application/json").send().await;
    assert_eq!(without_key.expect(400)["type"], "not_allowed");
    let email = app.shop("GET", "/%73tore/customers/me").bearer(&jwt).send().await;
    assert_eq!(email_in(&email), "ada@example.com");
    let unknown = app.get("/%73tore/nothing").header("accept", "application/json").send().await;
    unknown.assert(404, &json!({"type": "not_found", "message": "No such route"}));
    let invalid = app.merchant("POST", "/%61pi/customers").json(&json!({})).send().await;
    assert_eq!(invalid.expect(422)["error"], "RequestValidationError");
}

async fn other_cookies_may_hold_anything(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let pair = cookie(&app, &jwt).await;
    let header = format!("theme=h\u{e9}llo; {pair}; broken");
    assert_eq!(email_in(&me(&app).cookie(&header).send().await), "ada@example.com");
    let two_headers = me(&app).cookie("theme=dark").cookie(&pair).send().await;
    assert_eq!(email_in(&two_headers), "ada@example.com");
}

async fn a_registration_is_told_so_before_its_body_is_read(app: TestApp) {
    let jwt = registration(&app, "ada@example.com").await;
    let answer = app.shop("POST", "/auth/session").bearer(&jwt).body("text/plain", "no JSON").send().await;
    answer.assert(401, &not_a_customer());
}

async fn our_own_address_below_the_base_domain_names_no_shop(app: TestApp) {
    let app = app.with(|options| {
        options.public_url = "https://id.shops.test".parse().unwrap();
        options.base_domain = Some("shops.test".to_owned());
    });
    let jwt = customer(&app, "ada@example.com").await;
    let here = me(&app).bearer(&jwt).header("host", "id.shops.test").send().await;
    assert_eq!(email_in(&here), "ada@example.com");
    let nowhere = me(&app).bearer(&jwt).header("host", "nobody.shops.test").send().await;
    nowhere.assert(404, &json!({"type": "not_found", "message": "No shop has this host name"}));
}

async fn a_cookie_does_not_decide_where_somebody_registers(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let pair = cookie(&app, &jwt).await;
    app.other_workspace("other").await;
    let body = json!({"email": "eve@example.com", "password": super::PASSWORD});
    let register = app.post("/auth/customer/emailpass/register").cookie(&pair).json(&body).send().await;
    assert_eq!(register.expect(400)["type"], "not_allowed");
    let refresh = app.post("/auth/token/refresh").cookie(&pair).send().await;
    assert!(refresh.expect(200)["token"].is_string(), "the cookie is what signs in here");
}

async fn a_session_of_a_customer_that_is_deleted_meanwhile_is_over(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let who = me(&app).bearer(&jwt).send().await.expect(200);
    let id = who["customer"]["id"].as_str().unwrap().to_owned();
    app.merchant("DELETE", &format!("/api/customers/{id}")).send().await.expect(204);
    me(&app).bearer(&jwt).send().await.assert(401, &bad_token());
    let again = customer(&app, "ada@example.com").await;
    let born_again = me(&app).bearer(&again).send().await.expect(200);
    assert_ne!(born_again["customer"]["id"], id.as_str(), "the e-mail is free, the customer is another");
}

async fn ck_05_the_portal_is_for_nobodys_scripts(app: TestApp) {
    list_origin(&app, LISTED).await;
    for path in ["/acme/portal", "/acme/portal?code=x", "/assets/portal.css", "/nowhere"] {
        let answer = app.get(path).header("origin", LISTED).send().await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    let asked = app.call("OPTIONS", "/acme/portal/profile").header("origin", LISTED);
    let answer = asked.header("access-control-request-method", "POST").send().await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, ""));
}

async fn two_servers_on_one_database_see_a_session_end_within_a_second(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let other = app.another_server();
    let shopper = || other.shop("GET", "/store/customers/me");
    assert_eq!(email_in(&shopper().bearer(&jwt).send().await), "ada@example.com");
    let pair = cookie(&app, &jwt).await;
    assert_eq!(email_in(&shopper().cookie(&pair).send().await), "ada@example.com");
    app.shop("DELETE", "/auth/session").cookie(&pair).send().await.expect(200);
    let ended = Instant::now();
    let (by_jwt, by_cookie) = (|| shopper().bearer(&jwt), || shopper().cookie(&pair));
    let asks: [&dyn Fn() -> Call; 2] = [&by_jwt, &by_cookie];
    for ask in asks {
        loop {
            let asked_after = ended.elapsed();
            let status = ask().send().await.status;
            if status == 401 {
                break;
            }
            assert_eq!((status, asked_after < std::time::Duration::from_secs(1)), (200, true));
        }
    }
    let jwt = sign_in(&app, "ada@example.com").await;
    assert_eq!(shopper().bearer(&jwt).send().await.status, 200);
}
