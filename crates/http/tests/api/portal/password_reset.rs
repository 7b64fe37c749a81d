//! The page that a mailed link leads to.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::{NOTHING, USED, assert_says, form};
use crate::mails::only_mail;
use crate::workspace::support::{id, session, shopper, text};

both_databases![
    a_mailed_link_leads_to_another_password,
    ot_03_of_sixteen_submissions_one_changes_the_password,
    ot_04_opening_a_mailed_link_never_spends_it,
    ot_06_a_link_opens_nothing_after_half_an_hour,
    ot_06_a_later_sign_in_ends_a_link,
    ot_06_another_e_mail_ends_a_link,
    ot_07_a_reset_signs_nobody_in,
    ot_08_the_page_tells_no_other_site_its_address,
    se_04_a_reset_ends_every_session,
    a_password_that_protects_nobody_is_refused_with_the_reason,
    a_link_of_another_workspace_opens_nothing,
    a_link_of_a_disabled_or_deleted_customer_opens_nothing,
    nonsense_opens_nothing,
    a_form_of_somebody_elses_changes_nothing,
];

const PAGE: &str = "/acme/portal/password-reset";
const OLD: &str = "correct horse battery";
const NEW: &str = "another battery staple";
const DONE: &str = "Your password is changed";

/// A shopper, and the token of a link that was mailed to them.
async fn mailed(app: &TestApp, email: &str) -> (String, Value, String) {
    let (jwt, customer) = shopper(app, email).await;
    let path = format!("/api/customers/{}/send-password-reset", id(&customer));
    app.merchant("POST", &path).send().await.expect(202);
    let token = only_mail(app).await.token().to_owned();
    (jwt, customer, token)
}

async fn open(app: &TestApp, token: &str) -> Answer {
    app.get(&format!("{PAGE}?token={token}")).send().await
}

