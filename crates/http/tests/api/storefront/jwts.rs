//! Tokens that somebody made, changed or borrowed.

use anteroom_app::set_up;
use anteroom_auth::jwt::{Claims, KeySet, SigningKey};
use anteroom_auth::keys::{Keys, MasterKey};
use anteroom_domain::Clock;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use anteroom_testkit::random::SeededRandom;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use time::Duration;

use super::{bad_token, customer, me, registration};

both_databases![
    jw_01_a_token_without_a_good_signature_is_nobodys,
    jw_01_a_header_chooses_neither_key_nor_algorithm,
    jw_02_what_the_token_says_must_fit_this_installation,
    jw_02_what_the_token_says_must_fit_its_session,
    jw_02_tokens_of_other_kinds_are_refused,
    jw_05_a_token_of_another_workspace_is_refused,
];

/// What a token says, unchecked.
pub(super) fn claims(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64.decode(payload).unwrap()).unwrap()
}

/// The keys of the installation, which the database holds sealed by the test kit's master key.
fn keys(app: &TestApp) -> KeySet {
    let keys = Keys::derive(&MasterKey::generate(&SeededRandom::new(0)));
    set_up(app.store(), &keys, &app.clock, &SeededRandom::new(2)).unwrap()
}

async fn assert_refused(app: &TestApp, jwt: &str) {
    for call in [
        me(app),
        app.shop("POST", "/store/customers"),
        app.shop("POST", "/auth/session"),
        app.shop("POST", "/auth/token/refresh"),
    ] {
        call.bearer(jwt).send().await.assert(401, &bad_token());
    }
}

fn encoded(value: &Value) -> String {
    BASE64.encode(value.to_string())
}

