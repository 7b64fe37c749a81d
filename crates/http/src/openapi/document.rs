//! Puts a document together.

use std::collections::BTreeMap;

use actix_web::web::Bytes;
use utoipa::openapi::path::{HttpMethod, PathItem, PathsBuilder};
use utoipa::openapi::schema::Components;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, ServerBuilder};

use super::inline::{self, Schemas};
use super::{Tag, follows};
use crate::assets::version;
use crate::route::routes;
use crate::{Http, Options};

/// One of the OpenAPI documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Document {
    /// What a merchant's server calls.
    Workspace,
    /// What a shop's front end calls.
    Store,
    /// What a customer session opens, and the hosted pages.
    Portal,
}

/// Every document, written once.
#[derive(Debug)]
pub(crate) struct Written(BTreeMap<Document, WrittenDocument>);

/// A document in JSON.
#[derive(Debug, Default)]
pub(crate) struct WrittenDocument {
    pub(crate) text: Bytes,
    /// Told from the text.
    pub(crate) version: String,
}

impl Document {
    /// Every document.
    pub const ALL: [Self; 3] = [Self::Workspace, Self::Store, Self::Portal];

    /// The document's name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Store => "store",
            Self::Portal => "portal",
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Workspace => "Workspace API",
            Self::Store => "Store API",
            Self::Portal => "Customer portal",
        }
    }

    /// What it is for, in a sentence.
    pub(crate) fn purpose(self) -> &'static str {
        match self {
            Self::Workspace => "What a merchant’s server calls: customers, members and customer sessions.",
            Self::Store => "What a shop’s front end calls: registering, signing in, sessions and addresses.",
            Self::Portal => "What the token of a customer session opens, and the hosted pages.",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Workspace => include_str!("workspace.md"),
            Self::Store => include_str!("store.md"),
            Self::Portal => include_str!("portal.md"),
        }
    }

    fn schemes(self, options: &Options) -> Vec<(&'static str, SecurityScheme)> {
        let bearer = |format: &str, description: &str| {
            let http = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format);
            SecurityScheme::Http(http.description(Some(description)).build())
        };
        match self {
            Self::Workspace => vec![(
                follows::ACCESS_TOKEN,
                bearer(
                    "anteroom_wat_…",
                    "An access token of the workspace, with the scope that the route asks for.",
                ),
            )],
            Self::Store => vec![
                (
                    follows::PUBLISHABLE_KEY,
                    SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                        "x-publishable-api-key",
                        "Names the shop. It is public: it may stand in the shop's pages.",
                    ))),
                ),
                (follows::JWT, bearer("JWT", "What registering, signing in and refreshing give.")),
                (
                    follows::SESSION_COOKIE,
                    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                        options.session_cookie.name.as_str(),
                        "The cookie that `POST /auth/session` sets.",
                    ))),
                ),
            ],
            Self::Portal => vec![
                (
                    follows::CUSTOMER_SESSION,
                    bearer(
                        "anteroom_cst_…",
                        "The token of a customer session (`anteroom_cst_…`) or of a member's session \
                         (`anteroom_mst_…`).",
                    ),
                ),
                (
                    follows::PORTAL_COOKIE,
                    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                        "anteroom_portal_{slug}",
                        "The cookie that entering the portal sets, one per workspace. Over https its name begins with \
                         `__Host-`.",
                    ))),
                ),
            ],
        }
    }

    fn build(self, options: &Options) -> OpenApi {
        let mut paths = PathsBuilder::new();
        let mut schemas = Schemas::new();
        let mut components = Components::new();
        let schemes =
            self.schemes(options).into_iter().map(|(name, scheme)| (name.to_owned(), scheme.into()));
        components.security_schemes = schemes.collect();
        for route in routes() {
            let operation = (route.operation)();
            if operation.tag.document() != self {
                continue;
            }
            let Some(method) = method(&route.method) else { continue };
            let (operation, used) = follows::complete(route, operation);
            schemas.extend(used);
            paths = paths.path(route.path, PathItem::new(method, operation));
        }
        components.schemas = inline::readable(schemas);
        let tags = Tag::ALL.into_iter().filter(|tag| tag.document() == self);
        let tags =
            tags.map(|tag| TagBuilder::new().name(tag.name()).description(Some(tag.description())).build());
        let info = InfoBuilder::new()
            .title(self.title())
            .version(env!("CARGO_PKG_VERSION"))
            .description(Some(self.description()));
        let url = options.public_url.as_str().trim_end_matches('/');
        OpenApiBuilder::new()
            .info(info)
            .servers(Some([ServerBuilder::new().url(url).build()]))
            .tags(Some(tags.collect::<Vec<_>>()))
            .paths(paths)
            .components(Some(components))
            .security(Some(follows::usual(self)))
            .build()
    }
}

fn method(method: &actix_web::http::Method) -> Option<HttpMethod> {
    match method.as_str() {
        "GET" => Some(HttpMethod::Get),
        "POST" => Some(HttpMethod::Post),
        "PUT" => Some(HttpMethod::Put),
        "PATCH" => Some(HttpMethod::Patch),
        "DELETE" => Some(HttpMethod::Delete),
        _ => None,
    }
}

impl Written {
    fn new(options: &Options) -> Self {
        let write = |document: Document| {
            let text = serde_json::to_string(&document.build(options)).unwrap_or_default();
            let version = version(text.as_bytes());
            (document, WrittenDocument { text: text.into(), version })
        };
        Self(Document::ALL.into_iter().map(write).collect())
    }
}

impl Http {
    /// An OpenAPI document of this server, in JSON. It is put together when it is first asked for.
    pub fn document(&self, document: Document) -> Bytes {
        self.written(document).map_or_else(Bytes::new, |written| written.text.clone())
    }

    /// All that is kept of a document; every document is.
    pub(crate) fn written(&self, document: Document) -> Option<&WrittenDocument> {
        self.0.documents.get_or_init(|| Written::new(self.options())).0.get(&document)
    }
}
