//! The cookie by which an account knows a browser that signed in to it before. It opens nothing.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use anteroom_app::{Client, Device, SignedIn};
use anteroom_domain::sign_in::KnownAddress;

use super::cookie;
use crate::Http;

/// Over https it carries the prefix by which browsers promise that no other host has set it (RFC 6265bis 4.1.3).
fn name(http: &Http) -> &'static str {
    if http.is_https() { "__Host-anteroom_device" } else { "anteroom_device" }
}

/// The device that the browser says to be.
pub(super) fn read(http: &Http, request: &HttpRequest) -> Option<Device> {
    http.app().device(&cookie(request, name(http))?)
}

/// The cookie for a browser that somebody has just signed in with. It goes where the shop's session cookie goes.
pub(crate) fn cookie_of(http: &Http, client: &Client, signed_in: &SignedIn) -> Cookie<'static> {
    let cross_site = http.options().session_cookie.cross_site;
    Cookie::build(name(http), http.app().device_cookie(client, signed_in))
        .path("/")
        .http_only(true)
        .secure(http.is_https() || cross_site)
        .same_site(if cross_site { SameSite::None } else { SameSite::Lax })
        .max_age(KnownAddress::KEPT)
        .finish()
}
