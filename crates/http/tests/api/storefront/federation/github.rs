//! GitHub, which speaks no OpenID Connect.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use anteroom_testkit::issuer::{CLIENT, FakeIssuer, SECRET};
use serde_json::json;

use super::super::{customer, token, unauthorized};
use super::{CALLBACK, account_exists, customer_of};

both_databases![
    oa_02_a_user_of_github_is_a_customer_by_number,
    oa_03_a_primary_email_that_is_not_verified_links_nobody,
    a_secret_that_github_does_not_take_signs_nobody_in,
];

async fn github(app: &TestApp, secret: &str) -> FakeIssuer {
    let issuer = FakeIssuer::start(&app.clock);
    issuer.signs_in("583231", Some("ada@example.com"), true);
    let provider = json!({
        "type": "github", "issuer": issuer.address(), "client_id": CLIENT, "client_secret": secret,
        "callback_urls": [CALLBACK],
    });
    app.merchant("PUT", "/api/workspace/providers/github").json(&provider).send().await.expect(201);
    issuer
}

async fn sign_in(app: &TestApp, github: &FakeIssuer) -> Answer {
    let sent = app.shop("POST", "/auth/customer/github").send().await.expect(200);
    let query = github.visit(sent["location"].as_str().unwrap()).await;
    app.shop("GET", &format!("/auth/customer/github/callback?{query}")).send().await
}

async fn oa_02_a_user_of_github_is_a_customer_by_number(app: TestApp) {
    let github = github(&app, SECRET).await;
    let first = customer_of(&app, &token(&sign_in(&app, &github).await)).await;
    assert_eq!(first["email"], "ada@example.com");
    github.signs_in("583231", Some("other@example.com"), true);
    assert_eq!(customer_of(&app, &token(&sign_in(&app, &github).await)).await, first);
    github.signs_in("583232", Some("other@example.com"), true);
    assert_ne!(customer_of(&app, &token(&sign_in(&app, &github).await)).await["id"], first["id"]);
}

async fn oa_03_a_primary_email_that_is_not_verified_links_nobody(app: TestApp) {
    let github = github(&app, SECRET).await;
    customer(&app, "ada@example.com").await;
    github.signs_in("583231", Some("ada@example.com"), false);
    sign_in(&app, &github).await.assert(403, &account_exists());
}

async fn a_secret_that_github_does_not_take_signs_nobody_in(app: TestApp) {
    let github = github(&app, "wrong").await;
    sign_in(&app, &github).await.assert(401, &unauthorized("The auth provider has signed nobody in"));
}
