//! `POST /auth/customer/{provider}` and `POST /auth/token/refresh`.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

use super::jwts::claims;
use super::{
    cookie, customer, email_in, me, not_a_customer, registration, sign_in, token, typed, typed_with,
    wrong_email_or_password,
};

const SIGN_IN: &str = "/auth/customer/emailpass";
const REFRESH: &str = "/auth/token/refresh";

both_databases![
    the_right_password_gets_a_token_and_nothing_else,
    lg_01_every_failure_looks_the_same,
    jw_04_a_token_says_what_the_contract_says_and_no_more,
    jw_05_a_registration_opens_only_the_way_to_its_customer,
    a_refreshed_token_names_the_same_sign_in_and_lives_longer,
    a_refreshed_registration_is_the_customer_made_since,
    a_cookie_alone_refreshes,
    nobody_refreshes_nothing,
    se_05_deletion_ends_every_sign_in,
];

async fn the_right_password_gets_a_token_and_nothing_else(app: TestApp) {
    customer(&app, "ada@example.com").await;
    let answer = app.shop("POST", SIGN_IN).json(&typed("ada@example.com")).send().await;
    let jwt = token(&answer);
    assert!(answer.header("set-cookie").starts_with("anteroom_device="), "{}", answer.header("set-cookie"));
    assert_eq!(email_in(&me(&app).bearer(&jwt).send().await), "ada@example.com");
    assert_ne!(jwt, sign_in(&app, "ada@example.com").await, "each sign-in is a session of its own");
}

