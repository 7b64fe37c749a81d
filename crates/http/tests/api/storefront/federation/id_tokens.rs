//! What an issuer says is looked at: each lie by itself.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use anteroom_testkit::issuer::Lie;
use serde_json::{Value, json};
use time::Duration;

use super::{issuer, location, sign_in, untrusted};

both_databases![
    oa_04_every_false_id_token_is_refused,
    oa_01_a_token_of_another_attempt_is_refused,
    oa_06_an_answer_of_another_issuer_is_refused,
    oa_04_a_key_without_a_name_counts_where_there_is_one,
    oa_04_a_new_key_makes_the_issuer_be_asked_again_once_a_minute,
    what_an_issuer_publishes_is_remembered_for_an_hour,
    an_issuer_that_misbehaves_is_away_or_not_trusted,
    an_issuer_that_is_away_is_said_to_be,
    what_is_said_when_asked_counts_too,
];

fn away() -> Value {
    json!({
        "code": "provider_away",
        "type": "unexpected_state",
        "message": "The auth provider does not answer. Try again shortly.",
    })
}

/// That nobody is let in by those lies, and nothing is left of the attempts.
async fn assert_refused(app: &TestApp, lies: &[Lie], status: u16, body: &Value) {
    let issuer = issuer(app).await;
    // What is published is remembered from before.
    let before = app.rows();
    for lie in lies {
        issuer.lies(*lie);
        let answer = sign_in(app, &issuer).await;
        assert_eq!((answer.status, answer.json()), (status, body.clone()), "{lie:?}");
        assert_eq!(app.rows(), before, "{lie:?}");
    }
    issuer.lies(Lie::None);
    super::super::token(&sign_in(app, &issuer).await);
}

async fn oa_04_every_false_id_token_is_refused(app: TestApp) {
    let lies = [
        Lie::OtherAudience,
        Lie::SecondAudience,
        Lie::OtherParty,
        Lie::OtherIssuer,
        Lie::Expired,
        Lie::FromTheFuture,
        Lie::NoSubject,
        Lie::BadSignature,
        Lie::UnknownKey,
        Lie::NoAlgorithm,
        Lie::PublicKeyAsSecret,
    ];
    assert_refused(&app, &lies, 401, &untrusted()).await;
}

async fn oa_01_a_token_of_another_attempt_is_refused(app: TestApp) {
    assert_refused(&app, &[Lie::OtherNonce, Lie::NoNonce], 401, &untrusted()).await;
}

async fn oa_06_an_answer_of_another_issuer_is_refused(app: TestApp) {
    assert_refused(&app, &[Lie::MixedUp, Lie::Unnamed], 401, &untrusted()).await;
}

async fn oa_04_a_key_without_a_name_counts_where_there_is_one(app: TestApp) {
    let issuer = issuer(&app).await;
    issuer.lies(Lie::NoKeyId);
    super::super::token(&sign_in(&app, &issuer).await);
}

async fn oa_04_a_new_key_makes_the_issuer_be_asked_again_once_a_minute(app: TestApp) {
    let issuer = issuer(&app).await;
    issuer.lies(Lie::UnknownKey);
    for (passed, asked) in [(0, 1), (59, 1), (1, 2), (0, 2), (60, 3)] {
        app.clock.advance(Duration::seconds(passed));
        sign_in(&app, &issuer).await.assert(401, &untrusted());
        assert_eq!(issuer.keys_asked(), asked);
    }
}

async fn what_an_issuer_publishes_is_remembered_for_an_hour(app: TestApp) {
    let issuer = issuer(&app).await;
    for (passed, asked) in [(0, 1), (3599, 1), (1, 2)] {
        app.clock.advance(Duration::seconds(passed));
        location(&app).await;
        assert_eq!(issuer.keys_asked(), asked);
    }
}

async fn an_issuer_that_misbehaves_is_away_or_not_trusted(app: TestApp) {
    let issuer = issuer(&app).await;
    issuer.lies(Lie::DocumentOfAnother);
    app.shop("POST", "/auth/customer/keycloak").send().await.assert(401, &untrusted());
    issuer.lies(Lie::None);
    for (lie, status, body) in
        [(Lie::Redirect, 401, untrusted()), (Lie::Endless, 401, untrusted()), (Lie::Broken, 502, away())]
    {
        issuer.lies(lie);
        sign_in(&app, &issuer).await.assert(status, &body);
    }
}

async fn an_issuer_that_is_away_is_said_to_be(app: TestApp) {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let provider = json!({
        "type": "oidc", "issuer": format!("http://{nobody}"), "client_id": "shop", "client_secret": null,
        "callback_urls": [super::CALLBACK],
    });
    super::put(&app, &provider).await.expect(201);
    app.shop("POST", "/auth/customer/keycloak").send().await.assert(502, &away());
}

async fn what_is_said_when_asked_counts_too(app: TestApp) {
    let issuer = issuer(&app).await;
    issuer.says_email_when_asked();
    let token = super::super::token(&sign_in(&app, &issuer).await);
    assert_eq!(super::customer_of(&app, &token).await["email"], "ada@example.com");
}