async fn choose(app: &TestApp, token: &str, password: &str) -> Answer {
    form(app, PAGE, &format!("token={token}&password={}", password.replace(' ', "+"))).send().await
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> u16 {
    let typed = json!({"email": email, "password": password});
    app.shop("POST", "/auth/customer/emailpass").json(&typed).send().await.status
}

async fn a_mailed_link_leads_to_another_password(app: TestApp) {
    let (_, _, token) = mailed(&app, "ada@example.com").await;
    let page = open(&app, &token).await;
    assert_says(&page, 200, "Choose a new password");
    assert_says(&page, 200, &format!(r#"<input type="hidden" name="token" value="{token}">"#));
    assert_says(&page, 200, r#"method="post" action="/acme/portal/password-reset""#);
    assert!(!page.text().contains("ada@example.com") && !page.text().contains("<script"));
    assert_says(&choose(&app, &token, NEW).await, 200, DONE);
    let statuses = (sign_in(&app, "ada@example.com", OLD).await, sign_in(&app, "ada@example.com", NEW).await);
    assert_eq!(statuses, (401, 200));
    assert_says(&open(&app, &token).await, 200, USED);
    assert_says(&choose(&app, &token, OLD).await, 200, USED);
    assert_eq!(sign_in(&app, "ada@example.com", NEW).await, 200);
}

async fn ot_03_of_sixteen_submissions_one_changes_the_password(app: TestApp) {
    let app = app.without_limits();
    let (_, _, token) = mailed(&app, "ada@example.com").await;
    let other = app.another_server();
    let servers = [&app, &other];
    let password = |n: usize| format!("another battery {n}");
    let (token, password) = (&token, &password);
    let attempts = (0..16).map(|n| async move { choose(servers[n % 2], token, &password(n)).await });
    let answers = join_all(attempts).await;
    let won: Vec<_> = (0..16).filter(|n| answers[*n].text().contains(DONE)).collect();
    assert_eq!(won.len(), 1);
    for (n, answer) in answers.iter().enumerate().filter(|(n, _)| *n != won[0]) {
        assert_says(answer, 200, USED);
        assert_eq!(sign_in(&app, "ada@example.com", &password(n)).await, 401);
    }
    assert_eq!(sign_in(&app, "ada@example.com", &password(won[0])).await, 200);
}

async fn ot_04_opening_a_mailed_link_never_spends_it(app: TestApp) {
    let (_, _, token) = mailed(&app, "ada@example.com").await;
    for method in ["GET", "HEAD", "GET", "HEAD"] {
        let answer = app.call(method, &format!("{PAGE}?token={token}&password={NEW}")).send().await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(sign_in(&app, "bob@example.com", OLD).await, 401);
    assert_says(&choose(&app, &token, NEW).await, 200, DONE);
}

async fn ot_06_a_link_opens_nothing_after_half_an_hour(app: TestApp) {
    let (_, _, token) = mailed(&app, "ada@example.com").await;
    app.clock.advance(Duration::minutes(30) - Duration::SECOND);
    assert_says(&open(&app, &token).await, 200, "Choose a new password");
    app.clock.advance(Duration::SECOND);
    assert_says(&open(&app, &token).await, 200, USED);
    assert_says(&choose(&app, &token, NEW).await, 200, USED);
    assert_eq!(sign_in(&app, "ada@example.com", OLD).await, 200);
}

async fn ot_06_a_later_sign_in_ends_a_link(app: TestApp) {
    let (_, _, token) = mailed(&app, "ada@example.com").await;
    app.clock.advance(Duration::SECOND);
    assert_eq!(sign_in(&app, "ada@example.com", "a wrong password").await, 401);
    assert_says(&open(&app, &token).await, 200, "Choose a new password");
    assert_eq!(sign_in(&app, "ada@example.com", OLD).await, 200);
    assert_says(&open(&app, &token).await, 200, USED);
    assert_says(&choose(&app, &token, NEW).await, 200, USED);
}

async fn ot_06_another_e_mail_ends_a_link(app: TestApp) {
    let (_, ada, token) = mailed(&app, "ada@example.com").await;
    let change = app.merchant("PATCH", &format!("/api/customers/{}", id(&ada)));
    change.json(&json!({"email": "countess@example.com"})).send().await.expect(200);
    assert_says(&open(&app, &token).await, 200, USED);
    assert_says(&choose(&app, &token, NEW).await, 200, USED);
    assert_eq!(sign_in(&app, "countess@example.com", OLD).await, 200);
}

async fn ot_07_a_reset_signs_nobody_in(app: TestApp) {
    let (_, _, token) = mailed(&app, "ada@example.com").await;
    let done = choose(&app, &token, NEW).await;
    assert_eq!((done.status, done.header("set-cookie"), done.header("location")), (200, "", ""));
    assert!(!done.text().contains("anteroom_"));
}

async fn ot_08_the_page_tells_no_other_site_its_address(app: TestApp) {
    let (_, _, token) = mailed(&app, "ada@example.com").await;
    let answers = [
        open(&app, &token).await,
        choose(&app, &token, "short").await,
        choose(&app, &token, NEW).await,
        open(&app, &token).await,
    ];
    for answer in answers {
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

async fn se_04_a_reset_ends_every_session(app: TestApp) {
    let (jwt, ada, token) = mailed(&app, "ada@example.com").await;
    let (spared, _) = shopper(&app, "bob@example.com").await;
    let opened = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
    let cookie = format!("connect.sid={}", opened.cookie("connect.sid").unwrap());
    let portal = session(&app, &json!({"customer_id": ada["id"]})).await;
    let other = app.another_server();
    let statuses = async |app: &TestApp| {
        let me = || app.shop("GET", "/store/customers/me");
        let portal = app.get("/api/customer-portal/customers/me").bearer(text(&portal["token"]));
        let refresh = app.shop("POST", "/auth/token/refresh").bearer(&jwt);
        let (by_jwt, by_cookie) = (me().bearer(&jwt).send().await, me().cookie(&cookie).send().await);
        [by_jwt.status, by_cookie.status, portal.send().await.status, refresh.send().await.status]
    };
    assert_eq!(statuses(&app).await, [200; 4]);
    assert_says(&choose(&other, &token, NEW).await, 200, DONE);
    assert_eq!(statuses(&other).await, [401; 4]);
    app.shop("GET", "/store/customers/me").bearer(&spared).send().await.expect(200);
}

async fn a_password_that_protects_nobody_is_refused_with_the_reason(app: TestApp) {
    let (_, _, token) = mailed(&app, "ada@example.com").await;
    for (password, reason) in [
        ("", "Password must be at least 8 characters long."),
        ("seven77", "Password must be at least 8 characters long."),
        ("password1", "Password is too common."),
        ("ada@example.com", "Password must differ from the e-mail address."),
        (&"x".repeat(1025), "Password must be at most 1024 characters long."),
    ] {
        let page = choose(&app, &token, password).await;
        assert_says(&page, 400, reason);
        assert_says(&page, 400, &format!(r#"name="token" value="{token}""#));
        assert!(password.is_empty() || !page.text().contains(&format!("value=\"{password}\"")));
    }
    assert_says(&choose(&app, &token, NEW).await, 200, DONE);
}

async fn a_link_of_another_workspace_opens_nothing(app: TestApp) {
    let (_, _, token) = mailed(&app, "ada@example.com").await;
    app.other_workspace("other").await;
    let path = "/other/portal/password-reset";
    assert_says(&app.get(&format!("{path}?token={token}")).send().await, 200, USED);
    let chosen = form(&app, path, &format!("token={token}&password=another+battery")).send().await;
    assert_says(&chosen, 200, USED);
    assert_says(&app.get(&format!("/nobody/portal/password-reset?token={token}")).send().await, 404, NOTHING);
    assert_says(&choose(&app, &token, NEW).await, 200, DONE);
}

async fn a_link_of_a_disabled_or_deleted_customer_opens_nothing(app: TestApp) {
    let (_, ada, token) = mailed(&app, "ada@example.com").await;
    let path = format!("/api/customers/{}", id(&ada));
    app.merchant("POST", &format!("{path}/disable")).send().await.expect(200);
    assert_says(&choose(&app, &token, NEW).await, 200, USED);
    app.merchant("POST", &format!("{path}/enable")).send().await.expect(200);
    assert_says(&open(&app, &token).await, 200, "Choose a new password");
    app.merchant("DELETE", &path).send().await.expect(204);
    assert_says(&open(&app, &token).await, 200, USED);
    assert_says(&choose(&app, &token, NEW).await, 200, USED);
}

async fn nonsense_opens_nothing(app: TestApp) {
    let before = app.rows();
    for token in [
        "",
        "x",
        "%00",
        "anteroom_prt_",
        "<script>",
        "anteroom_pec_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnArl63XykWZeiNN",
    ] {
        let page = open(&app, token).await;
        assert_says(&page, 200, USED);
        assert!(!page.text().contains("<script"));
        assert_says(&choose(&app, token, NEW).await, 200, USED);
    }
    assert_says(&app.get(PAGE).send().await, 200, USED);
    assert_says(&form(&app, PAGE, "").send().await, 200, USED);
    assert_eq!(app.rows(), before);
}

async fn a_form_of_somebody_elses_changes_nothing(app: TestApp) {
    let (_, _, token) = mailed(&app, "ada@example.com").await;
    let fields = format!("token={token}&password=another+battery");
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let answer = app.post(PAGE).header(name, value).body(super::FORM, fields.as_str()).send().await;
        assert_says(&answer, 403, "This did not come from our page");
    }
    assert_eq!(sign_in(&app, "ada@example.com", OLD).await, 200);
}
