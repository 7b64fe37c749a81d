//! The cookie that keeps a browser in the portal.

use actix_web::HttpRequest;
use actix_web::cookie::time::{Duration, OffsetDateTime};
use actix_web::cookie::{Cookie, CookieBuilder, SameSite};
use anteroom_app::EnteredPortal;
use anteroom_domain::session::CustomerSession;
use anteroom_domain::text::Slug;

use crate::caller::cookies::own_name;
use crate::{Http, caller};

/// One name per workspace, so that a browser can be in several portals.
fn name(http: &Http, slug: &Slug) -> String {
    own_name(http, &format!("anteroom_portal_{slug}"))
}

/// The cookie of a browser that has just entered that session. The browser drops it about when the session ends, by a
/// clock that may be wrong: it is given the session's whole life, and the server knows the true end.
pub(super) fn of(
    http: &Http,
    slug: &Slug,
    entered: &EnteredPortal,
    session: &CustomerSession,
) -> Cookie<'static> {
    let cookie = with_attributes(http, slug, entered.cookie.reveal().to_owned());
    cookie.max_age(session.expires_at - session.created_at).expires(entered.expires_at).finish()
}

/// Makes the browser drop its cookie.
pub(super) fn cleared(http: &Http, slug: &Slug) -> Cookie<'static> {
    let cookie = with_attributes(http, slug, String::new());
    cookie.max_age(Duration::ZERO).expires(OffsetDateTime::UNIX_EPOCH).finish()
}

fn with_attributes(http: &Http, slug: &Slug, value: String) -> CookieBuilder<'static> {
    Cookie::build(name(http, slug), value)
        .path("/")
        .http_only(true)
        .secure(http.is_https())
        .same_site(SameSite::Lax)
}

/// The value that the browser sent.
pub(super) fn read(http: &Http, request: &HttpRequest, slug: &Slug) -> Option<String> {
    caller::cookie(request, &name(http, slug))
}