async fn lg_01_every_failure_looks_the_same(app: TestApp) {
    customer(&app, "ada@example.com").await;
    registration(&app, "half.done@example.com").await;
    let mut seen = Vec::new();
    for (email, password) in [
        ("ada@example.com", "wrong"),
        ("ada@example.com", ""),
        ("ada@example.com", "correct horse battery "),
        ("ada@example.com", "Correct horse battery"),
        ("half.done@example.com", "wrong"),
        ("unknown@example.com", super::PASSWORD),
        ("no e-mail at all", super::PASSWORD),
        ("", ""),
        ("ada@example.com\0", super::PASSWORD),
        ("ada@example.com", &"x".repeat(1025)),
        ("unknown@example.com", &"x".repeat(1025)),
    ] {
        for accept in ["application/json", "*/*"] {
            let call = app.call("POST", SIGN_IN).header("x-publishable-api-key", &app.key);
            let call = call.header("accept", accept).header("x-request-id", "same");
            let answer = call.json(&typed_with(email, password)).send().await;
            answer.assert(401, &wrong_email_or_password());
            let mut headers = answer.headers.clone();
            headers.remove("date");
            seen.push(headers);
        }
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
}

async fn jw_04_a_token_says_what_the_contract_says_and_no_more(app: TestApp) {
    let first = registration(&app, "ada@example.com").await;
    let jwt = customer(&app, "grace@example.com").await;
    let customer_id = me(&app).bearer(&jwt).send().await.json()["customer"]["id"].clone();
    let issued_at = 1_767_323_045;
    for (jwt, actor) in [(&first, json!("")), (&jwt, customer_id)] {
        let said = claims(jwt);
        let app_metadata = if actor == "" { json!({}) } else { json!({"customer_id": actor}) };
        let [identity, session, own_id] = ["sub", "sid", "jti"].map(|name| super::id(&said[name]));
        assert_eq!(
            said,
            json!({
                "actor_id": actor, "actor_type": "customer", "auth_identity_id": identity,
                "auth_provider": "emailpass", "app_metadata": app_metadata, "iss": "http://anteroom.test",
                "aud": app.workspace.id.to_string(), "sub": identity, "sid": session, "jti": own_id,
                "iat": issued_at, "exp": issued_at + 86_400
            })
        );
    }
}

async fn jw_05_a_registration_opens_only_the_way_to_its_customer(app: TestApp) {
    let jwt = registration(&app, "ada@example.com").await;
    for (method, path) in [
        ("GET", "/store/customers/me"),
        ("POST", "/store/customers/me"),
        ("POST", "/store/customers/me/addresses"),
        ("POST", "/auth/session"),
    ] {
        let answer = app.shop(method, path).bearer(&jwt).send().await;
        answer.assert(401, &not_a_customer());
        assert_eq!(answer.header("set-cookie"), "");
    }
    token(&app.shop("POST", REFRESH).bearer(&jwt).send().await);
    app.shop("POST", "/store/customers").bearer(&jwt).json(&json!({})).send().await.expect(200);
    // Its holder proves the customer by asking for a new token.
    me(&app).bearer(&jwt).send().await.assert(401, &not_a_customer());
}

async fn a_refreshed_token_names_the_same_sign_in_and_lives_longer(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    app.clock.advance(time::Duration::seconds(1));
    let answer =
        app.shop("POST", REFRESH).bearer(&jwt).header("content-type", "application/json").send().await;
    let (before, after) = (claims(&jwt), claims(&token(&answer)));
    for same in
        ["actor_id", "actor_type", "auth_identity_id", "auth_provider", "app_metadata", "aud", "iss", "sid"]
    {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_ne!(before["jti"], after["jti"]);
    for later in ["iat", "exp"] {
        assert_eq!(before[later].as_i64().unwrap() + 1, after[later].as_i64().unwrap());
    }
    // The older one lives on until its own end.
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn a_refreshed_registration_is_the_customer_made_since(app: TestApp) {
    let jwt = registration(&app, "ada@example.com").await;
    let created = app.shop("POST", "/store/customers").bearer(&jwt).json(&json!({})).send().await.expect(200);
    let refreshed = token(&app.shop("POST", REFRESH).bearer(&jwt).json(&json!({})).send().await);
    assert_eq!(claims(&refreshed)["actor_id"], created["customer"]["id"]);
    me(&app).bearer(&refreshed).send().await.assert(200, &created);
}

async fn a_cookie_alone_refreshes(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    let refreshed = token(&app.shop("POST", REFRESH).cookie(&cookie).send().await);
    assert_eq!(claims(&refreshed)["sid"], claims(&jwt)["sid"]);
    me(&app).bearer(&refreshed).send().await.expect(200);
}

async fn nobody_refreshes_nothing(app: TestApp) {
    app.shop("POST", REFRESH).send().await.assert(401, &super::nobody());
    app.shop("POST", REFRESH).bearer("x").send().await.assert(401, &super::bad_token());
    app.shop("POST", REFRESH).cookie("connect.sid=x").send().await.assert(401, &super::bad_cookie());
    app.shop("POST", REFRESH).cookie("other=x").send().await.assert(401, &super::nobody());
}

async fn se_05_deletion_ends_every_sign_in(app: TestApp) {
    let first = registration(&app, "ada@example.com").await;
    let created =
        app.shop("POST", "/store/customers").bearer(&first).json(&json!({})).send().await.expect(200);
    let jwt = sign_in(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    let path = format!("/api/customers/{}", created["customer"]["id"].as_str().unwrap());

    assert_eq!(app.merchant("DELETE", &path).send().await.status, 204);

    me(&app).bearer(&jwt).send().await.assert(401, &super::bad_token());
    me(&app).cookie(&cookie).send().await.assert(401, &super::bad_cookie());
    app.shop("POST", "/auth/session").bearer(&jwt).send().await.assert(401, &super::bad_token());
    app.shop("POST", REFRESH).bearer(&first).send().await.assert(401, &super::bad_token());
    app.shop("POST", SIGN_IN)
        .json(&typed("ada@example.com"))
        .send()
        .await
        .assert(401, &wrong_email_or_password());
    // The e-mail is free again.
    let again = customer(&app, "ada@example.com").await;
    assert_ne!(me(&app).bearer(&again).send().await.json()["customer"]["id"], created["customer"]["id"]);
}
