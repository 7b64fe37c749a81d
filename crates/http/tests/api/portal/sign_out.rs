//! Signing out.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;

use super::{ASK, COOKIE, USED, assert_says, enter, form, link, portal};

both_databases![
    se_03_signing_out_ends_the_session_everywhere,
    se_03_the_goodbye_page_clears_what_the_browser_kept,
    signing_out_twice_is_fine,
    ck_04_only_a_form_signs_out,
];

async fn se_03_signing_out_ends_the_session_everywhere(app: TestApp) {
    let link = link(&app).await;
    let cookie = enter(&app, &link).await;
    assert!(app.app.authenticate_portal_token(&link.token).await.is_ok());
    assert_says(&sign_out(&app, &cookie).await, 200, "You are signed out");
    assert_says(&portal(&app, &cookie).await, 200, ASK);
    assert_says(&app.get(&link.path).cookie(&cookie).send().await, 200, USED);
    let introspect = "/api/customer-portal/customer-session/introspect";
    assert_eq!(app.get(introspect).bearer(&link.token).send().await.status, 401);
    let late = form(&app, "/acme/portal/profile", "name=Late").cookie(&cookie).send().await;
    assert_eq!(late.header("location"), "/acme/portal");
}

async fn se_03_the_goodbye_page_clears_what_the_browser_kept(app: TestApp) {
    let cookie = enter(&app, &link(&app).await).await;
    let answer = sign_out(&app, &cookie).await;
    assert_eq!(answer.header("clear-site-data"), "\"cache\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    let cleared = answer.set_cookie(COOKIE).unwrap();
    assert!(cleared.starts_with("anteroom_portal_acme=;") && cleared.contains("Max-Age=0"), "{cleared}");
    assert!(cleared.contains("Path=/") && cleared.contains("Expires=Thu, 01 Jan 1970"), "{cleared}");
    assert_says(&answer, 200, "https://shop.example/account?tab=1&#38;x=2");
    assert!(!answer.text().contains("Ada") && !answer.text().contains("ada@"));
}

async fn signing_out_twice_is_fine(app: TestApp) {
    let cookie = enter(&app, &link(&app).await).await;
    sign_out(&app, &cookie).await;
    assert_says(&sign_out(&app, &cookie).await, 200, "You are signed out");
    let nobody = form(&app, "/acme/portal/sign-out", "").send().await;
    assert_says(&nobody, 200, "You are signed out");
    assert!(!nobody.text().contains("Back to"));
}

async fn ck_04_only_a_form_signs_out(app: TestApp) {
    let cookie = enter(&app, &link(&app).await).await;
    for method in ["GET", "HEAD"] {
        let answer = app.call(method, "/acme/portal/sign-out").cookie(&cookie).send().await;
        assert_eq!((answer.status, answer.header("set-cookie")), (303, ""));
    }
    assert_says(&portal(&app, &cookie).await, 200, super::SIGNED_IN);
}

async fn sign_out(app: &TestApp, cookie: &str) -> anteroom_testkit::app::Answer {
    form(app, "/acme/portal/sign-out", "").cookie(cookie).send().await
}
