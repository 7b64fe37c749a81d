//! The shop's session cookie.

use actix_web::cookie::time::{Duration, OffsetDateTime};
use actix_web::cookie::{Cookie, CookieBuilder, SameSite};
use anteroom_app::OpenedCookie;

use crate::Http;

/// The cookie of a session that was just opened; the browser drops it when the session ends at the latest.
pub(super) fn of<'a>(http: &'a Http, opened: &'a OpenedCookie) -> Cookie<'a> {
    let cookie = with_attributes(http, opened.value.reveal());
    cookie.max_age(opened.ends_in).expires(opened.expires_at).finish()
}

/// Makes the browser drop its cookie.
pub(super) fn cleared(http: &Http) -> Cookie<'_> {
    with_attributes(http, "").max_age(Duration::ZERO).expires(OffsetDateTime::UNIX_EPOCH).finish()
}

/// Browsers take `SameSite=None` only together with `Secure`, which they allow on `http://localhost` too.
fn with_attributes<'a>(http: &'a Http, value: &'a str) -> CookieBuilder<'a> {
    let options = &http.options().session_cookie;
    Cookie::build(options.name.as_str(), value)
        .path("/")
        .http_only(true)
        .secure(http.is_https() || options.cross_site)
        .same_site(if options.cross_site { SameSite::None } else { SameSite::Lax })
}
