//! `POST /api/token-leaks`

use anteroom_auth::leak_reports::{LeakReporters, leaked_token_hash};
use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{EncodePublicKey, LineEnding};
use serde_json::{Value, json};

use crate::mails::{deliver, only_mail};
use crate::workspace::support::individual;

const PATH: &str = "/api/token-leaks";

both_databases![
    ac_06_a_leaked_access_token_ends_at_once,
    a_leaked_session_ends_at_once,
    the_security_contact_is_told_of_what_has_ended,
    a_mail_names_twenty_tokens_at_most,
    a_report_is_answered_in_its_order_and_may_be_repeated,
    what_is_not_signed_by_who_may_report_is_refused,
    without_reporters_nobody_reports,
    what_is_no_report_is_refused_and_not_repeated,
];

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn with_reporter(app: TestApp) -> TestApp {
    let pem = key().verifying_key().to_public_key_pem(LineEnding::LF).unwrap();
    let file = json!({"public_keys": [{"key_identifier": "k1", "key": pem, "is_current": true}]});
    app.with(|options| options.leak_reporters = LeakReporters::parse(&file.to_string()).unwrap())
}

async fn send(app: &TestApp, body: &str, key_identifier: &str, signature: &str) -> Answer {
    let call = app.call("POST", PATH).header("github-public-key-identifier", key_identifier);
    call.header("github-public-key-signature", signature).body("application/json", body).send().await
}

fn signature(body: &str) -> String {
    let signature: Signature = key().sign(body.as_bytes());
    STANDARD.encode(signature.to_der())
}

async fn report(app: &TestApp, tokens: &[&str]) -> Answer {
    let found =
        tokens.iter().map(|token| json!({"token": token, "type": "anteroom", "url": "https://example.com"}));
    let body = Value::Array(found.collect()).to_string();
    send(app, &body, "k1", &signature(&body)).await
}

fn verdict(token: &str, label: &str) -> Value {
    json!({"token_hash": leaked_token_hash(token), "token_type": "anteroom", "label": label})
}

async fn ac_06_a_leaked_access_token_ends_at_once(app: TestApp) {
    let app = with_reporter(app);
    let other = app.other_workspace("other").await;
    let foreign = app.token_with(&other, "customers:read").await;
    app.merchant("GET", "/api/customers").send().await.expect(200);
    report(&app, &[&app.token]).await.assert(200, &json!([verdict(&app.token, "true_positive")]));
    assert_eq!(app.merchant("GET", "/api/customers").send().await.status, 401);
    app.call("GET", "/api/customers").bearer(&foreign).send().await.expect(200);
    let server = app.another_server();
    assert_eq!(server.merchant("GET", "/api/customers").send().await.status, 401);
}

async fn a_leaked_session_ends_at_once(app: TestApp) {
    let app = with_reporter(app);
    let ada = individual(&app, "ada@example.com").await;
    let body = json!({"customer_id": ada["id"]});
    let opened = app.merchant("POST", "/api/customer-sessions").json(&body).send().await.expect(201);
    let token = opened["token"].as_str().unwrap();
    let me = || app.call("GET", "/api/customer-portal/customers/me").bearer(token).send();
    me().await.expect(200);
    report(&app, &[token]).await.assert(200, &json!([verdict(token, "true_positive")]));
    assert_eq!(me().await.status, 401);
}

