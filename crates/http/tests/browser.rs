//! The portal in a real browser, from the link to signing out: at a desk and on a phone, in daylight and in the dark,
//! with JavaScript and without.
//!
//! With `ANTEROOM_SCREENSHOTS=directory` it leaves a picture of every page there.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

use std::env;
use std::path::PathBuf;

use anteroom_app::change::Change;
use anteroom_app::{
    CustomerRef, MemberChoice, MemberRef, NewAddress, NewCustomer, NewCustomerSession, NewMember, NewOwner,
    NewWorkspace, Once, PortalLookChanges, SettingsChanges,
};
use anteroom_domain::address::PostalAddress;
use anteroom_domain::customer::{Customer, CustomerKind};
use anteroom_domain::member::Role;
use anteroom_domain::metadata::Metadata;
use anteroom_domain::text::{Color, CountryCode, Email, Line, Phone, Province, ReturnUrl, Slug};
use anteroom_domain::workspace::Workspace;
use anteroom_testkit::app::{Database, TestApp, run};
use anteroom_testkit::browser::{Browser, Visitor};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::{Value, json};

const WAY_BACK: &str = "https://shop.example/account?from=portal";

#[test]
fn the_whole_visit_at_a_desk() {
    run(Database::Sqlite, |app| whole_visit(app, "desktop-light", Visitor::desktop(), true));
}

#[test]
fn the_whole_visit_at_a_desk_in_the_dark() {
    run(Database::Sqlite, |app| whole_visit(app, "desktop-dark", Visitor::desktop().dark(), true));
}

#[test]
fn the_whole_visit_on_a_phone() {
    run(Database::Sqlite, |app| whole_visit(app, "phone-light", Visitor::phone(), true));
}

#[test]
fn the_whole_visit_on_a_phone_in_the_dark() {
    run(Database::Sqlite, |app| whole_visit(app, "phone-dark", Visitor::phone().dark(), true));
}

#[test]
fn the_whole_visit_at_a_desk_without_javascript() {
    let visitor = Visitor::desktop().without_javascript();
    run(Database::Sqlite, move |app| whole_visit(app, "desktop-plain", visitor, false));
}

#[test]
fn the_whole_visit_on_a_phone_without_javascript() {
    let visitor = Visitor::phone().without_javascript();
    run(Database::Postgres, move |app| whole_visit(app, "phone-plain", visitor, false));
}

#[test]
fn ot_04_a_link_opened_from_elsewhere_waits_for_a_click() {
    run(Database::Sqlite, |app| async move {
        let Some(page) = Page::open("elsewhere", Visitor::desktop()).await else { return };
        let shop = Shop::open(&app).await;
        let link = shop.link(&app, &shop.ada(&app).await, MemberChoice::Unnamed).await;
        page.goto(&link).await;
        page.says(&["Open your account", "Continue"]).await;
        page.goto(&link).await;
        page.click("Continue").await;
        page.says(&["Signed in as", "Ada Lovelace"]).await;
        page.leave().await;
    });
}

#[test]
fn long_texts_and_other_scripts_find_room() {
    run(Database::Sqlite, |app| async move {
        let Some(page) = Page::open("phone-long", Visitor::phone()).await else { return };
        let shop = Shop::open(&app).await;
        let link = shop.link(&app, &shop.long(&app).await, MemberChoice::Unnamed).await;
        page.follow(&link).await;
        page.says(&["Signed in as", "علاء الدين"]).await;
        page.picture("home").await;
        page.leave().await;
    });
}

#[test]
fn the_colour_of_a_workspace_is_that_of_its_buttons() {
    run(Database::Sqlite, |app| wears_its_colour(app, Visitor::desktop(), true));
    run(Database::Sqlite, |app| wears_its_colour(app, Visitor::phone().dark(), false));
}

