//! `/{slug}/portal/cancel-email-change`: the page that a mail to the old address leads to, where somebody stops a change of it.
//!
//! Opening it stops nothing, because mail scanners open links too: the form does.

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
    form CancelEmailChangeForm {
        /// The token of the mailed link.
        #[schema(nullable = false)]
        token: Option<String>,
    }
);

#[derive(Template)]
#[template(path = "portal/cancel_email_change.html")]
struct Page<'a> {
    frame: Frame<'a>,
    portal: &'a str,
    token: &'a str,
}

pub(super) fn showing() -> Operation {
    let operation = Operation::new(Tag::Pages, "showEmailChange", "Show where to stop a change of an e-mail");
    mailed_link::showing(
        operation.describes("Stops nothing. A link that opens nothing any more is said to be one."),
    )
}

pub(super) fn cancelling() -> Operation {
    Operation::new(Tag::Pages, "cancelEmailChange", "Stop a change of an e-mail")
        .describes("Stops the change; the old address stays.")
        .path::<Text>("slug", "The workspace.")
        .takes_form::<CancelEmailChangeForm>(json!({"token": examples::CANCELLATION_TOKEN}))
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
    if !http.app().opens_email_change(&visitor.workspace, &token).await? {
        return opens_nothing(&visitor.workspace);
    }
    let (frame, portal) = (Frame::of(&visitor.workspace), visitor.portal());
    framed(StatusCode::OK, frame, &Page { frame, portal: &portal, token: &token }).map(secret)
}

pub(super) async fn cancel(
    http: web::Data<Http>,
    request: HttpRequest,
    visitor: Visitor,
    body: Body,
) -> Result<HttpResponse, Failure> {
    refuse_foreign(&http, &request, OpenedBy::Code)?;
    let typed = body.form().await?;
    let token = field(&typed, "token").unwrap_or_default();
    if !http.app().cancel_email_change(&visitor.workspace, &token).await? {
        return opens_nothing(&visitor.workspace);
    }
    let text = "Whoever asked for the change knows your password: choose another one in the shop.";
    say(&visitor.workspace, Picture::Done, "Your e-mail address stays as it is", text)
}

fn opens_nothing(workspace: &Workspace) -> Result<HttpResponse, Failure> {
    let text = "The change was stopped or made before, or nobody has confirmed it within a day.";
    say(workspace, Picture::Link, "This link opens nothing any more", text)
}