async fn the_security_contact_is_told_of_what_has_ended(app: TestApp) {
    let app = with_reporter(app);
    let contact = json!({"mail": {"security_contact": "security@acme.example"}});
    app.merchant("PATCH", "/api/workspace").json(&contact).send().await.expect(200);
    let (own, rival) = (app.workspace.clone(), app.other_workspace("rival").await);
    let mine = app.token_with(&own, "customers:read").await;
    let foreign = app.token_with(&rival, "customers:read").await;
    let ada = individual(&app, "ada@example.com").await;
    let body = json!({"customer_id": ada["id"]});
    let opened = app.merchant("POST", "/api/customer-sessions").json(&body).send().await.expect(201);
    let found = json!([
        {"token": mine, "url": "https://github.com/acme/shop/blob/main/.env\r\nBcc: <b>"},
        {"token": opened["token"]},
        {"token": foreign, "url": "https://github.com/rival"},
    ]);
    let body = found.to_string();
    send(&app, &body, "k1", &signature(&body)).await.expect(200);
    let mail = only_mail(&app).await;
    assert_eq!(mail.header("To"), "security@acme.example");
    assert_eq!(mail.header("Subject"), "Tokens of acme were found in a public place");
    let place = "Found at github.com/acme/shop/blob/main/.envBcc:<b>";
    assert!(
        mail.text.contains(place) && mail.text.contains("The token of a customer session"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("as the security contact of acme"), "{}", mail.text);
    for secret in ["anteroom_wat", "anteroom_cst", "rival", "https://"] {
        assert!(!mail.text.contains(secret), "{secret} in {}", mail.text);
    }
    // What had ended is nothing new.
    send(&app, &body, "k1", &signature(&body)).await.expect(200);
    assert_eq!(deliver(&app).await, 0);
}

async fn a_mail_names_twenty_tokens_at_most(app: TestApp) {
    let app = with_reporter(app);
    let contact = json!({"mail": {"security_contact": "security@acme.example"}});
    app.merchant("PATCH", "/api/workspace").json(&contact).send().await.expect(200);
    let workspace = app.workspace.clone();
    let mut tokens = Vec::new();
    for _ in 0..23 {
        tokens.push(app.token_with(&workspace, "customers:read").await);
    }
    let tokens: Vec<_> = tokens.iter().map(String::as_str).collect();
    report(&app, &tokens).await.expect(200);
    let mail = only_mail(&app).await;
    // As text, and as a page.
    assert_eq!(mail.text.matches("The access token").count(), 2 * 20, "{}", mail.text);
    assert!(mail.text.contains("And 3 more."), "{}", mail.text);
}

async fn a_report_is_answered_in_its_order_and_may_be_repeated(app: TestApp) {
    let app = with_reporter(app);
    let mistyped = format!("{}x", &app.token[..app.token.len() - 1]);
    let tokens = ["ghp_somebody_elses", app.token.as_str(), mistyped.as_str(), "", app.token.as_str()];
    let labels = ["false_positive", "true_positive", "false_positive", "false_positive", "true_positive"];
    let expected: Vec<_> = tokens.iter().zip(labels).map(|(token, label)| verdict(token, label)).collect();
    for _ in 0..2 {
        report(&app, &tokens).await.assert(200, &json!(expected));
    }
    report(&app, &[]).await.assert(200, &json!([]));
}

async fn what_is_not_signed_by_who_may_report_is_refused(app: TestApp) {
    let app = with_reporter(app);
    let body = json!([{"token": app.token}]).to_string();
    let refused = json!({"error": "Unauthorized", "detail": "Unauthorized"});
    let other: Signature = SigningKey::from_slice(&[8; 32]).unwrap().sign(body.as_bytes());
    for (key, signature) in [
        ("k1", String::new()),
        ("k2", signature(&body)),
        ("", signature(&body)),
        ("k1", signature(&format!("{body} "))),
        ("k1", STANDARD.encode(other.to_der())),
        ("k1", "not base64".to_owned()),
        ("k1", STANDARD.encode([0x30; 500])),
    ] {
        send(&app, &body, key, &signature).await.assert(401, &refused);
    }
    app.call("POST", PATH).body("application/json", body.as_str()).send().await.assert(401, &refused);
    app.merchant("GET", "/api/customers").send().await.expect(200);
}

async fn without_reporters_nobody_reports(app: TestApp) {
    assert_eq!(report(&app, &[&app.token]).await.status, 401);
    app.merchant("GET", "/api/customers").send().await.expect(200);
}

async fn what_is_no_report_is_refused_and_not_repeated(app: TestApp) {
    let app = with_reporter(app);
    for (body, loc) in [
        (json!({"token": app.token}), json!(["body"])),
        (json!([{"token": 5}]), json!(["body", "0", "token"])),
        (json!([{"token": app.token}, app.token]), json!(["body", "1", "token"])),
    ] {
        let body = body.to_string();
        let answer = send(&app, &body, "k1", &signature(&body)).await;
        assert_eq!((answer.status, answer.json()["detail"][0]["loc"].clone()), (422, loc), "{body}");
        assert!(!answer.text().contains(&app.token));
    }
    let unheard =
        app.call("POST", &format!("{PATH}?unheard=of")).header("github-public-key-identifier", "k1");
    let unheard =
        unheard.header("github-public-key-signature", &signature("[]")).body("application/json", "[]");
    let answer = unheard.send().await;
    assert_eq!(
        (answer.status, answer.json()["detail"][0]["loc"].clone()),
        (422, json!(["query", "unheard"]))
    );
    let answer = send(&app, "[", "k1", &signature("[")).await;
    assert_eq!(answer.status, 422);
    let large = format!("[{}]", " ".repeat(110_000));
    assert_eq!(send(&app, &large, "k1", &signature(&large)).await.status, 413);
    app.merchant("GET", "/api/customers").send().await.expect(200);
}