/// Buttons have the colour by day and by night, links where it can be read.
async fn wears_its_colour(app: TestApp, visitor: Visitor, is_day: bool) {
    let Some(page) = Page::open("colour", visitor).await else { return };
    let shop = Shop::open(&app).await;
    let portal = Change::Set(PortalLookChanges {
        color: Change::Set(Color::parse("#1f6b58").unwrap()),
        ..PortalLookChanges::default()
    });
    let changes = SettingsChanges { portal, ..SettingsChanges::default() };
    app.app.update_settings(shop.workspace.id, changes).await.unwrap();
    page.follow(&shop.link(&app, &shop.ada(&app).await, MemberChoice::Unnamed).await).await;
    page.says(&["Signed in as", "Ada Lovelace"]).await;
    let color = "rgba(31, 107, 88, 1)";
    let button = page.client().find(Locator::Css(".button")).await.unwrap();
    assert_eq!(button.css_value("background-color").await.unwrap(), color);
    assert_eq!(button.css_value("color").await.unwrap(), "rgba(255, 255, 255, 1)");
    let skip = page.client().find(Locator::Css(".skip")).await.unwrap();
    let skip = skip.css_value("color").await.unwrap();
    assert_eq!(skip == color, is_day, "{skip}");
    page.leave().await;
}

#[test]
fn a_member_at_a_desk_reads_what_others_may_change() {
    run(Database::Sqlite, |app| member_reads(app, "desktop-member", Visitor::desktop()));
}

#[test]
fn a_member_on_a_phone_reads_what_others_may_change() {
    run(Database::Sqlite, |app| member_reads(app, "phone-member", Visitor::phone().dark()));
}

async fn member_reads(app: TestApp, name: &str, visitor: Visitor) {
    let Some(page) = Page::open(name, visitor).await else { return };
    let shop = Shop::open(&app).await;
    let (team, member) = shop.member(&app).await;
    page.follow(&shop.link(&app, &team, member).await).await;
    page.says(&["Grace Hopper", "Member at Analytical Engines", "No addresses yet"]).await;
    page.says(&["The owner and billing managers"]).await;
    assert!(page.client().find(Locator::Css("input")).await.is_err());
    page.picture("home").await;
    page.leave().await;
}

async fn whole_visit(app: TestApp, name: &str, visitor: Visitor, javascript: bool) {
    let Some(page) = Page::open(name, visitor).await else { return };
    let shop = Shop::open(&app).await;
    let link = shop.link(&app, &shop.ada(&app).await, MemberChoice::Unnamed).await;
    page.goto(&link).await;
    page.says(&["Open your account", "Northwind Coffee", "Continue"]).await;
    page.picture("1-enter").await;
    page.follow(&link).await;
    if !javascript {
        page.click("Continue").await;
    }
    page.says(&["Signed in as", "Ada Lovelace", "Owner", "ada@example.com", "Back to Northwind Coffee"])
        .await;
    page.says(&["Default shipping", "Default billing", "12 St James’s Square", "San Francisco, CA 94103"])
        .await;
    page.is_at("/northwind/portal").await;
    page.picture("2-home").await;
    page.fill("name", &"Ada ".repeat(70)).await;
    page.click("Save changes").await;
    page.says(&["The name should have at most 256 characters.", "Not saved yet"]).await;
    page.picture("3-refused").await;
    page.fill("name", "Ada Byron").await;
    page.fill("billing_name", "Analytical Engines Ltd").await;
    page.click("Save changes").await;
    page.says(&["Your changes are saved.", "Signed in as Ada Byron"]).await;
    assert_eq!(page.value("name").await, "Ada Byron");
    page.picture("4-saved").await;
    page.goto(&link).await;
    page.is_at("/northwind/portal").await;
    page.has_way_back().await;
    page.click("Sign out").await;
    page.says(&["You are signed out", "Back to Northwind Coffee"]).await;
    page.has_way_back().await;
    page.picture("5-goodbye").await;
    page.goto(&shop.portal).await;
    page.says(&["Please ask the shop for a new link"]).await;
    page.picture("6-closed").await;
    page.goto(&link).await;
    page.says(&["This link has been used or is too old", "Back to Northwind Coffee"]).await;
    page.has_way_back().await;
    page.picture("7-used").await;
    page.goto(&format!("{}/nobody/portal", app.address())).await;
    page.says(&["There is nothing here"]).await;
    page.picture("8-nothing").await;
    page.leave().await;
}

/// A browser with one page open.
struct Page {
    name: String,
    browser: Browser,
}

impl Page {
    async fn open(name: &str, visitor: Visitor) -> Option<Self> {
        let browser = Browser::start(visitor).await?;
        // What would stand in red in the console: blocked or failed files, and scripts that throw.
        let source = "window.faults = []; for (const kind of ['error', 'securitypolicyviolation', 'unhandledrejection'])
            window.addEventListener(kind, (event) => window.faults.push(kind + ' ' + (event.message ||
            event.violatedDirective || (event.target && (event.target.src || event.target.href)))), true);";
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
        Some(Self { name: name.to_owned(), browser })
    }

