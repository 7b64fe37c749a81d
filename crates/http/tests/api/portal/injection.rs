//! What people type is text, wherever it is shown (AP-03).

use anteroom_app::{MemberChoice, NewAddress, NewWorkspace, Once};
use anteroom_domain::address::PostalAddress;
use anteroom_domain::text::{Phone, Slug};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;

use super::{assert_says, customer_in, form, line, link_in, portal, signed_in};

both_databases![
    ap_03_names_and_addresses_are_escaped,
    ap_03_typed_text_is_escaped,
    ap_03_paths_are_not_repeated
];

const HOSTILE: &str = r#""><script>alert('1')</script><img src=x onerror=alert(1)>&lt;{{7*7}}"#;
const ESCAPED: &str = "&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#60;img src=x \
                       onerror=alert(1)&#62;&#38;lt;{{7*7}}";

async fn ap_03_names_and_addresses_are_escaped(app: TestApp) {
    let new = NewWorkspace {
        slug: Slug::parse("hostile").unwrap(),
        name: line(HOSTILE).unwrap(),
        member_model_enabled: true,
    };
    let workspace = app.app.create_workspace(new).await.unwrap();
    let customer = customer_in(&app, &workspace, "a&b'c@example.com", HOSTILE).await;
    let postal = PostalAddress {
        address_name: line(HOSTILE),
        company: line(HOSTILE),
        first_name: line(HOSTILE),
        last_name: line(HOSTILE),
        address_1: line(HOSTILE),
        address_2: line(HOSTILE),
        city: line(HOSTILE),
        postal_code: line(HOSTILE),
        phone: Phone::parse("<b>1</b>").unwrap(),
        ..PostalAddress::default()
    };
    app.app
        .add_address((&customer).into(), NewAddress { postal, ..NewAddress::default() }, Once::unrepeated())
        .await
        .unwrap();
    let link = link_in(&app, &workspace, customer.id, MemberChoice::Unnamed).await;
    let entry = app.get(&link.path).send().await;
    let entered = form(&app, "/hostile/portal/enter", &format!("code={}", link.code)).send().await;
    let cookie = format!("anteroom_portal_hostile={}", entered.cookie("anteroom_portal_hostile").unwrap());
    let home = app.get("/hostile/portal").cookie(&cookie).send().await;
    let closed = app.get("/hostile/portal").send().await;
    let used = app.get(&link.path).send().await;
    let goodbye = form(&app, "/hostile/portal/sign-out", "").cookie(&cookie).send().await;
    for page in [entry, home, closed, used, goodbye] {
        assert_says(&page, 200, ESCAPED);
        let text = page.text();
        assert!(!text.contains("<script>") && !text.contains("<img") && !text.contains("<b>"), "{text}");
    }
}

async fn ap_03_typed_text_is_escaped(app: TestApp) {
    let cookie = signed_in(&app).await;
    let fields = format!("name={}&billing_name=a%00b", percent(HOSTILE));
    let refused = form(&app, "/acme/portal/profile", &fields).cookie(&cookie).send().await;
    assert_says(&refused, 400, &format!("value=\"{ESCAPED}\""));
    assert!(!refused.text().contains("<script>"));
    let fields = format!("name={}", percent(HOSTILE));
    assert_eq!(form(&app, "/acme/portal/profile", &fields).cookie(&cookie).send().await.status, 303);
    assert_says(&portal(&app, &cookie).await, 200, ESCAPED);
    for header in ["a%0d%0aSet-Cookie:%20x=y", "a%0aLocation:%20https://evil.example"] {
        let fields = format!("name={header}");
        let refused = form(&app, "/acme/portal/profile", &fields).cookie(&cookie).send().await;
        assert_says(&refused, 400, "should have no control characters");
    }
}

async fn ap_03_paths_are_not_repeated(app: TestApp) {
    for path in ["/%3Cscript%3E/portal", "/acme/portal/%3Cscript%3E", "/acme%0d%0ax/portal", "/acme%2Fportal"]
    {
        let page = app.get(path).send().await;
        assert_says(&page, 404, super::NOTHING);
        assert!(!page.text().contains("script"));
    }
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02x}"))
}
