//! How callers prove who they are.

use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};

use super::Document;
use crate::Options;
use crate::route::{Route, Who};

const ACCESS_TOKEN: &str = "accessToken";
const PUBLISHABLE_KEY: &str = "publishableKey";
const JWT: &str = "jwt";
const SESSION_COOKIE: &str = "sessionCookie";
const CUSTOMER_SESSION: &str = "customerSession";
const PORTAL_COOKIE: &str = "portalCookie";

/// What callers of a document prove who they are with.
pub(super) fn schemes(document: Document, options: &Options) -> Vec<(&'static str, SecurityScheme)> {
    let bearer = |format: &str, description: &str| {
        let http = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format);
        SecurityScheme::Http(http.description(Some(description)).build())
    };
    match document {
        Document::Workspace => vec![(
            ACCESS_TOKEN,
            bearer(
                "anteroom_wat_…",
                "An access token of the workspace, with the scope that the route asks for.",
            ),
        )],
        Document::Store => vec![
            (
                PUBLISHABLE_KEY,
                SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                    "x-publishable-api-key",
                    "Names the shop. It is public: it may stand in the shop's pages.",
                ))),
            ),
            (JWT, bearer("JWT", "What registering, signing in and refreshing give.")),
            (
                SESSION_COOKIE,
                SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                    options.session_cookie.name.as_str(),
                    "The cookie that `POST /auth/session` sets.",
                ))),
            ),
        ],
        Document::Portal => vec![
            (
                CUSTOMER_SESSION,
                bearer(
                    "anteroom_cst_…",
                    "The token of a customer session (`anteroom_cst_…`) or of a member's session \
                     (`anteroom_mst_…`).",
                ),
            ),
            (
                PORTAL_COOKIE,
                SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                    "anteroom_portal_{slug}",
                    "The cookie that entering the portal sets, one per workspace. Over https its name begins with \
                     `__Host-`.",
                ))),
            ),
        ],
    }
}

/// How most callers of a document prove who they are. Every route says its own; this is what a reader tries first.
pub(super) fn usual(document: Document) -> Vec<SecurityRequirement> {
    let none: [&str; 0] = [];
    vec![match document {
        Document::Workspace => SecurityRequirement::new(ACCESS_TOKEN, none),
        Document::Store => SecurityRequirement::new(PUBLISHABLE_KEY, none).add(JWT, none),
        Document::Portal => SecurityRequirement::new(CUSTOMER_SESSION, none),
    }]
}

/// The ways in which a caller may prove who it is; an empty one says that none is needed.
pub(super) fn of_route(route: &Route) -> Vec<SecurityRequirement> {
    let none: [&str; 0] = [];
    let alone = |name: &str| SecurityRequirement::new(name, none);
    let in_shop = |name: &str| {
        let with_key = SecurityRequirement::new(PUBLISHABLE_KEY, none).add(name, none);
        if route.needs_publishable_key() { vec![with_key] } else { vec![with_key, alone(name)] }
    };
    match route.who {
        // A signature is no security scheme that OpenAPI knows; the operation has its headers.
        Who::Anyone | Who::LeakReporter => vec![SecurityRequirement::default()],
        Who::Merchant(scope) => vec![SecurityRequirement::new(ACCESS_TOKEN, [scope.as_str()])],
        Who::CustomerSession => vec![alone(CUSTOMER_SESSION)],
        Who::Shop => vec![alone(PUBLISHABLE_KEY), SecurityRequirement::default()],
        Who::Registration | Who::ShopperByJwt => in_shop(JWT),
        Who::ShopperByCookie => in_shop(SESSION_COOKIE),
        Who::Shopper | Who::SignedIn => in_shop(JWT).into_iter().chain(in_shop(SESSION_COOKIE)).collect(),
        Who::Portal => vec![alone(PORTAL_COOKIE), SecurityRequirement::default()],
    }
}
