//! The cookie by which a browser is known again that has been sent to a provider's page. It opens nothing by itself.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use anteroom_app::{Browser, SentAway};
use anteroom_domain::identity_provider::SignInFlow;

use super::cookies::{of_the_shop, own_name};
use super::{cookie, device, session_cookie};
use crate::Http;

fn name(http: &Http) -> String {
    own_name(http, "anteroom_sign_in")
}

/// The browser that asks.
pub(crate) fn browser(http: &Http, request: &HttpRequest) -> Browser {
    let of_a_flow = cookie(request, &name(http));
    let keeps_cookies = of_a_flow.is_some()
        || session_cookie(http, request).is_some()
        || device::read(http, request).is_some();
    Browser { cookie: of_a_flow, keeps_cookies }
}

/// The cookie for a browser that is sent away.
pub(crate) fn cookie_of(http: &Http, sent: &SentAway) -> Cookie<'static> {
    of_the_shop(http, name(http), sent.browser.reveal().to_owned()).max_age(SignInFlow::LIFE).finish()
}
