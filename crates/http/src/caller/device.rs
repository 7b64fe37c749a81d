//! The cookie by which an account knows a browser that signed in to it before. It opens nothing.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use anteroom_app::{Client, Device, SignedIn};
use anteroom_domain::sign_in::KnownAddress;

use super::cookie;
use super::cookies::{of_the_shop, own_name};
use crate::Http;

fn name(http: &Http) -> String {
    own_name(http, "anteroom_device")
}

/// The device that the browser says to be.
pub(super) fn read(http: &Http, request: &HttpRequest) -> Option<Device> {
    http.app().device(&cookie(request, &name(http))?)
}

/// The cookie for a browser that somebody has just signed in with.
pub(crate) fn cookie_of(http: &Http, client: &Client, signed_in: &SignedIn) -> Cookie<'static> {
    let value = http.app().device_cookie(client, signed_in);
    of_the_shop(http, name(http), value).max_age(KnownAddress::KEPT).finish()
}
