//! `/{slug}/portal/password-reset`: the page that a mailed link leads to, where somebody chooses another password.
//!
//! Opening it spends nothing, because mail scanners open links too: the form does. It signs nobody in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Refusal};
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
use crate::caller;
use crate::failure::Failure;
use crate::openapi::scalars::Text;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};

request_schema!(
    /// The form of the page.
    form PasswordResetForm {
        /// The token of the mailed link.
        #[schema(nullable = false)]
        token: Option<String>,
        /// The new password.
        #[schema(nullable = false)]
        password: Option<String>,
    }
);

#[derive(Template)]
#[template(path = "portal/password_reset.html")]
struct Page<'a> {
    frame: Frame<'a>,
    portal: &'a str,
    token: &'a str,
    /// Why the password may not be chosen.
    fault: Option<&'a str>,
}

pub(super) fn showing() -> Operation {
    let operation = Operation::new(Tag::Pages, "showPasswordReset", "Show where to choose another password");
    mailed_link::showing(
        operation.describes("Spends nothing. A link that opens nothing any more is said to be one."),
    )
}

pub(super) fn choosing() -> Operation {
    Operation::new(Tag::Pages, "choosePassword", "Choose another password")
        .describes("Spends the token, and ends every session of the customer. It signs nobody in.")
        .path::<Text>("slug", "The workspace.")
        .takes_form::<PasswordResetForm>(json!({
            "token": "anteroom_prt_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnArl63XykWZeiNN",
            "password": "correct horse battery",
        }))
        .answers_text(StatusCode::OK, "It is done, or the link opens nothing any more.", "text/html")
        .with_header("Referrer-Policy", "`no-referrer`: the address may hold the token.")
        .answers_text(
            StatusCode::BAD_REQUEST,
            "The form again, with what is wrong with the password.",
            "text/html",
        )
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
    if http.app().opens_password_reset(&visitor.workspace, &token).await? {
        form(&visitor, StatusCode::OK, &token, None)
    } else {
        opens_nothing(&visitor.workspace)
    }
}

pub(super) async fn choose(
    http: web::Data<Http>,
    request: HttpRequest,
    visitor: Visitor,
    body: Body,
) -> Result<HttpResponse, Failure> {
    refuse_foreign(&http, &request, OpenedBy::Code)?;
    let typed = body.form().await?;
    let [token, password] = ["token", "password"].map(|name| field(&typed, name).unwrap_or_default());
    let client = caller::client(&http, &request, visitor.workspace.id).await?;
    match http.app().reset_password(&visitor.workspace, &token, &password, client).await {
        Ok(true) => done(&visitor.workspace),
        Ok(false) => opens_nothing(&visitor.workspace),
        Err(error) => match password_fault(&error) {
            Some(fault) => form(&visitor, StatusCode::BAD_REQUEST, &token, Some(&fault)),
            None => Err(error.into()),
        },
    }
}

/// What is wrong with the password, for its owner.
fn password_fault(error: &Error) -> Option<String> {
    let Error::Refused(refusals) = error else { return None };
    refusals.iter().find_map(|refusal| match refusal {
        Refusal::Password(fault) => Some(fault.to_string()),
        _ => None,
    })
}

fn form(
    visitor: &Visitor,
    status: StatusCode,
    token: &str,
    fault: Option<&str>,
) -> Result<HttpResponse, Failure> {
    let (frame, portal) = (Frame::of(&visitor.workspace), visitor.portal());
    framed(status, frame, &Page { frame, portal: &portal, token, fault }).map(secret)
}

fn done(workspace: &Workspace) -> Result<HttpResponse, Failure> {
    say(
        workspace,
        Picture::Done,
        "Your password is changed",
        "You can now sign in with it. To keep your account safe, you have been signed out everywhere.",
    )
}

fn opens_nothing(workspace: &Workspace) -> Result<HttpResponse, Failure> {
    say(
        workspace,
        Picture::Link,
        "This link has been used or is too old",
        "To keep your account safe, a link to choose a password works only once and only for half an hour, and signing in \
         ends it. If you still want another password, ask the shop for a new link.",
    )
}
