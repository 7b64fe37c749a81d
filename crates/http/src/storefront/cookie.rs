//! The shop's session cookie.

use actix_web::cookie::time::{Duration, OffsetDateTime};
use actix_web::cookie::{Cookie, CookieBuilder};
use anteroom_app::OpenedCookie;

use crate::Http;
use crate::caller::cookies::of_the_shop;

/// The cookie of a session that was just opened; the browser drops it when the session ends at the latest.
pub(super) fn of<'a>(http: &'a Http, opened: &'a OpenedCookie) -> Cookie<'a> {
    let cookie = named(http, opened.value.reveal());
    cookie.max_age(opened.ends_in).expires(opened.expires_at).finish()
}

/// Makes the browser drop its cookie.
pub(super) fn cleared(http: &Http) -> Cookie<'_> {
    named(http, "").max_age(Duration::ZERO).expires(OffsetDateTime::UNIX_EPOCH).finish()
}

fn named<'a>(http: &'a Http, value: &'a str) -> CookieBuilder<'a> {
    of_the_shop(http, http.options().session_cookie.name.as_str(), value)
}
