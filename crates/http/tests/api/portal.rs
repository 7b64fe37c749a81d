//! The customer portal, as a browser meets it.

mod assets;
mod cookie;
mod entry;
mod forms;
mod home;
mod injection;
mod look;
mod password_reset;
mod problems;
mod profile;
mod sign_out;

use anteroom_app::{
    CustomerRef, MemberChoice, MemberRef, NewCustomer, NewCustomerSession, NewMember, NewOwner, Once,
};
use anteroom_domain::customer::{Customer, CustomerId, CustomerKind};
use anteroom_domain::member::Role;
use anteroom_domain::metadata::Metadata;
use anteroom_domain::text::{Email, Line, ReturnUrl};
use anteroom_domain::workspace::Workspace;
use anteroom_testkit::app::{Answer, Call, TestApp};

const FORM: &str = "application/x-www-form-urlencoded";
const COOKIE: &str = "anteroom_portal_acme";
const WAY_BACK: &str = "https://shop.example/account?tab=1&x=2";

/// A customer session and its link.
struct Link {
    customer: CustomerId,
    token: String,
    code: String,
    /// The path and query of the portal link.
    path: String,
}

fn line(text: &str) -> Option<Line> {
    Line::parse(text).unwrap()
}

async fn customer_in(app: &TestApp, workspace: &Workspace, email: &str, name: &str) -> Customer {
    let new = NewCustomer {
        email: Email::parse(email).unwrap(),
        kind: CustomerKind::Individual,
        external_id: None,
        name: line(name),
        billing_address: None,
        avatar_url: None,
        metadata: Metadata::default(),
        owner: NewOwner::default(),
    };
    app.app.create_customer(workspace, new, Once::unrepeated()).await.unwrap().customer
}

async fn ada(app: &TestApp) -> CustomerId {
    customer_in(app, &app.workspace, "ada@example.com", "Ada Lovelace").await.id
}

async fn link_in(app: &TestApp, workspace: &Workspace, customer: CustomerId, member: MemberChoice) -> Link {
    let new = NewCustomerSession {
        customer: CustomerRef::Id(customer),
        member,
        return_url: Some(ReturnUrl::parse(WAY_BACK).unwrap()),
        life: None,
    };
    let opened = app.app.create_customer_session(workspace, new, Once::unrepeated()).await.unwrap();
    let code = opened.entry_code.reveal().to_owned();
    let path = format!("/{}/portal?code={code}", workspace.slug);
    Link { customer, token: opened.token.reveal().to_owned(), code, path }
}

/// A link for Ada, a new customer of `acme`.
async fn link(app: &TestApp) -> Link {
    let customer = ada(app).await;
    link_in(app, &app.workspace, customer, MemberChoice::Unnamed).await
}

/// A link for a member of Ada's team with that role.
async fn member_link(app: &TestApp, role: Role) -> Link {
    let owner = NewOwner { email: Some(Email::parse("owner@example.com").unwrap()), ..NewOwner::default() };
    let team = NewCustomer {
        email: Email::parse("team@example.com").unwrap(),
        kind: CustomerKind::Team,
        external_id: None,
        name: line("Analytical Engines"),
        billing_address: None,
        avatar_url: None,
        metadata: Metadata::default(),
        owner,
    };
    let team = app.app.create_customer(&app.workspace, team, Once::unrepeated()).await.unwrap().customer.id;
    let new = NewMember {
        email: Email::parse("grace@example.com").unwrap(),
        name: line("Grace Hopper"),
        external_id: None,
        role,
    };
    let member =
        app.app.create_member(&app.workspace, CustomerRef::Id(team), new, Once::unrepeated()).await.unwrap();
    link_in(app, &app.workspace, team, MemberChoice::Named(MemberRef::Id(member.id))).await
}

/// A form, as a page of ours sends it.
fn form(app: &TestApp, path: &str, fields: &str) -> Call {
    app.post(path).header("sec-fetch-site", "same-origin").body(FORM, fields)
}

/// Sends the form of the entry page.
async fn submit(app: &TestApp, link: &Link) -> Answer {
    form(app, "/acme/portal/enter", &format!("code={}", link.code)).send().await
}

/// Enters by the link; the cookie, as the browser sends it back.
async fn enter(app: &TestApp, link: &Link) -> String {
    let answer = submit(app, link).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/acme/portal"), "{}", answer.text());
    format!("{COOKIE}={}", answer.cookie(COOKIE).unwrap())
}

/// A new customer whose browser is in the portal.
async fn signed_in(app: &TestApp) -> String {
    enter(app, &link(app).await).await
}

/// The portal, as the holder of that cookie sees it.
async fn portal(app: &TestApp, cookie: &str) -> Answer {
    app.get("/acme/portal").cookie(cookie).send().await
}

#[track_caller]
fn assert_says(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.text().contains(words), "no {words:?} in {}", answer.text());
}

const SIGNED_IN: &str = "Signed in as";
const USED: &str = "This link has been used or is too old";
const ASK: &str = "Please ask the shop for a new link";
const NOTHING: &str = "There is nothing here";
