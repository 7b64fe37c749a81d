//! The portal's cookie: how it is set, and when it stops working.

use anteroom_app::{CustomerRef, MemberChoice};
use anteroom_domain::member::Role;
use anteroom_domain::session::{CustomerSession, CustomerSessionId};
use anteroom_store::StoreExt;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use time::Duration;

use super::{
    ASK, COOKIE, SIGNED_IN, assert_says, customer_in, enter, form, link, link_in, member_link, portal,
    signed_in, submit,
};

both_databases![
    ck_01_the_cookie_over_http,
    ck_01_the_cookie_over_https,
    the_cookie_is_a_secret_of_its_own,
    the_cookie_ends_with_its_session,
    se_05_revocation_ends_the_cookie,
    se_05_deleting_the_customer_ends_the_cookie,
    se_05_every_browser_of_a_session_leaves_with_it,
    a_cookie_of_another_workspace_opens_nothing,
    other_cookies_do_not_disturb,
    ac_03_each_workspace_has_its_own_cookie,
];

async fn ck_01_the_cookie_over_http(app: TestApp) {
    let answer = submit(&app, &link(&app).await).await;
    let cookie = answer.set_cookie(COOKIE).unwrap();
    let (_, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "HttpOnly; SameSite=Lax; Path=/; Max-Age=3600; Expires=Fri, 02 Jan 2026 04:04:05 GMT"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("clear-site-data"), "");
}

async fn ck_01_the_cookie_over_https(app: TestApp) {
    let app = app.with(|options| options.public_url = "https://anteroom.test".parse().unwrap());
    let link = link(&app).await;
    let answer = submit(&app, &link).await;
    let name = "__Host-anteroom_portal_acme";
    let cookie = answer.set_cookie(name).unwrap();
    for attribute in ["; HttpOnly", "; Secure", "; Path=/", "; SameSite=Lax", "; Max-Age=3600", "; Expires="]
    {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    assert!(answer.header("strict-transport-security").contains("max-age=31536000"));
    let value = answer.cookie(name).unwrap();
    assert_says(&portal(&app, &format!("{name}={value}")).await, 200, SIGNED_IN);
    assert_says(&portal(&app, &format!("{COOKIE}={value}")).await, 200, ASK);
}

async fn the_cookie_is_a_secret_of_its_own(app: TestApp) {
    let link = link(&app).await;
    let cookie = enter(&app, &link).await;
    let value = cookie.strip_prefix("anteroom_portal_acme=").unwrap();
    assert!(value.starts_with("anteroom_pck_"));
    assert_says(&portal(&app, &format!("{COOKIE}={}", link.token)).await, 200, ASK);
    assert_says(&portal(&app, &format!("{COOKIE}={}", link.code)).await, 200, ASK);
    let introspect = "/api/customer-portal/customer-session/introspect";
    assert_ne!(app.get(introspect).bearer(value).send().await.status, 200);
    assert_says(&app.get("/acme/portal").bearer(&link.token).send().await, 200, ASK);
}

async fn the_cookie_ends_with_its_session(app: TestApp) {
    let link = link(&app).await;
    app.clock.advance(Duration::minutes(4));
    let cookie = enter(&app, &link).await;
    app.clock.advance(Duration::minutes(56) - Duration::milliseconds(1));
    assert_says(&portal(&app, &cookie).await, 200, SIGNED_IN);
    app.clock.advance(Duration::milliseconds(1));
    assert_says(&portal(&app, &cookie).await, 200, ASK);
    let late = form(&app, "/acme/portal/profile", "name=Late").cookie(&cookie).send().await;
    assert_eq!((late.status, late.header("location")), (303, "/acme/portal"));
}

async fn se_05_revocation_ends_the_cookie(app: TestApp) {
    let link = link(&app).await;
    let cookie = enter(&app, &link).await;
    let access = app.app.authenticate_portal_token(&link.token).await.unwrap();
    let id: CustomerSessionId = CustomerSession::id(&access.session);
    let at = access.session.created_at;
    let ended = app.store().write(|unit| unit.revoke_customer_session(app.workspace.id, id, at)).unwrap();
    assert!(ended);
    assert_says(&portal(&app, &cookie).await, 200, ASK);
}

async fn se_05_deleting_the_customer_ends_the_cookie(app: TestApp) {
    let link = link(&app).await;
    let cookie = enter(&app, &link).await;
    assert_says(&portal(&app, &cookie).await, 200, SIGNED_IN);
    let which = CustomerRef::Id(link.customer);
    app.app.delete_customer(app.workspace.id, which, false).await.unwrap();
    assert_says(&portal(&app, &cookie).await, 200, ASK);
    assert_says(&app.get(&link.path).cookie(&cookie).send().await, 200, super::USED);
}

async fn se_05_every_browser_of_a_session_leaves_with_it(app: TestApp) {
    let one = member_link(&app, Role::BillingManager).await;
    let cookie = enter(&app, &one).await;
    let team = CustomerRef::Id(one.customer);
    assert_says(&portal(&app, &cookie).await, 200, "Grace Hopper");
    app.app.delete_customer(app.workspace.id, team, true).await.unwrap();
    assert_says(&portal(&app, &cookie).await, 200, ASK);
}

async fn a_cookie_of_another_workspace_opens_nothing(app: TestApp) {
    let other = app.other_workspace("other").await;
    let customer = customer_in(&app, &other, "eve@example.com", "Eve").await.id;
    let theirs = link_in(&app, &other, customer, MemberChoice::Unnamed).await;
    let entered = form(&app, "/other/portal/enter", &format!("code={}", theirs.code)).send().await;
    let value = entered.cookie("anteroom_portal_other").unwrap();
    let under_our_name = format!("{COOKIE}={value}");
    assert_says(&portal(&app, &under_our_name).await, 200, ASK);
    let tried = form(&app, "/acme/portal/profile", "name=Eve").cookie(&under_our_name).send().await;
    assert_eq!(tried.header("location"), "/acme/portal");
    form(&app, "/acme/portal/sign-out", "").cookie(&under_our_name).send().await;
    let there = app.get("/other/portal").cookie(&format!("anteroom_portal_other={value}")).send().await;
    assert_says(&there, 200, "Eve");
}

async fn other_cookies_do_not_disturb(app: TestApp) {
    let cookie = signed_in(&app).await;
    let among = format!("a=b; \"; connect.sid=s%3Ax;{cookie} ;%zz=%zz; anteroom_portal_other=x");
    assert_says(&portal(&app, &among).await, 200, SIGNED_IN);
    assert_says(&portal(&app, "anteroom_portal_acme").await, 200, ASK);
    assert_says(&portal(&app, "anteroom_portal_acme=").await, 200, ASK);
}

async fn ac_03_each_workspace_has_its_own_cookie(app: TestApp) {
    let other = app.other_workspace("other").await;
    let customer = customer_in(&app, &other, "eve@example.com", "Eve").await.id;
    let theirs = link_in(&app, &other, customer, MemberChoice::Unnamed).await;
    let entered = form(&app, "/other/portal/enter", &format!("code={}", theirs.code)).send().await;
    let both = format!(
        "{}; anteroom_portal_other={}",
        signed_in(&app).await,
        entered.cookie("anteroom_portal_other").unwrap()
    );
    assert_says(&portal(&app, &both).await, 200, "Ada Lovelace");
    assert_says(&app.get("/other/portal").cookie(&both).send().await, 200, "Eve");
}
