//! `/{slug}/portal/verify-email`: the page that a mailed link leads to, where somebody proves their e-mail address.
//!
//! Opening it spends nothing, because mail scanners open links too: the form does. It signs nobody in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_domain::workspace::Workspace;
use askama::Template;
use serde_json::json;

use super::calm::Picture;
use super::forms::{OpenedBy, field, refuse_foreign};
use super::mailed_link::{self, say};
use super::page::{Frame, framed, secret};
use super::visitor::Visitor;
use crate::Http;
use crate::body::Body;
use crate::failure::Failure;
use crate::openapi::scalars::Text;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};

request_schema!(
    /// The form of the page.
    form VerifyEmailForm {
        /// The token of the mailed link.
        #[schema(nullable = false)]
        token: Option<String>,
    }
);

#[derive(Template)]
#[template(path = "portal/verify_email.html")]
struct Page<'a> {
    frame: Frame<'a>,
    portal: &'a str,
    token: &'a str,
}

pub(super) fn showing() -> Operation {
    let operation =
        Operation::new(Tag::Pages, "showEmailVerification", "Show where to prove an e-mail address");
    mailed_link::showing(
        operation.describes("Spends nothing. A link that opens nothing any more is said to be one."),
    )
}

pub(super) fn proving() -> Operation {
    Operation::new(Tag::Pages, "verifyEmail", "Prove an e-mail address")
        .describes("Spends the token. It signs nobody in.")
        .path::<Text>("slug", "The workspace.")
        .takes_form::<VerifyEmailForm>(json!({"token": examples::VERIFICATION_TOKEN}))
        .answers_text(StatusCode::OK, "It is done, or the link opens nothing any more.", "text/html")
        .with_header("Referrer-Policy", "`no-referrer`: the address may hold the token.")
        .refuses("A page of somebody else's sent the form.", Failure::ForeignOrigin)
        .refuses("No workspace has this slug.", Failure::NoSuchRoute)
}

pub(super) async fn show(
    http: web::Data<Http>,
    request: HttpRequest,
    visitor: Visitor,
) -> Result<HttpResponse, Failure> {
    let token = mailed_link::token_of(&request);
    if !http.app().opens_email_verification(&visitor.workspace, &token).await? {
        return opens_nothing(&visitor.workspace);
    }
    let (frame, portal) = (Frame::of(&visitor.workspace), visitor.portal());
    framed(StatusCode::OK, frame, &Page { frame, portal: &portal, token: &token }).map(secret)
}

pub(super) async fn prove(
    http: web::Data<Http>,
    request: HttpRequest,
    visitor: Visitor,
    body: Body,
) -> Result<HttpResponse, Failure> {
    refuse_foreign(&http, &request, OpenedBy::Code)?;
    let typed = body.form().await?;
    let token = field(&typed, "token").unwrap_or_default();
    match http.app().verify_email(&visitor.workspace, &token).await? {
        Some(_) => {
            let text = "Thank you. You can go back to the shop and sign in.";
            say(&visitor.workspace, Picture::Done, "Your e-mail address is confirmed", text)
        }
        None => opens_nothing(&visitor.workspace),
    }
}

fn opens_nothing(workspace: &Workspace) -> Result<HttpResponse, Failure> {
    let text = "It was used before, it is older than a day, or another one was sent since. Ask for a new one in the shop.";
    say(workspace, Picture::Link, "This link opens nothing any more", text)
}
