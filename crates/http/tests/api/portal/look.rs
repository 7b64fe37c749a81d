//! How a merchant has the portal look.

use anteroom_app::{CustomerRef, MemberChoice, NewCustomerSession, Once};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{ASK, COOKIE, ada, assert_says, enter, form, link, portal, signed_in, submit};

both_databases![
    the_brand_is_shown_in_place_of_the_name,
    the_colour_comes_as_a_style_sheet_of_ours,
    a_colour_that_is_none_has_no_style_sheet,
    the_logo_is_shown_and_nothing_else_may_be_loaded,
    a_session_without_a_way_back_has_the_workspaces,
    a_look_counts_from_the_next_page_on,
    ap_03_what_a_merchant_typed_is_escaped,
];

async fn choose(app: &TestApp, look: &Value) {
    let change = app.merchant("PATCH", "/api/workspace").json(&json!({"portal": look}));
    change.send().await.expect(200);
}

async fn the_brand_is_shown_in_place_of_the_name(app: TestApp) {
    choose(&app, &json!({"brand_name": "Zoë’s"})).await;
    let page = portal(&app, &signed_in(&app).await).await;
    for words in [
        "<title>Your account · Zoë’s</title>",
        r#"<bdi class="brand-name">Zoë’s</bdi>"#,
        r#"<span class="mark" aria-hidden="true">Z</span>"#,
        "Back to <bdi>Zoë’s</bdi>",
        "Customer portal of <bdi>Zoë’s</bdi>",
    ] {
        assert_says(&page, 200, words);
    }
    assert!(!page.text().contains(">acme<"), "{}", page.text());
}

async fn the_colour_comes_as_a_style_sheet_of_ours(app: TestApp) {
    let cookie = signed_in(&app).await;
    assert!(!portal(&app, &cookie).await.text().contains("/assets/accent"));
    choose(&app, &json!({"color": "#FFEE00"})).await;
    let page = portal(&app, &cookie).await;
    let sheet = page.text().split('"').find(|text| text.starts_with("/assets/accent/")).unwrap().to_owned();
    assert!(sheet.starts_with("/assets/accent/ffee00?v="), "{sheet}");
    assert!(!page.text().contains("<script") && !page.text().contains("style="));
    assert!(page.header("content-security-policy").contains("style-src 'self';"));
    let answer = app.get(&sheet).send().await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(
        answer.text().contains("--fill:#ffee00;--on-fill:#000000;"),
        "black on yellow: {}",
        answer.text()
    );
    let dark = app.get("/assets/accent/1F6B58").send().await;
    assert!(dark.text().contains("--fill:#1f6b58;--on-fill:#ffffff;"), "{}", dark.text());
    assert_eq!(dark.header("cache-control"), "public, max-age=60");
    for calm in [app.get("/acme/portal").send().await, app.get("/acme/portal?code=x").send().await] {
        assert_says(&calm, 200, "/assets/accent/ffee00?v=");
    }
}

async fn a_colour_that_is_none_has_no_style_sheet(app: TestApp) {
    for none in ["red", "1f6b5", "1f6b588", "%231f6b58", "1f6b58;}", "1f6b58.css"] {
        let answer = app.get(&format!("/assets/accent/{none}")).send().await;
        assert_says(&answer, 404, "There is nothing here");
    }
}

async fn the_logo_is_shown_and_nothing_else_may_be_loaded(app: TestApp) {
    let cookie = signed_in(&app).await;
    choose(&app, &json!({"logo_url": "https://CDN.example:8443/logo.svg?a=1&b=2"})).await;
    for page in [portal(&app, &cookie).await, app.get("/acme/portal").send().await] {
        let picture = r#"<img class="logo" src="https://CDN.example:8443/logo.svg?a=1&#38;b=2" alt="" referrerpolicy="no-referrer">"#;
        assert_says(&page, 200, picture);
        assert!(!page.text().contains(r#"class="mark""#));
        let policy = page.header("content-security-policy");
        assert!(policy.contains("; img-src 'self' data: https://cdn.example:8443; "), "{policy}");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'; "), "{policy}");
    }
    choose(&app, &json!({"logo_url": null})).await;
    let page = portal(&app, &cookie).await;
    assert!(page.header("content-security-policy").contains("img-src 'self' data:;"));
}

async fn a_session_without_a_way_back_has_the_workspaces(app: TestApp) {
    let customer = ada(&app).await;
    let new = NewCustomerSession {
        customer: CustomerRef::Id(customer),
        member: MemberChoice::Unnamed,
        return_url: None,
        life: None,
    };
    let opened = app.app.create_customer_session(&app.workspace, new, Once::unrepeated()).await.unwrap();
    let enter = form(&app, "/acme/portal/enter", &format!("code={}", opened.entry_code.reveal()));
    let cookie = format!("{COOKIE}={}", enter.send().await.cookie(COOKIE).unwrap());
    assert!(!portal(&app, &cookie).await.text().contains("Back to"));
    choose(&app, &json!({"back_url": "https://shop.example/home?a=1&b=2"})).await;
    let back = r#"href="https://shop.example/home?a=1&#38;b=2""#;
    assert_says(&portal(&app, &cookie).await, 200, back);
    let introspected =
        app.get("/api/customer-portal/customer-session/introspect").bearer(opened.token.reveal());
    assert_eq!(introspected.send().await.expect(200)["return_url"], Value::Null, "the session's own");
    let closed = app.get("/acme/portal").send().await;
    assert_says(&closed, 200, ASK);
    assert_says(&closed, 200, back);
    let goodbye = form(&app, "/acme/portal/sign-out", "").cookie(&cookie).send().await;
    assert_says(&goodbye, 200, back);
}

async fn a_look_counts_from_the_next_page_on(app: TestApp) {
    let link = link(&app).await;
    let own = "https://shop.example/account?tab=1&#38;x=2";
    choose(&app, &json!({"back_url": "https://other.example/"})).await;
    let cookie = enter(&app, &link).await;
    for name in ["One", "Two", "Three"] {
        choose(&app, &json!({"brand_name": name})).await;
        let page = portal(&app, &cookie).await;
        assert_says(&page, 200, &format!("Back to <bdi>{name}</bdi>"));
        assert_says(&page, 200, own);
        assert!(!page.text().contains("other.example"), "a session's own way back stands");
    }
    let used = submit(&app, &super::Link { path: String::new(), ..link }).await;
    assert_says(&used, 200, own);
}

async fn ap_03_what_a_merchant_typed_is_escaped(app: TestApp) {
    choose(
        &app,
        &json!({
            "brand_name": "<script>alert(1)</script>",
            "logo_url": "https://cdn.example/\"><script>alert(2)</script>",
            "back_url": "https://shop.example/?\"onclick=\"alert(3)",
        }),
    )
    .await;
    for page in [portal(&app, &signed_in(&app).await).await, app.get("/acme/portal").send().await] {
        for evil in ["<script", "\"onclick"] {
            assert!(!page.text().contains(evil), "{evil} in {}", page.text());
        }
    }
}