async fn jw_01_a_token_without_a_good_signature_is_nobodys(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let (ada, grace) = (jwt.clone(), customer(&app, "grace@example.com").await);
    let parts: Vec<_> = ada.split('.').collect();
    let others: Vec<_> = grace.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let mut changed = claims(&jwt);
    changed["exp"] = json!(4_000_000_000_i64);
    for bad in [
        format!("{header}.{payload}."),
        format!("{header}.{payload}"),
        format!("{header}.{}.{signature}", others[1]),
        format!("{header}.{payload}.{}", others[2]),
        format!("{header}.{}.{signature}", encoded(&changed)),
        format!("{header}.{payload}.{}", BASE64.encode([0; 64])),
        format!("{jwt}.{signature}"),
        format!("{}.{payload}.", encoded(&json!({"alg": "none", "typ": "JWT"}))),
        format!("{}.{payload}.{signature}", encoded(&json!({"alg": "none", "typ": "JWT"}))),
        format!("{jwt}{}", "a".repeat(5000)),
        "..".to_owned(),
    ] {
        assert_refused(&app, &bad).await;
    }
    let said = keys(&app).verify(&jwt, "http://anteroom.test", app.clock.now()).unwrap();
    let somebody_elses = KeySet::new(SigningKey::generate(&SeededRandom::new(3)), []);
    assert_refused(&app, &somebody_elses.issue(&said).unwrap()).await;
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn jw_01_a_header_chooses_neither_key_nor_algorithm(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let parts: Vec<_> = jwt.split('.').collect();
    let good: Value = serde_json::from_slice(&BASE64.decode(parts[0]).unwrap()).unwrap();
    let kid = good["kid"].clone();
    for header in [
        json!({"alg": "HS256", "typ": "JWT", "kid": kid}),
        json!({"alg": "RS256", "typ": "JWT", "kid": kid}),
        json!({"alg": "EdDSA", "typ": "JWT"}),
        json!({"alg": "EdDSA", "typ": "JWT", "kid": "' or 1=1 --"}),
        json!({"alg": "EdDSA", "typ": "JWT", "kid": "../../../../dev/null"}),
        json!({"alg": "EdDSA", "typ": "JWT", "kid": kid, "jku": "https://evil.example/jwks.json"}),
        json!({"alg": "EdDSA", "typ": "JWT", "kid": kid, "crit": ["exp"]}),
    ] {
        assert_refused(&app, &format!("{}.{}.{}", encoded(&header), parts[1], parts[2])).await;
    }
}

async fn jw_02_what_the_token_says_must_fit_this_installation(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let (keys, now) = (keys(&app), app.clock.now());
    let said = keys.verify(&jwt, "http://anteroom.test", now).unwrap();
    let other = app.other_workspace("other").await;
    for (why, changed) in [
        ("expired", Claims { expires_at: now, ..said.clone() }),
        ("issued in the future", Claims { issued_at: now + Duration::minutes(5), ..said.clone() }),
        ("other issuer", Claims { issuer: "http://evil.test".to_owned(), ..said.clone() }),
        ("issuer with a slash", Claims { issuer: "http://anteroom.test/".to_owned(), ..said.clone() }),
        ("other workspace", Claims { workspace: other.id.uuid(), ..said.clone() }),
        ("workspace that is none", Claims { workspace: said.jti, ..said.clone() }),
    ] {
        let answer = me(&app).bearer(&keys.issue(&changed).unwrap()).send().await;
        assert_eq!((why, answer.status), (why, 401));
        answer.assert(401, &bad_token());
    }
    // Only what was changed makes the difference.
    me(&app).bearer(&keys.issue(&said).unwrap()).send().await.expect(200);
}

async fn jw_02_what_the_token_says_must_fit_its_session(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let grace = customer(&app, "grace@example.com").await;
    let half_done = registration(&app, "half.done@example.com").await;
    let (keys, now) = (keys(&app), app.clock.now());
    let read = |jwt: &str| keys.verify(jwt, "http://anteroom.test", now).unwrap();
    let (said, graces, half_done) = (read(&jwt), read(&grace), read(&half_done));
    for changed in [
        Claims { session: said.jti, ..said.clone() },
        Claims { session: graces.session, ..said.clone() },
        Claims { actor: graces.actor, ..said.clone() },
        Claims { auth_identity: graces.auth_identity, ..said.clone() },
        Claims { actor: said.actor, ..half_done.clone() },
    ] {
        assert_refused(&app, &keys.issue(&changed).unwrap()).await;
    }
}

async fn jw_02_tokens_of_other_kinds_are_refused(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = super::cookie(&app, &jwt).await;
    let (_, cookie_value) = cookie.split_once('=').unwrap();
    for other in [app.token.as_str(), app.key.as_str(), cookie_value] {
        assert_refused(&app, other).await;
    }
    for other in [app.token.as_str(), app.key.as_str(), jwt.as_str()] {
        let answer = me(&app).cookie(&format!("connect.sid={other}")).send().await;
        answer.assert(401, &super::bad_cookie());
    }
    // And a shopper's token opens nothing of the merchant's.
    for token in [jwt.as_str(), cookie_value] {
        let answer = app.get("/api/customer-sessions/").bearer(token).send().await;
        assert!([401, 405].contains(&answer.status), "{}", answer.status);
        let answer = app.post("/api/customer-sessions").bearer(token).json(&json!({})).send().await;
        assert_eq!(answer.status, 401);
    }
}

async fn jw_05_a_token_of_another_workspace_is_refused(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = super::cookie(&app, &jwt).await;
    let other = app.other_workspace("other").await;
    let key = app.key_of(&other).await;
    for (method, path) in
        [("GET", "/store/customers/me"), ("POST", "/auth/session"), ("POST", "/auth/token/refresh")]
    {
        let call = || {
            app.call(method, path).header("x-publishable-api-key", &key).header("accept", "application/json")
        };
        call().bearer(&jwt).send().await.assert(401, &bad_token());
        if path != "/auth/session" {
            call().cookie(&cookie).send().await.assert(401, &super::bad_cookie());
        }
    }
    let foreign = app.call("DELETE", "/auth/session").header("x-publishable-api-key", &key);
    assert_eq!(foreign.cookie(&cookie).send().await.status, 401);
    me(&app).cookie(&cookie).send().await.expect(200);
}
