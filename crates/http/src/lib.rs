//! The two HTTP APIs and the customer portal, mountable in an actix-web app.

use actix_web::web::ServiceConfig;
use anteroom_app::App;

/// What an operator decides about the HTTP side.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address under which clients reach the server.
    pub public_url: url::Url,
    /// `{slug}.` before this host name names a workspace.
    pub base_domain: Option<String>,
    /// The shop's session cookie.
    pub session_cookie: SessionCookieOptions,
}

/// The shop's session cookie.
#[derive(Debug, Clone)]
pub struct SessionCookieOptions {
    /// Its name; `connect.sid` unless set.
    pub name: String,
    /// `SameSite=None` (which needs https) instead of `Lax`.
    pub cross_site: bool,
}

/// Everything, ready to be mounted.
#[derive(Debug, Clone)]
pub struct Http {}

impl Http {
    /// Puts the HTTP side together.
    pub fn new(_app: App, _options: Options) -> Self {
        Self {}
    }

    /// Mounts every route; the configuration of an actix-web app.
    pub fn mount(&self, _config: &mut ServiceConfig) {}
}
