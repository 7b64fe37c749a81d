//! The storefront example in a real browser, on an origin of its own: from registering to signing out.
//!
//! With `ANTEROOM_SCREENSHOTS=directory` it leaves a picture of every page there.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::env;
use std::fs;
use std::path::PathBuf;

use anteroom_app::change::Change;
use anteroom_app::{ProviderChanges, SettingsChanges};
use anteroom_domain::identity_provider::{ProviderKind, ProviderName};
use anteroom_domain::text::{Origin, PasskeyDomain};
use anteroom_store::{StoreExt, Unit};
use anteroom_testkit::app::{Database, TestApp, run};
use anteroom_testkit::browser::{Browser, Visitor};
use anteroom_testkit::issuer::FakeIssuer;
use anteroom_testkit::node::{Node, Served};
use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::json;
use totp_rs::{Builder, Secret};

const EMAIL: &str = "ada@example.com";

#[test]
fn a_shopper_looks_after_their_account_at_a_desk() {
    run(Database::Sqlite, |app| visit(app, "storefront-desktop", Visitor::desktop()));
}

#[test]
fn a_shopper_looks_after_their_account_on_a_phone_in_the_dark() {
    run(Database::Postgres, |app| visit(app, "storefront-phone", Visitor::phone().dark()));
}

#[test]
fn a_shopper_protects_their_account_at_a_desk() {
    run(Database::Sqlite, |app| protect(app, "factors-desktop", Visitor::desktop().dark()));
}

#[test]
fn a_shopper_protects_their_account_on_a_phone() {
    run(Database::Postgres, |app| protect(app, "factors-phone", Visitor::phone()));
}

#[test]
fn a_shopper_links_an_account_elsewhere_at_a_desk() {
    run(Database::Sqlite, |app| link(app, "links-desktop", Visitor::desktop()));
}

#[test]
fn a_shopper_links_an_account_elsewhere_on_a_phone_in_the_dark() {
    run(Database::Postgres, |app| link(app, "links-phone", Visitor::phone().dark()));
}

#[test]
fn the_unmodified_sdk_signs_in_on_a_providers_page() {
    for database in [Database::Sqlite, Database::Postgres] {
        run(database, |app| async move {
            let Some(node) = Node::find() else { return };
            for (provider, email) in
                [("keycloak", EMAIL), ("google", "ada@gmail.com"), ("github", "ada@github.example")]
            {
                let _issuer = set_up(&app, provider, email).await;
                for mode in ["jwt", "session"] {
                    let variables = [
                        ("ANTEROOM_URL", app.address()),
                        ("PUBLISHABLE_KEY", app.key.clone()),
                        ("PROVIDER", provider.to_owned()),
                        ("EMAIL", email.to_owned()),
                    ];
                    let said = node.run("provider.mjs", &[mode], variables);
                    assert!(said.status.success(), "{provider}, {mode} on {database:?}: {said:?}");
                }
            }
        });
    }
}

/// An issuer of its own for each, which signs in whoever has that e-mail.
async fn set_up(app: &TestApp, provider: &str, email: &str) -> FakeIssuer {
    let issuer = FakeIssuer::start(&app.clock);
    issuer.signs_in("583231", Some(email), true);
    let mut body = issuer.provider("https://shop.example/account/callback");
    if provider == "github" {
        body.as_object_mut().unwrap().insert("type".to_owned(), json!("github"));
    }
    let path = format!("/api/workspace/providers/{provider}");
    app.merchant("PUT", &path).json(&body).send().await.expect(201);
    if provider == "google" {
        // The true one signs in nobody for a test, and no other may be named: behind the API's back.
        let (workspace, name) = (app.workspace.id, ProviderName::parse(provider).unwrap());
        let as_google = |unit: &mut dyn Unit| {
            let mut google = unit.identity_provider(workspace, name)?.unwrap();
            google.settings.kind = ProviderKind::Google;
            unit.put_identity_provider(&google)
        };
        app.store().write(as_google).unwrap();
    }
    issuer
}

