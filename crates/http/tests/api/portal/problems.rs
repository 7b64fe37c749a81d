//! Failures, in the words of a page.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;

use super::{ASK, NOTHING, assert_says, signed_in};

both_databases![
    every_unknown_path_looks_the_same,
    a_wrong_method_is_told_the_right_ones,
    pages_reloaded_after_a_form_show_the_portal,
    a_slash_at_the_end_makes_no_difference,
];

async fn every_unknown_path_looks_the_same(app: TestApp) {
    let cookie = signed_in(&app).await;
    let first = app.get("/nobody/portal").send().await;
    assert_says(&first, 404, NOTHING);
    for path in [
        "/",
        "/acme",
        "/nobody",
        "/nobody/portal?code=x",
        "/nobody/portal/enter",
        "/nobody/portal/profile",
        "/Acme/portal",
        "/acme/portal/unknown",
        "/portal/portal",
        "/assets/unknown.css",
        "/assets/portal",
        "/favicon.ico",
        "/..%2f..%2fetc%2fpasswd",
    ] {
        let answer = app.get(path).cookie(&cookie).send().await;
        assert_eq!((answer.status, answer.text()), (404, first.text()), "{path}");
    }
    let posted = app.post("/nobody/portal/sign-out").send().await;
    assert_eq!((posted.status, posted.text()), (404, first.text()));
}

async fn a_wrong_method_is_told_the_right_ones(app: TestApp) {
    for (method, path, allowed) in [
        ("POST", "/acme/portal", "GET, HEAD"),
        ("DELETE", "/acme/portal", "GET, HEAD"),
        ("PUT", "/acme/portal/enter", "GET, POST, HEAD"),
        ("PUT", "/acme/portal/password-reset", "GET, POST, HEAD"),
        ("POST", "/assets/portal.css", "GET, HEAD"),
    ] {
        let answer = app.call(method, path).send().await;
        assert_says(&answer, 405, "This page works differently");
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
}

async fn pages_reloaded_after_a_form_show_the_portal(app: TestApp) {
    for path in ["/acme/portal/enter", "/acme/portal/profile", "/acme/portal/sign-out"] {
        let answer = app.get(path).send().await;
        assert_eq!((answer.status, answer.header("location")), (303, "/acme/portal"));
    }
}

async fn a_slash_at_the_end_makes_no_difference(app: TestApp) {
    let cookie = signed_in(&app).await;
    assert_says(&app.get("/acme/portal/").cookie(&cookie).send().await, 200, super::SIGNED_IN);
    assert_says(&app.get("/acme/portal/").send().await, 200, ASK);
}
