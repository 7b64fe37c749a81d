//! What the portal shows.

use anteroom_app::{CustomerRef, MemberChoice, NewAddress, NewCustomerSession, Once};
use anteroom_domain::address::PostalAddress;
use anteroom_domain::member::Role;
use anteroom_domain::text::{CountryCode, Phone, ReturnUrl};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;

use super::{
    ada, assert_says, customer_in, enter, form, line, link, link_in, member_link, portal, signed_in,
};

both_databases![
    the_portal_shows_the_customer,
    a_member_is_shown_with_role_and_team,
    addresses_are_shown_with_their_use,
    the_way_back_is_shown_over_http_too,
    ck_06_pages_carry_their_headers,
    a_customer_without_a_name_is_called_by_the_email,
    a_portal_is_nobody_elses,
];

async fn the_portal_shows_the_customer(app: TestApp) {
    let cookie = signed_in(&app).await;
    let page = portal(&app, &cookie).await;
    for words in [
        "<title>Your account · acme</title>",
        r#"<html lang="en">"#,
        r#"<meta name="viewport" content="width=device-width, initial-scale=1">"#,
        r#"<meta name="robots" content="noindex, nofollow">"#,
        "Ada Lovelace</bdi></h1>",
        "ada@example.com",
        "Back to <bdi>acme</bdi>",
        "https://shop.example/account?tab=1&#38;x=2",
        "No addresses yet",
        r#"action="/acme/portal/sign-out""#,
        r#"<label for="name">Name</label>"#,
        r#"<label for="billing_name">Billing name</label>"#,
    ] {
        assert_says(&page, 200, words);
    }
    assert!(!page.text().contains("<script") && !page.text().contains("style="));
}

async fn a_member_is_shown_with_role_and_team(app: TestApp) {
    let cookie = enter(&app, &member_link(&app, Role::BillingManager).await).await;
    let page = portal(&app, &cookie).await;
    for words in
        ["Grace Hopper</bdi></h1>", "grace@example.com", "Billing manager at <bdi>Analytical Engines</bdi>"]
    {
        assert_says(&page, 200, words);
    }
    assert_says(&page, 200, "team@example.com");
    assert_says(&page, 200, "Team profile");
}

async fn addresses_are_shown_with_their_use(app: TestApp) {
    let customer = customer_in(&app, &app.workspace, "ada@example.com", "Ada Lovelace").await;
    let postal = PostalAddress {
        address_name: line("Home"),
        first_name: line("Ada"),
        last_name: line("Lovelace"),
        address_1: line("12 St James’s Square"),
        city: line("London"),
        postal_code: line("SW1Y 4JH"),
        country_code: Some(CountryCode::parse("gb").unwrap()),
        phone: Phone::parse("+44 20 7946 0000").unwrap(),
        ..PostalAddress::default()
    };
    let plain = NewAddress { postal: PostalAddress::default(), ..NewAddress::default() };
    let home =
        NewAddress { postal, is_default_shipping: true, is_default_billing: true, ..NewAddress::default() };
    app.app.add_address((&customer).into(), plain, Once::unrepeated()).await.unwrap();
    app.app.add_address((&customer).into(), home, Once::unrepeated()).await.unwrap();
    let cookie = enter(&app, &link_in(&app, &app.workspace, customer.id, MemberChoice::Unnamed).await).await;
    let page = portal(&app, &cookie).await;
    for words in [
        "Home",
        "Ada Lovelace",
        "12 St James’s Square",
        "London, SW1Y 4JH",
        "United Kingdom",
        "+44 20 7946 0000",
        "Default shipping",
        "Default billing",
        "Nothing written here yet",
    ] {
        assert_says(&page, 200, words);
    }
    let text = page.text();
    assert!(text.find("Home").unwrap() < text.find("Nothing written").unwrap(), "the default stands first");
}

async fn the_way_back_is_shown_over_http_too(app: TestApp) {
    let customer = ada(&app).await;
    for url in [Some("http://localhost:3000/"), Some("HTTPS://Shop.Example/%C3%BC"), None] {
        let new = NewCustomerSession {
            customer: CustomerRef::Id(customer),
            member: MemberChoice::Unnamed,
            return_url: url.map(|url| ReturnUrl::parse(url).unwrap()),
            life: None,
        };
        let opened = app.app.create_customer_session(&app.workspace, new, Once::unrepeated()).await.unwrap();
        let fields = format!("code={}", opened.entry_code.reveal());
        let entered = form(&app, "/acme/portal/enter", &fields).send().await;
        let cookie = format!("{}={}", super::COOKIE, entered.cookie(super::COOKIE).unwrap());
        let page = portal(&app, &cookie).await;
        match url {
            Some(url) => assert_says(&page, 200, &format!(r#"<a href="{url}">"#)),
            None => assert!(!page.text().contains("Back to")),
        }
    }
}

async fn ck_06_pages_carry_their_headers(app: TestApp) {
    let link = link(&app).await;
    let entry = app.get(&link.path).send().await;
    let cookie = enter(&app, &link).await;
    let home = portal(&app, &cookie).await;
    let closed = app.get("/acme/portal").send().await;
    let missing = app.get("/nobody/portal").send().await;
    for page in [&entry, &home, &closed, &missing] {
        let policy = page.header("content-security-policy");
        for rule in ["default-src 'none'", "style-src 'self'", "script-src 'self'", "form-action 'self'"] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"));
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.header("vary").contains("Cookie"));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
    }
    let policies = [&entry, &home, &closed, &missing].map(|page| page.header("referrer-policy").to_owned());
    assert_eq!(policies, ["no-referrer", "same-origin", "no-referrer", "no-referrer"]);
}

async fn a_customer_without_a_name_is_called_by_the_email(app: TestApp) {
    let customer = customer_in(&app, &app.workspace, "nameless@example.com", "").await.id;
    let cookie = enter(&app, &link_in(&app, &app.workspace, customer, MemberChoice::Unnamed).await).await;
    assert_says(&portal(&app, &cookie).await, 200, "nameless@example.com</bdi></h1>");
}

async fn a_portal_is_nobody_elses(app: TestApp) {
    let customer = customer_in(&app, &app.workspace, "eve@example.com", "Eve").await;
    let postal = PostalAddress { city: line("Paris"), ..PostalAddress::default() };
    app.app
        .add_address((&customer).into(), NewAddress { postal, ..NewAddress::default() }, Once::unrepeated())
        .await
        .unwrap();
    let cookie = signed_in(&app).await;
    let page = portal(&app, &cookie).await.text();
    assert!(!page.contains("Paris") && !page.contains("Eve"));
}