async fn visit(app: TestApp, name: &'static str, visitor: Visitor) {
    let Some(shop) = Shop::open(&app, name, visitor).await else { return };
    shop.goto("/").await;
    shop.says("Welcome back").await;
    shop.fill("sign-in", &[("email", EMAIL), ("password", "correct horse battery")]).await;
    shop.click("Sign in").await;
    shop.says("Invalid email or password").await;
    shop.picture("1-refused").await;
    shop.follow("Create an account").await;
    let typed = [("first_name", "Ada"), ("email", EMAIL), ("password", "correct horse battery")];
    shop.fill("register", &typed).await;
    shop.click("Create account").await;
    shop.says("Hello, Ada").await;
    shop.says("No addresses yet.").await;

    shop.fill("profile", &[("last_name", "Lovelace"), ("company_name", "Engines")]).await;
    shop.click("Save profile").await;
    shop.says("Your profile is saved.").await;
    shop.add_address(&[("address_name", "Home"), ("city", "London"), ("country_code", "gb")]).await;
    shop.click_in("address", "input[name=is_default_shipping]").await;
    shop.click("Save address").await;
    shop.says("The address is saved.").await;
    shop.says("Ships here").await;
    // Two of the same moment are sorted by their ids, which nobody chooses.
    app.clock.advance(time::Duration::SECOND);
    shop.add_address(&[("address_name", "Office"), ("city", "Berlin"), ("country_code", "z")]).await;
    shop.fill("address", &[("country_code", "zz")]).await;
    shop.click("Save address").await;
    shop.says("Value for field 'country_code' should be a two-letter country code").await;
    shop.fill("address", &[("country_code", "de")]).await;
    shop.click("Save address").await;
    shop.says("Berlin, DE").await;
    shop.picture("2-account").await;
    shop.click_in("addresses", "li:first-child .edit").await;
    shop.fill("address", &[("city", "Bath")]).await;
    shop.click("Save address").await;
    shop.says("Bath, GB").await;
    shop.click_in("addresses", "li:last-child .remove").await;
    shop.says("The address is removed.").await;

    // Whoever comes back is still signed in: the cookie is the browser's.
    shop.goto("/").await;
    shop.says("Hello, Ada").await;
    shop.says("Bath, GB").await;
    let last_name = shop.field("profile", "last_name").await;
    assert_eq!(last_name.prop("value").await.unwrap().as_deref(), Some("Lovelace"));
    shop.click("Sign out").await;
    shop.says("You are signed out.").await;
    shop.goto("/").await;
    shop.says("Welcome back").await;

    shop.follow("Forgot your password?").await;
    shop.fill("forgot", &[("identifier", EMAIL)]).await;
    shop.click("Send the link").await;
    shop.says("a mail is on its way").await;
    shop.goto(&format!("/?token={}", mailed_token(&app).await)).await;
    shop.fill("reset", &[("password", "another battery staple")]).await;
    shop.click("Save the password").await;
    shop.says("Your password is another one.").await;
    shop.fill("sign-in", &[("email", EMAIL), ("password", "another battery staple")]).await;
    shop.click("Sign in").await;
    shop.says("Hello, Ada").await;
    shop.browser.close().await;
}