    fn client(&self) -> &fantoccini::Client {
        self.browser.client()
    }

    /// Opens an address as if it had been typed.
    async fn goto(&self, url: &str) {
        self.client().goto(url).await.unwrap();
        self.is_sound().await;
    }

    /// Clicks the link on a page of the shop.
    async fn follow(&self, link: &str) {
        let shop = format!("data:text/html,<title>Shop</title><p><a href=\"{link}\">Your account</a>");
        self.client().goto(&shop).await.unwrap();
        self.client().find(Locator::LinkText("Your account")).await.unwrap().click().await.unwrap();
    }

    async fn click(&self, button: &str) {
        let path = format!("//button[normalize-space()='{button}']");
        self.client().find(Locator::XPath(&path)).await.unwrap().click().await.unwrap();
    }

    async fn field(&self, id: &str) -> Element {
        self.client().find(Locator::Id(id)).await.unwrap()
    }

    async fn fill(&self, id: &str, text: &str) {
        let field = self.field(id).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    async fn value(&self, id: &str) -> String {
        self.field(id).await.prop("value").await.unwrap().unwrap()
    }

    /// Waits until the page shows all of these words.
    async fn says(&self, words: &[&str]) {
        for words in words {
            let path = format!("//body[contains(normalize-space(), \"{words}\")]");
            let wait = self.client().wait().for_element(Locator::XPath(&path)).await;
            let page = if wait.is_ok() { String::new() } else { self.client().source().await.unwrap() };
            assert!(wait.is_ok(), "{}: no {words:?} in {page}", self.name);
        }
        self.is_sound().await;
    }

    async fn is_at(&self, path: &str) {
        let url = self.client().current_url().await.unwrap();
        assert_eq!((url.path(), url.query()), (path, None), "{}", self.name);
    }

    async fn has_way_back(&self) {
        let link = self.client().find(Locator::Css(&format!("a[href='{WAY_BACK}']"))).await.unwrap();
        assert!(link.is_displayed().await.unwrap());
    }

    /// Nothing hangs over the edge, and the console is empty.
    async fn is_sound(&self) {
        let metrics = self.browser.devtools("Page.getLayoutMetrics", json!({})).await;
        let width = |part: &str, side: &str| metrics[part][side].as_f64().unwrap();
        let (content, window) = (width("cssContentSize", "width"), width("cssLayoutViewport", "clientWidth"));
        assert!(content <= window, "{}: {content} px in a window of {window}", self.name);
        let evaluate = json!({"expression": "JSON.stringify(window.faults || [])", "returnByValue": true});
        let faults = self.browser.devtools("Runtime.evaluate", evaluate).await;
        assert!(matches!(faults["result"]["value"].as_str(), Some("[]") | None), "{}: {faults}", self.name);
    }

    /// A picture of the whole page, however long.
    async fn picture(&self, page: &str) {
        let Some(directory) = env::var_os("ANTEROOM_SCREENSHOTS").map(PathBuf::from) else { return };
        std::fs::create_dir_all(&directory).unwrap();
        let size = &self.browser.devtools("Page.getLayoutMetrics", json!({})).await["cssContentSize"];
        let clip = json!({"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1});
        let asked = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let answer: Value = self.browser.devtools("Page.captureScreenshot", asked).await;
        let bytes = BASE64_STANDARD.decode(answer["data"].as_str().unwrap()).unwrap();
        std::fs::write(directory.join(format!("{}-{page}.png", self.name)), bytes).unwrap();
    }

    async fn leave(self) {
        self.browser.close().await;
    }
}

/// A merchant with customers.
struct Shop {
    workspace: Workspace,
    portal: String,
}

impl Shop {
    async fn open(app: &TestApp) -> Self {
        let new = NewWorkspace {
            slug: Slug::parse("northwind").unwrap(),
            name: line("Northwind Coffee").unwrap(),
            member_model_enabled: true,
        };
        let workspace = app.app.create_workspace(new).await.unwrap();
        Self { workspace, portal: format!("{}/northwind/portal", app.address()) }
    }

    async fn customer(&self, app: &TestApp, kind: CustomerKind, email: &str, name: &str) -> Customer {
        let new = NewCustomer {
            email: Email::parse(email).unwrap(),
            kind,
            external_id: None,
            name: line(name),
            billing_address: None,
            avatar_url: None,
            metadata: Metadata::default(),
            owner: NewOwner::default(),
        };
        app.app.create_customer(&self.workspace, new, Once::unrepeated()).await.unwrap().customer
    }

    async fn ada(&self, app: &TestApp) -> Customer {
        let ada = self.customer(app, CustomerKind::Individual, "ada@example.com", "Ada Lovelace").await;
        let country_code = Some(CountryCode::parse("us").unwrap());
        let office = PostalAddress {
            first_name: line("Ada"),
            last_name: line("Lovelace"),
            company: line("Analytical Engines Inc."),
            address_1: line("1455 Market Street"),
            address_2: line("Suite 600"),
            city: line("San Francisco"),
            postal_code: line("94103"),
            province: Province::parse("CA", country_code).unwrap(),
            country_code,
            ..PostalAddress::default()
        };
        let home = PostalAddress {
            address_name: line("Home"),
            first_name: line("Ada"),
            last_name: line("Lovelace"),
            address_1: line("12 St James’s Square"),
            city: line("London"),
            postal_code: line("SW1Y 4JH"),
            country_code: Some(CountryCode::parse("gb").unwrap()),
            phone: Phone::parse("+44 20 7946 0958").unwrap(),
            ..PostalAddress::default()
        };
        let parents = PostalAddress {
            first_name: line("Annabella"),
            last_name: line("Byron"),
            address_1: line("Friedrichstraße 43"),
            city: line("Berlin"),
            postal_code: line("10117"),
            country_code: Some(CountryCode::parse("de").unwrap()),
            ..PostalAddress::default()
        };
        for (postal, is_default_shipping, is_default_billing) in
            [(office, false, true), (parents, false, false), (home, true, false)]
        {
            let new = NewAddress { postal, is_default_shipping, is_default_billing, ..NewAddress::default() };
            app.app.add_address((&ada).into(), new, Once::unrepeated()).await.unwrap();
        }
        ada
    }

    async fn long(&self, app: &TestApp) -> Customer {
        let email = format!("{}@{}.example.com", "a".repeat(60), "very-long-department-name-of-a-company");
        let name = "علاء الدين بن عبد الله المعروف بالصبور الحكيم صاحب المصباح العجيب";
        let customer = self.customer(app, CustomerKind::Individual, &email, name).await;
        let unbroken =
            "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkunde".repeat(3);
        let postal = PostalAddress {
            address_name: line(&unbroken),
            first_name: line("علاء"),
            last_name: line("الدين"),
            address_1: line(&unbroken),
            city: line("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"),
            postal_code: line("LL61 5UJ"),
            country_code: Some(CountryCode::parse("gb").unwrap()),
            phone: Phone::parse("+44 1248 000000 extension 12345678901234567890").unwrap(),
            ..PostalAddress::default()
        };
        let flags =
            NewAddress { is_default_shipping: true, is_default_billing: true, ..NewAddress::default() };
        app.app
            .add_address((&customer).into(), NewAddress { postal, ..flags }, Once::unrepeated())
            .await
            .unwrap();
        customer
    }

    /// A team, and somebody of it who may only look.
    async fn member(&self, app: &TestApp) -> (Customer, MemberChoice) {
        let team = self.customer(app, CustomerKind::Team, "team@example.com", "Analytical Engines").await;
        let new = NewMember {
            email: Email::parse("grace@example.com").unwrap(),
            name: line("Grace Hopper"),
            external_id: None,
            role: Role::Member,
        };
        let member = app
            .app
            .create_member(&self.workspace, CustomerRef::Id(team.id), new, Once::unrepeated())
            .await
            .unwrap();
        (team, MemberChoice::Named(MemberRef::Id(member.id)))
    }

    async fn link(&self, app: &TestApp, customer: &Customer, member: MemberChoice) -> String {
        let new = NewCustomerSession {
            customer: CustomerRef::Id(customer.id),
            member,
            return_url: Some(ReturnUrl::parse(WAY_BACK).unwrap()),
            life: None,
        };
        let opened = app.app.create_customer_session(&self.workspace, new, Once::unrepeated()).await.unwrap();
        format!("{}?code={}", self.portal, opened.entry_code.reveal())
    }
}

fn line(text: &str) -> Option<Line> {
    Line::parse(text).unwrap()
}
