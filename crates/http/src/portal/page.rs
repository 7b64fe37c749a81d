//! What every page has in common.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, LOCATION};
use anteroom_domain::workspace::Workspace;
use askama::Template;

use crate::assets;
use crate::failure::Failure;

/// Nothing but our own files, and forms to nobody but us.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What stands around the content of a page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Frame<'a> {
    /// The workspace's name; nobody's where the path names none.
    pub(crate) brand: Option<&'a str>,
    /// Where the way back to the shop leads.
    pub(crate) way_back: Option<&'a str>,
    /// The path of the portal, where somebody is signed in.
    pub(crate) signed_in: Option<&'a str>,
}

impl<'a> Frame<'a> {
    pub(super) fn of(workspace: &'a Workspace) -> Self {
        Self { brand: Some(workspace.name.as_str()), ..Self::default() }
    }

    pub(super) fn with_way_back(self, way_back: Option<&'a str>) -> Self {
        Self { way_back, ..self }
    }

    pub(crate) fn style() -> &'static str {
        assets::STYLE.url()
    }

    pub(crate) fn icon() -> &'static str {
        assets::ICON.url()
    }

    /// The letter in the workspace's mark.
    pub(crate) fn letter(self) -> String {
        initial(self.brand.unwrap_or_default())
    }
}

/// The first letter of a name.
pub(super) fn initial(name: &str) -> String {
    let letter = name.chars().find(|c| c.is_alphanumeric()).or_else(|| name.chars().next());
    letter.map(|letter| letter.to_uppercase().collect()).unwrap_or_default()
}

/// A page of that status.
pub(crate) fn page(status: StatusCode, page: &impl Template) -> Result<HttpResponse, Failure> {
    let mut answer =
        HttpResponse::build(status).content_type("text/html; charset=utf-8").body(page.render()?);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(COOP, HeaderValue::from_static("same-origin"));
    Ok(answer)
}

/// Sends the browser on to a path of ours, by `GET`.
pub(super) fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}
