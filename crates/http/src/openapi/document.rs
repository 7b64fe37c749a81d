//! Puts a document together.

use std::collections::BTreeMap;

use actix_web::web::Bytes;
use utoipa::openapi::path::{HttpMethod, PathItem, PathsBuilder};
use utoipa::openapi::schema::Components;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, ServerBuilder};

use super::inline::{self, Schemas};
use super::{Tag, follows, security};
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

    fn build(self, options: &Options) -> OpenApi {
        let mut paths = PathsBuilder::new();
        let mut used = Schemas::new();
        let mut components = Components::new();
        let schemes = security::schemes(self, options).into_iter();
        components.security_schemes =
            schemes.map(|(name, scheme)| (name.to_owned(), scheme.into())).collect();
        for route in routes() {
            let operation = (route.operation)();
            if operation.tag.document() != self {
                continue;
            }
            let Some(method) = method(&route.method) else { continue };
            let (operation, needed) = follows::complete(route, operation);
            used.extend(needed);
            paths = paths.path(route.path, PathItem::new(method, operation));
        }
        components.schemas = inline::readable(used);
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
            .security(Some(security::usual(self)))
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
