//! The page that a portal link leads to. It never spends the link's code: mail scanners and previews open links too.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse};
use anteroom_app::EntryCode;
use anteroom_domain::session::CustomerSession;
use anteroom_domain::text::ReturnUrl;
use askama::Template;

use super::calm::{Calm, Picture};
use super::page::{Frame, framed, see_other};
use super::visitor::Visitor;
use crate::failure::Failure;
use crate::{Http, assets, caller};

#[derive(Template)]
#[template(path = "portal/enter.html")]
struct Page<'a> {
    frame: Frame<'a>,
    portal: &'a str,
    code: &'a str,
    script: Option<&'a str>,
}

/// What a portal link shows.
pub(super) async fn show(
    http: &Http,
    request: &HttpRequest,
    visitor: &Visitor,
    code: &str,
) -> Result<HttpResponse, Failure> {
    if let EntryCode::LeadsNowhere(session) = http.app().portal_entry(&visitor.workspace, code).await? {
        return leads_nowhere(visitor, session.as_ref());
    }
    let (frame, portal) = (Frame::of(&visitor.workspace), visitor.portal());
    let script = is_followed_link(request).then(|| assets::ENTER_SCRIPT.url());
    let mut answer = framed(StatusCode::OK, frame, &Page { frame, portal: &portal, code, script })?;
    answer.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(answer)
}

/// What a code shows that opens nothing: the portal itself to a browser that it let in before, else the way back.
pub(super) fn leads_nowhere(
    visitor: &Visitor,
    session: Option<&CustomerSession>,
) -> Result<HttpResponse, Failure> {
    let entered = visitor.access.as_ref().map(|access| access.session.token_hash);
    if session.is_some_and(|session| entered == Some(session.token_hash)) {
        return Ok(see_other(&visitor.portal()));
    }
    let way_back = session.and_then(|session| session.return_url.as_ref()).map(ReturnUrl::as_str);
    let page = Calm {
        frame: Frame::of(&visitor.workspace).with_way_back(way_back),
        picture: Picture::Link,
        heading: "This link has been used or is too old",
        text: "To keep your account safe, a link opens it only once and only for a few minutes. Go back to the shop \
               and open your account from there: you get a new link.",
        portal: None,
    };
    page.answer(StatusCode::OK)
}

/// Whether somebody has just clicked the link on a web page. An address opened from elsewhere (`none`), or fetched
/// ahead of a click, may have nobody in front of it.
fn is_followed_link(request: &HttpRequest) -> bool {
    let is_ahead = request.headers().contains_key("sec-purpose");
    caller::header(request, "sec-fetch-site").is_some_and(|site| site != "none") && !is_ahead
}
