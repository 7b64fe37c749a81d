//! The table of routes: what there is, and who may call it.

use actix_web::guard::{Guard, GuardContext};
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpMessage, HttpRequest};
use anteroom_domain::credential::Scope;

use crate::failure::Failure;
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
    /// Whether requests have to name their shop by its publishable key.
    pub(crate) fn needs_publishable_key(&self) -> bool {
        self.path.starts_with("/store")
    }

    /// Whether it honours an `Idempotency-Key`; others ignore it.
    pub fn is_repeatable(&self) -> bool {
        self.method == Method::POST && REPEATABLE.contains(&self.path)
    }
}

/// The routes that honour an `Idempotency-Key`: those whose effect a repetition would double. All are `POST`.
const REPEATABLE: [&str; 6] = [
    "/api/customer-sessions",
    "/api/customers",
    "/api/members",
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

/// Registers every route; what no route takes is answered in the shape of the API that the path belongs to.
pub(crate) fn register(config: &mut ServiceConfig) {
    let mut paths: Vec<&'static str> = Vec::new();
    for route in routes() {
        if !paths.contains(&route.path) {
            paths.push(route.path);
        }
    }
    for path in paths {
        let mut resource = web::resource([path.to_owned(), format!("{path}/")]);
        for (place, route) in routes().enumerate().filter(|(_, route)| route.path == path) {
            resource = resource.route((route.handler)().guard(Matches(Matched { route, place })));
        }
        config.service(resource.default_service(web::to(move || async move {
            Err::<&str, _>(Failure::MethodNotAllowed { allowed: allowed(path) })
        })));
    }
    config.default_service(web::to(|| async { Err::<&str, _>(Failure::NoSuchRoute) }));
}

fn allowed(path: &str) -> String {
    let mut methods: Vec<_> =
        routes().filter(|route| route.path == path).map(|route| route.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(", ")
}

/// Matches a route's method, and leaves the route with the request for whoever asks who may call it.
struct Matches(Matched);

impl Guard for Matches {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let asked = &context.head().method;
        let method = &self.0.route.method;
        let matches = asked == method || (*asked == Method::HEAD && *method == Method::GET);
        if matches {
            context.req_data_mut().insert(self.0);
        }
        matches
    }
}

/// What a request was matched to.
#[derive(Clone, Copy)]
struct Matched {
    route: &'static Route,
    place: usize,
}

/// The route that a request was matched to.
pub(crate) fn matched(request: &HttpRequest) -> Option<&'static Route> {
    request.extensions().get::<Matched>().map(|matched| matched.route)
}

/// The place of that route in the table.
pub(crate) fn place(request: &HttpRequest) -> Option<usize> {
    request.extensions().get::<Matched>().map(|matched| matched.place)
}
