//! The link's page and the form on it.

use anteroom_app::MemberChoice;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::json;
use time::Duration;

use super::{
    ASK, COOKIE, NOTHING, SIGNED_IN, USED, WAY_BACK, ada, assert_says, customer_in, enter, form, link,
    link_in, portal, submit,
};

both_databases![
    a_link_leads_in_by_one_click,
    ac_01_the_link_of_the_api_holds_a_code_and_nothing_else,
    ot_04_opening_a_link_never_spends_its_code,
    ot_03_sixteen_submissions_one_success,
    the_script_comes_only_to_a_followed_link,
    ac_02_a_spent_link_is_a_way_back_and_no_error,
    a_spent_link_leads_the_same_browser_straight_in,
    a_spent_link_does_not_lead_another_session_in,
    ac_02_an_old_link_is_a_way_back_and_no_error,
    a_code_of_an_ended_session_opens_nothing,
    a_code_of_another_workspace_opens_nothing,
    nonsense_is_answered_calmly,
    a_newer_link_takes_the_browser_over,
];

async fn a_link_leads_in_by_one_click(app: TestApp) {
    let link = link(&app).await;
    let page = app.get(&link.path).send().await;
    assert_says(&page, 200, &format!(r#"<input type="hidden" name="code" value="{}">"#, link.code));
    assert_says(&page, 200, r#"<form class="actions" method="post" action="/acme/portal/enter""#);
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let cookie = enter(&app, &link).await;
    assert_says(&portal(&app, &cookie).await, 200, SIGNED_IN);
}

async fn ac_01_the_link_of_the_api_holds_a_code_and_nothing_else(app: TestApp) {
    let customer = ada(&app).await;
    let body = json!({"customer_id": customer.to_string(), "return_url": WAY_BACK});
    let session = app.merchant("POST", "/api/customer-sessions").json(&body).send().await.expect(201);
    let url = session["customer_portal_url"].as_str().unwrap();
    let (before, code) = url.split_once("?code=").unwrap();
    assert_eq!(before, "http://anteroom.test/acme/portal");
    assert!(code.starts_with("anteroom_pec_") && !code.contains('&'));
    let fields = format!("code={code}");
    let entered = form(&app, "/acme/portal/enter", &fields).send().await;
    assert_eq!((entered.status, entered.header("location")), (303, "/acme/portal"));
    let cookie = format!("{COOKIE}={}", entered.cookie(COOKIE).unwrap());
    let page = portal(&app, &cookie).await.text();
    let token = session["token"].as_str().unwrap();
    assert!(!page.contains(token) && !page.contains(code) && !page.contains("anteroom_pck_"));
    for address in page.split(['"', '\'']).filter(|text| text.starts_with('/') || text.starts_with("http")) {
        assert!(!address.contains('@') && !address.contains("anteroom_"), "{address}");
    }
}

async fn ot_04_opening_a_link_never_spends_its_code(app: TestApp) {
    let link = link(&app).await;
    for method in ["GET", "HEAD", "GET", "HEAD"] {
        for site in ["none", "cross-site", "same-origin"] {
            let answer = app.call(method, &link.path).header("sec-fetch-site", site).send().await;
            assert_eq!((answer.status, answer.header("set-cookie")), (200, ""));
        }
        let by_query = format!("/acme/portal/enter?code={}", link.code);
        let answer = app.call(method, &by_query).send().await;
        assert_eq!((answer.status, answer.header("location")), (303, "/acme/portal"));
    }
    enter(&app, &link).await;
}

async fn ot_03_sixteen_submissions_one_success(app: TestApp) {
    let link = link(&app).await;
    let answers = join_all((0..16).map(|_| submit(&app, &link))).await;
    let (entered, others): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 303);
    assert_eq!(entered.len(), 1);
    assert_eq!(others.len(), 15);
    for other in others {
        assert_says(other, 200, USED);
        assert_eq!(other.header("set-cookie"), "");
    }
    let cookie = format!("{COOKIE}={}", entered[0].cookie(COOKIE).unwrap());
    assert_says(&portal(&app, &cookie).await, 200, SIGNED_IN);
}

async fn the_script_comes_only_to_a_followed_link(app: TestApp) {
    let link = link(&app).await;
    let script = r#"<script src="/assets/portal-enter.js?v="#;
    for site in ["cross-site", "same-site", "same-origin"] {
        let page = app.get(&link.path).header("sec-fetch-site", site).send().await;
        assert_says(&page, 200, script);
    }
    let ahead = app.get(&link.path).header("sec-fetch-site", "cross-site").header("sec-purpose", "prefetch");
    for alone in [app.get(&link.path), app.get(&link.path).header("sec-fetch-site", "none"), ahead] {
        let page = alone.send().await;
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("<script"), "{}", page.text());
    }
}

async fn ac_02_a_spent_link_is_a_way_back_and_no_error(app: TestApp) {
    let link = link(&app).await;
    enter(&app, &link).await;
    for answer in [app.get(&link.path).send().await, submit(&app, &link).await] {
        assert_says(&answer, 200, USED);
        assert_says(&answer, 200, "https://shop.example/account?tab=1&#38;x=2");
        assert_eq!(answer.header("set-cookie"), "");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(!answer.text().contains("ada@example.com") && !answer.text().contains("Ada"));
    }
}

async fn a_spent_link_leads_the_same_browser_straight_in(app: TestApp) {
    let link = link(&app).await;
    let cookie = enter(&app, &link).await;
    let again = app.get(&link.path).cookie(&cookie).send().await;
    assert_eq!((again.status, again.header("location")), (303, "/acme/portal"));
    let fields = format!("code={}", link.code);
    let again = form(&app, "/acme/portal/enter", &fields).cookie(&cookie).send().await;
    assert_eq!((again.status, again.header("location")), (303, "/acme/portal"));
    assert_eq!(again.header("set-cookie"), "", "the cookie it has is good");
}

async fn a_spent_link_does_not_lead_another_session_in(app: TestApp) {
    let spent = link(&app).await;
    enter(&app, &spent).await;
    let mine = link_in(&app, &app.workspace, spent.customer, MemberChoice::Unnamed).await;
    let mine = enter(&app, &mine).await;
    assert_says(&app.get(&spent.path).cookie(&mine).send().await, 200, USED);
}

async fn ac_02_an_old_link_is_a_way_back_and_no_error(app: TestApp) {
    let link = link(&app).await;
    app.clock.advance(Duration::minutes(5) - Duration::milliseconds(1));
    assert_says(&app.get(&link.path).send().await, 200, "Continue");
    app.clock.advance(Duration::milliseconds(1));
    for answer in [app.get(&link.path).send().await, submit(&app, &link).await] {
        assert_says(&answer, 200, USED);
        assert_says(&answer, 200, "Back to <bdi>acme</bdi>");
    }
}

async fn a_code_of_an_ended_session_opens_nothing(app: TestApp) {
    let link = link(&app).await;
    let access = app.app.authenticate_portal_token(&link.token).await.unwrap();
    app.app.end_customer_session(&access).await.unwrap();
    assert_says(&app.get(&link.path).send().await, 200, USED);
    assert_says(&submit(&app, &link).await, 200, USED);
}

async fn a_code_of_another_workspace_opens_nothing(app: TestApp) {
    let other = app.other_workspace("other").await;
    let customer = customer_in(&app, &other, "ada@example.com", "Ada of Other").await.id;
    let theirs = link_in(&app, &other, customer, MemberChoice::Unnamed).await;
    let here = app.get(&format!("/acme/portal?code={}", theirs.code)).send().await;
    assert_says(&here, 200, USED);
    assert!(!here.text().contains("shop.example"), "the way back is nobody's business here");
    assert_says(&submit(&app, &theirs).await, 200, USED);
    let there = form(&app, "/other/portal/enter", &format!("code={}", theirs.code)).send().await;
    assert_eq!((there.status, there.header("location")), (303, "/other/portal"));
}

async fn nonsense_is_answered_calmly(app: TestApp) {
    let long = "x".repeat(4000);
    for code in ["", "x", "anteroom_pec_", "%00", "%ff%fe", "'%20OR%201=1--", "<script>", &long] {
        assert_says(&app.get(&format!("/acme/portal?code={code}")).send().await, 200, USED);
        let sent = form(&app, "/acme/portal/enter", &format!("code={code}")).send().await;
        assert_says(&sent, 200, USED);
    }
    assert_says(&form(&app, "/acme/portal/enter", "").send().await, 200, USED);
    assert_says(&app.get("/acme/portal").send().await, 200, ASK);
    assert_says(&app.get("/acme/portal/?x=1").send().await, 200, ASK);
    assert_says(&app.get("/nobody/portal?code=x").send().await, 404, NOTHING);
}

async fn a_newer_link_takes_the_browser_over(app: TestApp) {
    let cookie = signed_in_as(&app, "grace@example.com", "Grace Hopper").await;
    let newer = link(&app).await;
    assert_says(&app.get(&newer.path).cookie(&cookie).send().await, 200, "Continue");
    let fields = format!("code={}", newer.code);
    let answer = form(&app, "/acme/portal/enter", &fields).cookie(&cookie).send().await;
    let newer = format!("{COOKIE}={}", answer.cookie(COOKIE).unwrap());
    assert_says(&portal(&app, &newer).await, 200, "Ada Lovelace");
}

async fn signed_in_as(app: &TestApp, email: &str, name: &str) -> String {
    let customer = customer_in(app, &app.workspace, email, name).await.id;
    enter(app, &link_in(app, &app.workspace, customer, MemberChoice::Unnamed).await).await
}
