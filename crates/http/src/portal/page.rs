//! What every page has in common.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY};
use anteroom_domain::text::{Color, ReturnUrl, SecureUrl};
use anteroom_domain::workspace::Workspace;
use askama::Template;

use crate::assets::{self, accent};
use crate::failure::Failure;

/// Nothing but our own files, and forms to nobody but us.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const PICTURES: &str = "img-src 'self' data:";
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
    /// The picture in place of the letter.
    pub(super) logo: Option<&'a SecureUrl>,
    /// The colour that the merchant chose.
    pub(super) color: Option<Color>,
}

impl<'a> Frame<'a> {
    pub(super) fn of(workspace: &'a Workspace) -> Self {
        let look = &workspace.settings.portal;
        Self {
            brand: Some(workspace.brand().as_str()),
            way_back: look.back_url.as_ref().map(ReturnUrl::as_str),
            signed_in: None,
            logo: look.logo_url.as_ref(),
            color: look.color,
        }
    }

    /// The same with a session's own way back, if it has one.
    pub(super) fn with_way_back(self, way_back: Option<&'a str>) -> Self {
        Self { way_back: way_back.or(self.way_back), ..self }
    }

    pub(crate) fn style() -> &'static str {
        assets::STYLE.url()
    }

    pub(crate) fn icon() -> &'static str {
        assets::ICON.url()
    }

    /// The style sheet of the colour that the merchant chose.
    pub(crate) fn accent(self) -> Option<String> {
        self.color.map(accent::url)
    }

    pub(crate) fn logo(self) -> Option<&'a str> {
        self.logo.map(SecureUrl::as_str)
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

/// A page of that status with its frame around it, which may load the frame's picture besides.
pub(super) fn framed(
    status: StatusCode,
    frame: Frame<'_>,
    content: &impl Template,
) -> Result<HttpResponse, Failure> {
    let mut answer = page(status, content)?;
    if let Some(origin) = frame.logo.and_then(SecureUrl::origin) {
        let policy = POLICY.replace(PICTURES, &format!("{PICTURES} {origin}"));
        let policy = HeaderValue::from_str(&policy).map_err(askama::Error::custom)?;
        answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    Ok(answer)
}

/// Sends the browser on to a path of ours, by `GET`.
pub(super) fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}

/// Of a page whose address may hold a token, which no other site is to see.
pub(super) fn secret(mut answer: HttpResponse) -> HttpResponse {
    answer.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer
}
