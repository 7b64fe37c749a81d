//! The table of routes: what there is, and who may call it.

use actix_web::http::Method;
use actix_web::{HttpMessage, HttpRequest};
use anteroom_domain::credential::Scope;

use crate::openapi::{self, Operation};
use crate::{assets, docs, health, portal, storefront, workspace};

/// One route.
#[derive(Debug, Clone)]
pub struct Route {
    /// The method. `HEAD` is answered wherever `GET` is.
    pub method: Method,
    /// The path, with parameters in braces. A slash at its end makes no difference.
    pub path: &'static str,
    /// Who may call it.
    pub who: Who,
    /// Makes the handler.
    pub(crate) handler: fn() -> actix_web::Route,
    /// Describes it; what the other columns say is not said again.
    pub(crate) operation: fn() -> Operation,
}

impl Route {
    /// Whether it answers requests of a method.
    pub(crate) fn takes(&self, method: &Method) -> bool {
        *method == self.method || (*method == Method::HEAD && self.method == Method::GET)
    }

    /// Whether requests have to name their shop by its publishable key.
    pub(crate) fn needs_publishable_key(&self) -> bool {
        self.path.starts_with("/store")
    }

    /// Whether it is counted how often an address asks for it.
    pub fn takes_credentials(&self) -> bool {
        match self.method {
            Method::POST => TAKES_CREDENTIALS.contains(&self.path),
            Method::GET => ASKS_PROVIDERS.contains(&self.path),
            Method::DELETE => TAKES_PRESENCE.contains(&self.path),
            _ => false,
        }
    }

    /// Whether it honours an `Idempotency-Key`; others ignore it.
    pub fn is_repeatable(&self) -> bool {
        self.method == Method::POST && REPEATABLE.contains(&self.path)
    }
}

/// The routes by `DELETE` that look at what somebody might guess.
const TAKES_PRESENCE: [&str; 3] = [
    "/auth/mfa/factors/{factor_id}",
    "/store/customers/me/passkeys/{passkey_id}",
    "/store/customers/me/providers/{provider}",
];

/// The routes by `GET` that make us ask a provider.
const ASKS_PROVIDERS: [&str; 2] = ["/auth/customer/{provider}", "/auth/customer/{provider}/callback"];

/// The routes by `POST` that look at what somebody might guess or send mails with, or make us ask a provider.
const TAKES_CREDENTIALS: [&str; 17] = [
    "/auth/customer/{provider}",
    "/auth/customer/{provider}/callback",
    "/auth/customer/{provider}/register",
    "/auth/customer/{provider}/reset-password",
    "/auth/customer/{provider}/update",
    "/auth/mfa/challenges/{challenge_id}/verify",
    "/auth/mfa/factors",
    "/auth/mfa/factors/{factor_id}/verify",
    "/auth/mfa/recovery-codes",
    "/auth/verification/confirm",
    "/auth/verification/request",
    "/store/customers/me/delete",
    "/store/customers/me/email",
    "/store/customers/me/passkeys/options",
    "/store/customers/me/password",
    "/store/customers/me/providers/{provider}",
    "/store/customers/me/providers/{provider}/callback",
];

/// The routes that honour an `Idempotency-Key`: those whose effect a repetition would double. All are `POST`.
const REPEATABLE: [&str; 13] = [
    "/api/customer-sessions",
    "/api/customers",
    "/api/customers/external/{external_id}/addresses",
    "/api/customers/external/{external_id}/members",
    "/api/customers/{customer_id}/addresses",
    "/api/customers/{customer_id}/members",
    "/api/members",
    "/api/publishable-keys",
    "/api/workspace-access-tokens",
    "/api/workspace-access-tokens/{token_id}/rotate",
    "/auth/session",
    "/store/customers",
    "/store/customers/me/addresses",
];

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// A merchant's server, by an access token with this scope.
    Merchant(Scope),
    /// Somebody who looks for leaked tokens, by a signature of the body.
    LeakReporter,
    /// The holder of a customer session, by its token.
    CustomerSession,
    /// Anybody in a shop, which the request names.
    Shop,
    /// Somebody signed in to the shop by JWT, with or without a customer.
    Registration,
    /// A customer signed in to the shop, by JWT.
    ShopperByJwt,
    /// A customer signed in to the shop, by cookie.
    ShopperByCookie,
    /// A customer signed in to the shop, by JWT or cookie.
    Shopper,
    /// Somebody signed in to the shop by JWT, with or without a customer, or by cookie.
    SignedIn,
    /// A browser in the portal, by its cookie; others are shown a way in.
    Portal,
}

/// Every route there is.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    [
        health::ROUTES,
        openapi::ROUTES,
        docs::ROUTES,
        workspace::ROUTES,
        storefront::ROUTES,
        assets::ROUTES,
        portal::ROUTES,
    ]
    .into_iter()
    .flatten()
}

/// The paths of the table, each once, in its order.
pub(crate) fn paths() -> Vec<&'static str> {
    let mut paths = Vec::new();
    for route in routes() {
        if !paths.contains(&route.path) {
            paths.push(route.path);
        }
    }
    paths
}

/// The methods that a path takes, as `Allow` names them.
pub(crate) fn allowed(path: &str) -> String {
    let mut methods: Vec<_> =
        routes().filter(|route| route.path == path).map(|route| route.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(", ")
}

/// What a request was matched to.
#[derive(Clone, Copy)]
pub(crate) struct Matched {
    pub(crate) route: &'static Route,
    /// Its place in the table.
    pub(crate) place: usize,
}

/// The route that a request was matched to.
pub(crate) fn matched(request: &HttpRequest) -> Option<&'static Route> {
    request.extensions().get::<Matched>().map(|matched| matched.route)
}

/// The place of that route in the table.
pub(crate) fn place(request: &HttpRequest) -> Option<usize> {
    request.extensions().get::<Matched>().map(|matched| matched.place)
}