/// An authenticator app and a passkey, which Chromium's own authenticator keeps.
async fn protect(app: TestApp, name: &'static str, visitor: Visitor) {
    let Some(shop) = Shop::open(&app, name, visitor).await else { return };
    shop.browser.devtools("WebAuthn.enable", json!({})).await;
    let authenticator = json!({"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "automaticPresenceSimulation": true,
    }});
    shop.browser.devtools("WebAuthn.addVirtualAuthenticator", authenticator).await;
    shop.goto("/#register").await;
    shop.fill("register", &[("first_name", "Ada"), ("email", EMAIL), ("password", "correct horse battery")])
        .await;
    shop.click("Create account").await;
    shop.says("Hello, Ada").await;

    shop.click("Add an authenticator app").await;
    shop.says("Take this key into your app").await;
    let secret = shop.find(Locator::Css("#app-secret")).await.text().await.unwrap();
    shop.picture("1-app").await;
    let code = |app: &TestApp| {
        let seconds = u64::try_from(app.app.now().unix_timestamp()).unwrap();
        let secret = Secret::try_from_base32(&secret).unwrap();
        let app = Builder::new().with_secret(secret).with_account_name(EMAIL).build().unwrap();
        app.generate(seconds).to_string()
    };
    shop.fill("app", &[("code", "000000")]).await;
    shop.click("Turn it on").await;
    shop.says("The code is wrong or was used before").await;
    shop.fill("app", &[("code", &code(&app))]).await;
    shop.click("Turn it on").await;
    shop.says("Your account is protected by an authenticator app.").await;
    shop.says("they are not shown again").await;
    shop.picture("2-recovery-codes").await;
    let recovery_code = shop.find(Locator::Css("#recovery-codes li")).await.text().await.unwrap();
    shop.click("Add a passkey").await;
    shop.says("Passkey of").await;
    shop.click("Sign out").await;

    // A password is not enough any more.
    shop.fill("sign-in", &[("email", EMAIL), ("password", "correct horse battery")]).await;
    shop.click("Sign in").await;
    shop.says("One more step").await;
    shop.picture("3-one-more-step").await;
    shop.fill("code", &[("code", "000000")]).await;
    shop.click("Continue").await;
    shop.says("The code is wrong, was used before or has expired").await;
    app.clock.advance(time::Duration::seconds(30));
    shop.fill("code", &[("code", &code(&app))]).await;
    shop.click("Continue").await;
    shop.says("Hello, Ada").await;
    shop.click("Sign out").await;
    shop.fill("sign-in", &[("email", EMAIL), ("password", "correct horse battery")]).await;
    shop.click("Sign in").await;
    shop.says("One more step").await;
    shop.fill("code", &[("code", &recovery_code)]).await;
    shop.click("Continue").await;
    shop.says("Hello, Ada").await;
    shop.click("Sign out").await;

    // A passkey is.
    shop.click("Sign in with a passkey").await;
    shop.says("Hello, Ada").await;
    shop.click("Remove the app").await;
    shop.says("signing in asks for its code too").await;
    shop.picture("4-account").await;
    shop.browser.close().await;
}

/// An account elsewhere, which signs in and is linked.
async fn link(app: TestApp, name: &'static str, visitor: Visitor) {
    let Some(shop) = Shop::open(&app, name, visitor).await else { return };
    let issuer = FakeIssuer::start(&app.clock);
    let mut provider = issuer.provider(&format!("{}/", shop.served.address));
    provider.as_object_mut().unwrap().insert("display_name".to_owned(), json!("Keycloak"));
    app.merchant("PUT", "/api/workspace/providers/keycloak").json(&provider).send().await.expect(201);
    issuer.signs_in("ada-1", Some("lovelace@example.com"), false);
    shop.goto("/#register").await;
    shop.fill("register", &[("first_name", "Ada"), ("email", EMAIL), ("password", "correct horse battery")])
        .await;
    shop.click("Create account").await;
    shop.says("Hello, Ada").await;
    shop.click("Link Keycloak").await;
    shop.says("Keycloak is linked.").await;
    shop.picture("1-linked").await;
    shop.click("Sign out").await;
    shop.says("You are signed out.").await;
    shop.picture("2-sign-in").await;
    shop.click("Continue with Keycloak").await;
    shop.says("Hello, Ada").await;
    shop.click("Unlink Keycloak").await;
    shop.find(Locator::XPath("//button[normalize-space()='Link Keycloak']")).await;
    // A page that nobody was sent away from links nothing.
    shop.goto("/?state=x&code=y").await;
    shop.says("Nobody was sent away from here.").await;
    shop.browser.close().await;
}

