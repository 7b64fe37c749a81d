//! `GET /{slug}/portal`: the portal, or the way in.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::PortalAccess;
use anteroom_domain::text::ReturnUrl;
use askama::Template;

use super::address::AddressView;
use super::calm::{Calm, Picture};
use super::entry;
use super::forms::field;
use super::page::{Frame, framed};
use super::profile::Profile;
use super::reader::Reader;
use super::visitor::Visitor;
use crate::Http;
use crate::failure::Failure;
use crate::openapi::scalars::Text;
use crate::openapi::{Operation, Tag};

#[derive(Template)]
#[template(path = "portal/home.html")]
struct Page<'a> {
    frame: Frame<'a>,
    portal: &'a str,
    reader: Reader<'a>,
    profile: Profile<'a>,
    addresses: Vec<AddressView<'a>>,
    is_saved: bool,
}

pub(super) fn operation() -> Operation {
    Operation::new(Tag::Pages, "showPortal", "Show the portal")
        .describes(
            "With the portal's cookie: the customer's own page. With `code`: the page that a portal link leads to, \
             whose form spends the code. Else a page that says where to get a link.",
        )
        .path::<Text>("slug", "The workspace.")
        .query::<Text>("code", "The code of a portal link.")
        .query::<Text>("saved", "Says that a change was saved.")
        .answers_text(StatusCode::OK, "The page.", "text/html")
        .answers_nothing(StatusCode::SEE_OTHER, "The link was used, in this browser: on to the portal.")
        .with_header("Location", "The portal.")
}

pub(super) async fn handle(
    http: web::Data<Http>,
    request: HttpRequest,
    visitor: Visitor,
) -> Result<HttpResponse, Failure> {
    let query = request.query_string().as_bytes();
    if let Some(code) = field(query, "code") {
        return entry::show(&http, &request, &visitor, &code).await;
    }
    let Some(access) = &visitor.access else { return closed(&visitor) };
    let is_saved = field(query, "saved").is_some();
    show(&http, &visitor, access, Profile::of(access), is_saved).await
}

/// The portal, with the profile as it is, or as it was just typed.
pub(super) async fn show(
    http: &Http,
    visitor: &Visitor,
    access: &PortalAccess,
    profile: Profile<'_>,
    is_saved: bool,
) -> Result<HttpResponse, Failure> {
    let addresses = http.app().portal_addresses(access).await?;
    let portal = visitor.portal();
    let way_back = access.session.return_url.as_ref().map(ReturnUrl::as_str);
    let frame = Frame { signed_in: Some(&portal), ..Frame::of(&visitor.workspace).with_way_back(way_back) };
    let status = if profile.is_refused() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let addresses = AddressView::book(&addresses);
    let mut answer = framed(
        status,
        frame,
        &Page { frame, portal: &portal, reader: access.into(), profile, addresses, is_saved },
    )?;
    // So that its forms carry their true origin: see `forms`.
    answer.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(answer)
}

/// What a browser is shown that has no live cookie; it says nothing about whether it ever had one.
fn closed(visitor: &Visitor) -> Result<HttpResponse, Failure> {
    let page = Calm {
        frame: Frame::of(&visitor.workspace),
        picture: Picture::Door,
        heading: "Please ask the shop for a new link",
        text: "You are not signed in here, or your visit has ended. Go back to the shop and open your account from \
               there: it brings you straight in.",
        portal: None,
    };
    page.answer(StatusCode::OK)
}
