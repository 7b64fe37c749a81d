//! `POST /{slug}/portal/sign-out`: ends the session, everywhere it was open.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_domain::text::ReturnUrl;

use super::calm::{Calm, Picture};
use super::cookie;
use super::forms::{OpenedBy, refuse_foreign};
use super::page::Frame;
use super::visitor::Visitor;
use crate::Http;
use crate::failure::Failure;
use crate::openapi::scalars::Text;
use crate::openapi::{Operation, Tag};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

pub(super) fn operation() -> Operation {
    Operation::new(Tag::Pages, "signOut", "Sign out")
        .describes("Ends the session, everywhere it was open.")
        .path::<Text>("slug", "The workspace.")
        .answers_text(StatusCode::OK, "A page that says goodbye.", "text/html")
        .with_header("Set-Cookie", "Drops the portal's cookie.")
        .refuses("A page of somebody else's sent the form.", Failure::ForeignOrigin)
}

pub(super) async fn handle(
    http: web::Data<Http>,
    request: HttpRequest,
    visitor: Visitor,
) -> Result<HttpResponse, Failure> {
    refuse_foreign(&http, &request, OpenedBy::Cookie)?;
    if let Some(access) = &visitor.access {
        http.app().end_customer_session(access).await?;
    }
    let mut answer = goodbye(&visitor)?;
    // Never "cookies": that would empty the shop's own (SE-03).
    answer.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    let cookie = cookie::cleared(&http, &visitor.workspace.slug);
    answer.add_cookie(&cookie).map_err(askama::Error::custom)?;
    Ok(answer)
}

fn goodbye(visitor: &Visitor) -> Result<HttpResponse, Failure> {
    let session = visitor.access.as_ref().map(|access| &access.session);
    let way_back = session.and_then(|session| session.return_url.as_ref()).map(ReturnUrl::as_str);
    let page = Calm {
        frame: Frame::of(&visitor.workspace).with_way_back(way_back),
        picture: Picture::Done,
        heading: "You are signed out",
        text: "Your account is closed in this browser and wherever else the same link had opened it. To come back, \
               open your account from the shop.",
        portal: None,
    };
    page.answer(StatusCode::OK)
}
