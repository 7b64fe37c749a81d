//! `GET /assets/{file}`: the style, scripts and icon of our pages, which are part of the program.

pub(crate) mod accent;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::failure::Failure;
use crate::openapi::scalars::Text;
use crate::openapi::{Operation, Tag};
use crate::portal::field;
use crate::route::{Route, Who};

/// A file that is part of the program.
#[derive(Debug)]
pub(crate) struct Asset {
    name: &'static str,
    content_type: &'static str,
    /// How the bytes are encoded, if they are.
    encoding: Option<&'static str>,
    bytes: &'static [u8],
    /// Told from the content, so that a browser keeps a file until there is another.
    version: LazyLock<String>,
    url: LazyLock<String>,
}

macro_rules! asset {
    ($(#[$doc:meta])* $asset:ident, $name:literal, $content_type:literal) => {
        asset!($(#[$doc])* $asset, $name, $content_type, $name, None);
    };
    ($(#[$doc:meta])* $asset:ident, $name:literal, $content_type:literal, $file:literal, $encoding:expr) => {
        $(#[$doc])*
        pub(crate) static $asset: Asset = Asset {
            name: $name,
            content_type: $content_type,
            encoding: $encoding,
            bytes: include_bytes!(concat!("../assets/", $file)),
            version: LazyLock::new(|| version($asset.bytes)),
            url: LazyLock::new(|| format!("/assets/{}?v={}", $asset.name, *$asset.version)),
        };
    };
}

asset!(
    /// The style sheet of our pages.
    STYLE, "portal.css", "text/css; charset=utf-8"
);
asset!(
    /// Sends the entry page's form without a click.
    ENTER_SCRIPT, "portal-enter.js", "text/javascript; charset=utf-8"
);
asset!(
    /// The icon in the browser's tab.
    ICON, "portal.svg", "image/svg+xml"
);
asset!(
    /// The style of the documentation.
    DOCS_STYLE, "docs.css", "text/css; charset=utf-8"
);
asset!(
    /// Starts the reference.
    DOCS_SCRIPT, "docs.js", "text/javascript; charset=utf-8"
);
asset!(
    /// What shows the reference. It is kept as it is sent: whoever asks for it is a browser, and reads gzip.
    DOCS_LIBRARY, "scalar.js", "text/javascript; charset=utf-8", "scalar.js.gz", Some("gzip")
);

static ALL: [&Asset; 6] = [&STYLE, &ENTER_SCRIPT, &ICON, &DOCS_STYLE, &DOCS_SCRIPT, &DOCS_LIBRARY];

impl Asset {
    /// The address under which pages ask for it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Tells content from any other, in a few letters.
pub(crate) fn version(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn operation() -> Operation {
    Operation::new(Tag::Pages, "getAsset", "Get a file of the pages")
        .path::<Text>("file", "The file's name.")
        .query::<Text>("v", "The file's version; with the right one, the answer may be kept for a year.")
        .answers_text(StatusCode::OK, "The file.", "text/css")
        .answers_text(StatusCode::OK, "The file.", "text/javascript")
        .answers_text(StatusCode::OK, "The file.", "image/svg+xml")
        .refuses("There is no such file.", Failure::NoSuchRoute)
}

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/assets/{file}",
        who: Who::Anyone,
        handler: || web::to(handle),
        operation,
    },
    Route {
        method: Method::GET,
        path: "/assets/accent/{color}",
        who: Who::Anyone,
        handler: || web::to(accent::handle),
        operation: accent::operation,
    },
];

/// How long an answer may be kept. While two versions of the program run side by side, one may be asked for the other's
/// file: that answer is not.
fn caching(request: &HttpRequest, version: &str) -> &'static str {
    let asked = field(request.query_string().as_bytes(), "v");
    let is_current = asked.is_some_and(|asked| asked == version);
    if is_current { "public, max-age=31536000, immutable" } else { "public, max-age=60" }
}

async fn handle(file: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let asset = ALL.into_iter().find(|asset| asset.name == file.as_str());
    let asset = asset.ok_or(Failure::NoSuchRoute)?;
    let caching = caching(&request, &asset.version);
    let mut answer = HttpResponse::Ok();
    answer.content_type(asset.content_type).insert_header((CACHE_CONTROL, caching));
    if let Some(encoding) = asset.encoding {
        answer.insert_header((CONTENT_ENCODING, encoding));
    }
    Ok(answer.body(asset.bytes))
}
