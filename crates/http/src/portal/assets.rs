//! `GET /assets/{file}`: the portal's style, script and icon, which are part of the program.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};

use super::forms::field;
use crate::failure::Failure;

/// A file that is part of the program.
#[derive(Debug)]
pub(super) struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    /// Told from the content, so that a browser keeps a file until there is another.
    version: LazyLock<String>,
    url: LazyLock<String>,
}

macro_rules! asset {
    ($(#[$doc:meta])* $asset:ident, $file:literal, $content_type:literal) => {
        $(#[$doc])*
        pub(super) static $asset: Asset = Asset {
            name: $file,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../assets/", $file)),
            version: LazyLock::new(|| version($asset.bytes)),
            url: LazyLock::new(|| format!("/assets/{}?v={}", $asset.name, *$asset.version)),
        };
    };
}

asset!(
    /// The one style sheet.
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

impl Asset {
    /// The address under which pages ask for it.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

fn version(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

pub(super) async fn handle(file: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let asset = [&STYLE, &ENTER_SCRIPT, &ICON].into_iter().find(|asset| asset.name == file.as_str());
    let asset = asset.ok_or(Failure::NoSuchRoute)?;
    // While two versions run side by side, one may be asked for the other's file: that answer is not kept.
    let asked = field(request.query_string().as_bytes(), "v");
    let is_current = asked.as_ref() == Some(&*asset.version);
    let caching = if is_current { "public, max-age=31536000, immutable" } else { "public, max-age=60" };
    Ok(HttpResponse::Ok()
        .content_type(asset.content_type)
        .insert_header((CACHE_CONTROL, caching))
        .body(asset.bytes))
}
