//! What the pages have in common that mailed links lead to. Opening one spends nothing, because mail scanners open links too: its
//! form does.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use anteroom_domain::workspace::Workspace;

use super::calm::{Calm, Picture};
use super::forms::field;
use super::page::{Frame, secret};
use crate::failure::Failure;
use crate::openapi::Operation;
use crate::openapi::scalars::Text;

/// Describes the opening of such a page.
pub(super) fn showing(operation: Operation) -> Operation {
    operation
        .path::<Text>("slug", "The workspace.")
        .query::<Text>("token", "The token of the mailed link.")
        .answers_text(
            StatusCode::OK,
            "The form, or a page that says that the link opens nothing.",
            "text/html",
        )
        .with_header("Referrer-Policy", "`no-referrer`: the address holds the token.")
        .refuses("No workspace has this slug.", Failure::NoSuchRoute)
}

/// The token in the address of the page; empty where there is none.
pub(super) fn token_of(request: &HttpRequest) -> String {
    field(request.query_string().as_bytes(), "token").unwrap_or_default()
}

/// Says what has become of it.
pub(super) fn say(
    workspace: &Workspace,
    picture: Picture,
    heading: &str,
    text: &str,
) -> Result<HttpResponse, Failure> {
    let page = Calm { frame: Frame::of(workspace), picture, heading, text, portal: None };
    page.answer(StatusCode::OK).map(secret)
}
