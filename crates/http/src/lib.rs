#![doc = include_str!("../README.md")]

mod assets;
mod body;
mod caller;
mod cors;
mod docs;
mod edge;
mod failure;
mod fields;
mod health;
mod idempotency;
mod limits;
mod links;
pub mod metrics;
mod mount;
mod openapi;
mod portal;
mod request_ids;
mod route;
mod router;
mod status;
mod storefront;
mod strict_json;
mod wire;
mod workspace;

use std::sync::{Arc, OnceLock};

use actix_web::web::ServiceConfig;
use anteroom_app::{App, Memory};
use anteroom_auth::leak_reports::LeakReporters;
use anteroom_domain::customer::CustomerId;
use url::Url;

pub use caller::TrustedProxies;
use limits::Limits;
pub use limits::PostsPerMinute;
use metrics::Requests;
pub use openapi::Document;
pub use route::{Route, Who, routes};
use storefront::customer::WrittenCustomer;

/// What an operator decides about the HTTP side.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address under which clients reach the server.
    pub public_url: Url,
    /// `{slug}.` before this host name names a workspace.
    pub base_domain: Option<String>,
    /// The shop's session cookie.
    pub session_cookie: SessionCookieOptions,
    /// The proxies in front of the server.
    pub trusted_proxies: TrustedProxies,
    /// How often credentials may be posted.
    pub credential_posts: PostsPerMinute,
    /// Who may report tokens that they have found in public places.
    pub leak_reporters: LeakReporters,
}

/// The shop's session cookie.
#[derive(Debug, Clone)]
pub struct SessionCookieOptions {
    /// Its name; `connect.sid` unless set.
    pub name: String,
    /// `SameSite=None` (which needs https) instead of `Lax`.
    pub cross_site: bool,
}

impl Default for SessionCookieOptions {
    fn default() -> Self {
        Self { name: "connect.sid".to_owned(), cross_site: false }
    }
}

/// Everything, ready to be mounted. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Http(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    app: App,
    options: Options,
    documents: OnceLock<openapi::Written>,
    requests: Requests,
    limits: Limits,
    /// The customers of the Store API, as they were last written.
    written_customers: Memory<CustomerId, WrittenCustomer>,
}

impl Http {
    /// Puts the HTTP side together.
    pub fn new(app: App, options: Options) -> Self {
        let (requests, written_customers) = (Requests::new(), app.memory("written_customers"));
        let limits = Limits::new(&app, options.credential_posts);
        Self(Arc::new(Inner {
            app,
            options,
            documents: OnceLock::new(),
            requests,
            limits,
            written_customers,
        }))
    }

    /// Mounts every route, in a service that answers all remaining paths: routes of your own come before it.
    ///
    /// ```no_run
    /// # fn example(http: anteroom_http::Http) {
    /// let app = actix_web::App::new().configure(|config| http.mount(config));
    /// # }
    /// ```
    pub fn mount(&self, config: &mut ServiceConfig) {
        config.service(mount::Mount(self.clone()));
    }

    pub(crate) fn app(&self) -> &App {
        &self.0.app
    }

    pub(crate) fn written_customers(&self) -> &Memory<CustomerId, WrittenCustomer> {
        &self.0.written_customers
    }

    pub(crate) fn requests(&self) -> &Requests {
        &self.0.requests
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// Whether clients reach the server over TLS, so that cookies may and must be `Secure`.
    pub(crate) fn is_https(&self) -> bool {
        self.0.options.public_url.scheme() == "https"
    }
}
