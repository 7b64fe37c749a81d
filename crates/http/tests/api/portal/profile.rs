//! The profile form.

use anteroom_app::{CustomerRef, MemberChoice};
use anteroom_domain::member::Role;
use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;

use super::{ada, assert_says, enter, form, link_in, member_link, portal, signed_in};

both_databases![
    a_saved_profile_is_shown_and_said,
    a_refused_field_says_why_and_keeps_what_was_typed,
    nothing_of_a_refused_form_is_saved,
    an_emptied_field_is_cleared,
    ac_05_other_fields_are_ignored,
    the_same_name_again_changes_nothing,
    ac_04_owners_and_billing_managers_may,
    ac_04_members_may_not,
];

async fn save(app: &TestApp, cookie: &str, fields: &str) -> Answer {
    form(app, "/acme/portal/profile", fields).cookie(cookie).send().await
}

#[track_caller]
fn assert_saved(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/acme/portal?saved=1"),
        "{}",
        answer.text()
    );
}

async fn a_saved_profile_is_shown_and_said(app: TestApp) {
    let cookie = signed_in(&app).await;
    assert_saved(&save(&app, &cookie, "name=+Ada+Byron+&billing_name=Engines+%26+Co").await);
    let page = app.get("/acme/portal?saved=1").cookie(&cookie).send().await;
    assert_says(&page, 200, "Your changes are saved.");
    assert_says(&page, 200, r#"value="Ada Byron""#);
    assert_says(&page, 200, r#"value="Engines &#38; Co""#);
    assert!(!portal(&app, &cookie).await.text().contains("saved."));
}

async fn a_refused_field_says_why_and_keeps_what_was_typed(app: TestApp) {
    let cookie = signed_in(&app).await;
    let long = "ж".repeat(257);
    let page = save(&app, &cookie, &format!("name={long}&billing_name=Fine")).await;
    assert_says(&page, 400, "The name should have at most 256 characters.");
    assert_says(&page, 400, &format!(r#"value="{long}""#));
    assert_says(&page, 400, r#"value="Fine""#);
    assert_says(&page, 400, r#"aria-invalid="true""#);
    assert_says(&page, 400, "Not saved");
    assert_says(&page, 400, "Ada Lovelace</bdi></h1>");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    let page = save(&app, &cookie, "billing_name=a%07b").await;
    assert_says(&page, 400, "The billing name should have no control characters.");
}

async fn nothing_of_a_refused_form_is_saved(app: TestApp) {
    let cookie = signed_in(&app).await;
    assert_eq!(save(&app, &cookie, "name=Mallory&billing_name=a%01b").await.status, 400);
    let page = portal(&app, &cookie).await;
    assert!(page.text().contains("Ada Lovelace") && !page.text().contains("Mallory"));
}

async fn an_emptied_field_is_cleared(app: TestApp) {
    let cookie = signed_in(&app).await;
    assert_saved(&save(&app, &cookie, "billing_name=Engines").await);
    assert_says(&portal(&app, &cookie).await, 200, r#"value="Engines""#);
    assert_saved(&save(&app, &cookie, "billing_name=+").await);
    let page = portal(&app, &cookie).await;
    assert!(!page.text().contains("Engines"));
    assert_says(&page, 200, r#"value="Ada Lovelace""#);
}

async fn ac_05_other_fields_are_ignored(app: TestApp) {
    let customer = ada(&app).await;
    let cookie = enter(&app, &link_in(&app, &app.workspace, customer, MemberChoice::Unnamed).await).await;
    let before = app.app.customer(app.workspace.id, CustomerRef::Id(customer)).await.unwrap();
    assert_saved(&save(&app, &cookie, "email=eve@example.com&email_verified=true&role=owner&id=1").await);
    let after = app.app.customer(app.workspace.id, CustomerRef::Id(customer)).await.unwrap();
    assert_eq!(before, after);
}

async fn the_same_name_again_changes_nothing(app: TestApp) {
    let customer = ada(&app).await;
    let cookie = enter(&app, &link_in(&app, &app.workspace, customer, MemberChoice::Unnamed).await).await;
    assert_saved(&save(&app, &cookie, "name=Ada+Lovelace&billing_name=").await);
    let after = app.app.customer(app.workspace.id, CustomerRef::Id(customer)).await.unwrap();
    assert_eq!(after.customer.modified_at, None);
}

async fn ac_04_owners_and_billing_managers_may(app: TestApp) {
    let cookie = enter(&app, &member_link(&app, Role::BillingManager).await).await;
    assert_says(&portal(&app, &cookie).await, 200, r#"action="/acme/portal/profile""#);
    assert_saved(&save(&app, &cookie, "name=Difference+Engines").await);
    assert_says(&portal(&app, &cookie).await, 200, "Difference Engines");
    assert_saved(&save(&app, &signed_in(&app).await, "name=The+owner").await);
}

async fn ac_04_members_may_not(app: TestApp) {
    let cookie = enter(&app, &member_link(&app, Role::Member).await).await;
    let page = portal(&app, &cookie).await;
    assert_says(&page, 200, "Analytical Engines");
    assert!(!page.text().contains("/portal/profile") && !page.text().contains("<input"));
    for fields in ["name=Mallory", "name=a%00b", ""] {
        let refused = save(&app, &cookie, fields).await;
        assert_says(&refused, 403, "Your role does not include this");
        assert_says(&refused, 403, r#"href="/acme/portal""#);
    }
    assert!(!portal(&app, &cookie).await.text().contains("Mallory"));
}
