//! What all cookies of the shop have in common.

use std::borrow::Cow;

use actix_web::cookie::{Cookie, CookieBuilder, SameSite};

use crate::Http;

/// A name of ours. Over https it carries the prefix by which browsers promise that no other host and no plain http set the cookie
/// (RFC 6265bis 4.1.3).
pub(crate) fn own_name(http: &Http, name: &str) -> String {
    let prefix = if http.is_https() { "__Host-" } else { "" };
    format!("{prefix}{name}")
}

/// A cookie that goes where the shop's session cookie goes. Browsers take `SameSite=None` only together with `Secure`, which they
/// allow on `http://localhost` too.
pub(crate) fn of_the_shop<'c>(
    http: &Http,
    name: impl Into<Cow<'c, str>>,
    value: impl Into<Cow<'c, str>>,
) -> CookieBuilder<'c> {
    let cross_site = http.options().session_cookie.cross_site;
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(http.is_https() || cross_site)
        .same_site(if cross_site { SameSite::None } else { SameSite::Lax })
}
