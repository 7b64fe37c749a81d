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
use futures_util::future::{join, join3, join4};
use serde_json::{Value, json};
use time::Duration;

use super::{bad_token, customer, me, registration, sign_in, token};

both_databases![
    jw_01_a_token_without_a_good_signature_is_nobodys,
    jw_01_a_header_chooses_neither_key_nor_algorithm,
    jw_02_what_the_token_says_must_fit_this_installation,
    jw_02_what_the_token_says_must_fit_its_session,
    jw_02_tokens_of_other_kinds_are_refused,
    jw_03_two_servers_rotate_under_load_and_refuse_nothing,
    jw_03_what_a_retired_key_signs_is_refused,
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

fn kid(jwt: &str) -> String {
    let header: Value =
        serde_json::from_slice(&BASE64.decode(jwt.split('.').next().unwrap()).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// The names of the published keys.
async fn published(app: &TestApp) -> Vec<String> {
    let answer = app.get("/.well-known/jwks.json").send().await;
    assert_eq!(answer.headers["cache-control"], "public, max-age=300");
    let keys = answer.expect(200)["keys"].as_array().unwrap().clone();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn refreshed(app: &TestApp, jwt: &str) -> String {
    token(&app.shop("POST", "/auth/token/refresh").bearer(jwt).send().await)
}

async fn jw_03_two_servers_rotate_under_load_and_refuse_nothing(app: TestApp) {
    let other = app.another_server();
    let first = customer(&app, "ada@example.com").await;
    let mut jwts = [first.clone(), first.clone()];
    let key = app.app.rotate_signing_key().await.unwrap();
    assert_eq!(key.signs_from, app.clock.now() + Duration::HOUR);
    assert_eq!(other.app.rotate_signing_key().await.unwrap(), key, "it waits already");
    assert_eq!(published(&app).await.len(), 2);
    let mut signed_by_the_new = Vec::new();
    for minute in 1..=62 {
        app.clock.advance(Duration::MINUTE);
        let reload = async |server: &TestApp| server.app.reload_signing_keys().await.unwrap();
        let check = async |server: &TestApp, jwt: &str| {
            me(server).bearer(jwt).send().await.expect(200);
        };
        // Each server signs, and each takes what either signed a minute ago, while both read the keys.
        let signing = join(refreshed(&app, &jwts[1]), refreshed(&other, &jwts[0]));
        let checking =
            join4(check(&app, &jwts[1]), check(&other, &jwts[0]), check(&app, &first), check(&other, &first));
        let reading = join(reload(&app), reload(&other));
        let ((ada, grace), ..) = join3(signing, checking, reading).await;
        signed_by_the_new.extend([&ada, &grace].map(|jwt| (kid(jwt) == key.kid, minute)));
        jwts = [ada, grace];
        check(&app, &jwts[1]).await;
        check(&other, &jwts[0]).await;
    }
    assert!(
        signed_by_the_new.iter().all(|(is_new, minute)| *is_new == (*minute >= 60)),
        "{signed_by_the_new:?}"
    );
    assert_ne!(kid(&first), key.kid);
    assert_eq!(published(&app).await, published(&other).await);
}

async fn jw_03_what_a_retired_key_signs_is_refused(app: TestApp) {
    let old_keys = keys(&app);
    let old = customer(&app, "ada@example.com").await;
    let key = app.app.rotate_signing_key().await.unwrap();
    // The longest life that a workspace may give a JWT, from when the old key signs no more.
    app.clock.set(key.signs_from + Duration::days(30));
    assert_eq!(app.app.keep_signing_keys().await.unwrap(), 0, "it may still be needed");
    app.clock.advance(Duration::MINUTE);
    let new = sign_in(&app, "ada@example.com").await;
    let said = keys(&app).verify(&new, "http://anteroom.test", app.clock.now()).unwrap();
    let forged = old_keys.issue(&said).unwrap();
    assert_eq!((kid(&forged), kid(&new)), (kid(&old), key.kid.clone()));
    assert_eq!(app.app.keep_signing_keys().await.unwrap(), 1);
    assert_eq!(published(&app).await, [key.kid]);
    me(&app).bearer(&forged).send().await.assert(401, &bad_token());
    me(&app).bearer(&old).send().await.assert(401, &bad_token());
    me(&app).bearer(&new).send().await.expect(200);
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