/// The token of the one mail that there is.
async fn mailed_token(app: &TestApp) -> String {
    while !app.rows().iter().any(|row| row.starts_with("outbox_messages")) {
        tokio::task::yield_now().await;
    }
    app.app.deliver_mails(20).await.unwrap();
    let file = fs::read_dir(app.outbox()).unwrap().next().unwrap().unwrap().path();
    let mail = fs::read_to_string(file).unwrap().replace("\r\n", "\n").replace("=\n", "");
    let begin = mail.find("anteroom_").unwrap();
    let is_token = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
    mail[begin..].chars().take_while(is_token).collect()
}

fn by_name(address: &str) -> String {
    address.replace("127.0.0.1", "localhost")
}

/// The example, served for the app's workspace, and a browser that visits it.
struct Shop {
    name: &'static str,
    served: Served,
    browser: Browser,
}

impl Shop {
    async fn open(app: &TestApp, name: &'static str, visitor: Visitor) -> Option<Self> {
        // By the name: passkeys are for a domain, and a number is none.
        let mut served = Node::find()?.serve(&by_name(&app.address()), &app.key);
        served.address = by_name(&served.address);
        let allowed_origins = Some(vec![Origin::parse(&served.address).unwrap()]);
        let passkey_domain = Change::Set(PasskeyDomain::parse("localhost").unwrap());
        let providers = Change::Set(ProviderChanges { passkey_domain, ..ProviderChanges::default() });
        let changes = SettingsChanges { allowed_origins, providers, ..SettingsChanges::default() };
        app.app.update_settings(app.workspace.id, changes).await.unwrap();
        Some(Self { name, served, browser: Browser::start(visitor).await? })
    }

    async fn goto(&self, path: &str) {
        self.browser.client().goto(&format!("{}{path}", self.served.address)).await.unwrap();
    }

    async fn find(&self, locator: Locator<'_>) -> Element {
        self.browser.client().wait().for_element(locator).await.unwrap()
    }

    async fn follow(&self, link: &str) {
        self.find(Locator::LinkText(link)).await.click().await.unwrap();
    }

    async fn click(&self, button: &str) {
        let path = format!("//button[normalize-space()='{button}' and not(ancestor::*[@hidden])]");
        self.find(Locator::XPath(&path)).await.click().await.unwrap();
    }

    async fn click_in(&self, part: &str, selector: &str) {
        self.find(Locator::Css(&format!("#{part} {selector}"))).await.click().await.unwrap();
    }

    async fn field(&self, form: &str, name: &str) -> Element {
        let path = format!("//*[@id='{form}']//input[@name='{name}' and not(ancestor::*[@hidden])]");
        self.find(Locator::XPath(&path)).await
    }

    async fn fill(&self, form: &str, fields: &[(&str, &str)]) {
        for (name, text) in fields {
            let field = self.field(form, name).await;
            field.clear().await.unwrap();
            field.send_keys(text).await.unwrap();
        }
    }

    async fn add_address(&self, fields: &[(&str, &str)]) {
        self.click_in("editor", "summary").await;
        self.fill("address", fields).await;
    }

    /// Waits until the page shows these words where a person sees them.
    async fn says(&self, words: &str) {
        let path = format!("//*[contains(text(), \"{words}\") and not(ancestor-or-self::*[@hidden])]");
        let wait = self.browser.client().wait().for_element(Locator::XPath(&path)).await;
        let page = if wait.is_ok() { String::new() } else { self.browser.client().source().await.unwrap() };
        assert!(wait.is_ok(), "{}: no {words:?} in {page}", self.name);
    }

    async fn picture(&self, page: &str) {
        let Some(directory) = env::var_os("ANTEROOM_SCREENSHOTS").map(PathBuf::from) else { return };
        fs::create_dir_all(&directory).unwrap();
        self.browser.screenshot(&directory.join(format!("{}-{page}.png", self.name))).await;
    }
}
