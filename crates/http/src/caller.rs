//! Who calls: extractors that look at credentials, in the order that the contract gives them.
//!
//! Each leaves the workspace's allowed origins with the request, for [`edge`](crate::edge) to answer CORS with.

mod bearer;
mod browser;
mod client;
pub(crate) mod cookies;
pub(crate) mod device;
mod language;
mod merchant;
mod proxies;
mod shop;
mod shopper;

use std::sync::Arc;

use actix_web::http::header::COOKIE;
use actix_web::{HttpMessage, HttpRequest, web};
use anteroom_app::{Error, Unauthenticated};
use anteroom_domain::text::Origin;
use anteroom_domain::workspace::Workspace;

pub(crate) use browser::{browser, cookie_of as browser_cookie};
pub(crate) use client::{address, client};
pub(crate) use language::language;
pub(crate) use merchant::{CustomerSessionCaller, MerchantCaller};
pub use proxies::TrustedProxies;
pub(crate) use shop::{Shop, session_cookie};
pub(crate) use shopper::{
    RegistrationCaller, ShopperByCookieCaller, ShopperByJwtCaller, ShopperCaller, SignedInCaller,
    awaits_second_factor,
};

use crate::Http;
use crate::failure::Failure;
use crate::route::{Who, matched};
use bearer::Bearer;

/// The origins that the workspace of this request allows.
#[derive(Debug, Clone)]
pub(crate) struct AllowedOrigins(Arc<Workspace>);

impl AllowedOrigins {
    /// Whether that origin is among them.
    pub(crate) fn contain(&self, origin: &Origin) -> bool {
        self.0.settings.allowed_origins.contains(origin)
    }
}

fn remember_origins(request: &HttpRequest, workspace: &Arc<Workspace>) {
    request.extensions_mut().insert(AllowedOrigins(Arc::clone(workspace)));
}

/// The HTTP side itself; without it the routes were not mounted by [`Http::mount`], and nothing works.
pub(crate) fn http(request: &HttpRequest) -> Result<Http, Failure> {
    request.app_data::<web::Data<Http>>().map(|http| http.get_ref().clone()).ok_or(Failure::NoSuchRoute)
}

/// Holds a handler to the table of routes: nobody passes where the two do not agree.
fn require(request: &HttpRequest, who: Who) -> Result<(), Failure> {
    match matched(request) {
        Some(route) if route.who == who => Ok(()),
        _ => Err(Error::Unauthenticated(Unauthenticated::Missing).into()),
    }
}

/// The value of a cookie, wherever it stands. Cookies of others beside it may hold bytes that are no text.
pub(crate) fn cookie(request: &HttpRequest, name: &str) -> Option<String> {
    let headers = request.headers().get_all(COOKIE);
    headers.flat_map(|pairs| pairs.as_bytes().split(|byte| *byte == b';')).find_map(|pair| {
        let (key, value) = std::str::from_utf8(pair).ok()?.trim().split_once('=')?;
        (key == name).then(|| value.trim_matches('"').to_owned())
    })
}

/// What stands behind `Authorization: Bearer`; nothing is as good as a token that is none.
pub(crate) fn bearer_token(request: &HttpRequest) -> &str {
    match Bearer::of(request) {
        Bearer::Token(token) => token,
        Bearer::Absent => "",
    }
}

/// The text of a header, when it is text.
pub(crate) fn header<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}
