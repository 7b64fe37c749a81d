//! The cookie by which a browser is known again that has been sent to a provider's page. It opens nothing by itself.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use anteroom_app::{Browser, SentAway};
use anteroom_domain::identity_provider::SignInFlow;

use super::{cookie, device, session_cookie};
use crate::Http;

fn name(http: &Http) -> &'static str {
    if http.is_https() { "__Host-anteroom_sign_in" } else { "anteroom_sign_in" }
}

/// The browser that asks.
pub(crate) fn browser(http: &Http, request: &HttpRequest) -> Browser {
    let of_a_flow = cookie(request, name(http));
    let keeps_cookies = of_a_flow.is_some()
        || session_cookie(http, request).is_some()
        || device::read(http, request).is_some();
    Browser { cookie: of_a_flow, keeps_cookies }
}

/// The cookie for a browser that is sent away. It goes where the shop's session cookie goes.
pub(crate) fn cookie_of(http: &Http, sent: &SentAway) -> Cookie<'static> {
    let cross_site = http.options().session_cookie.cross_site;
    Cookie::build(name(http), sent.browser.reveal().to_owned())
        .path("/")
        .http_only(true)
        .secure(http.is_https() || cross_site)
        .same_site(if cross_site { SameSite::None } else { SameSite::Lax })
        .max_age(SignInFlow::LIFE)
        .finish()
}
