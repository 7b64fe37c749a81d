//! Which pages may send the portal's forms (cross-site request forgery).
//!
//! `Sec-Fetch-Site` decides where a browser sends it: no page can forge it. Browsers leave it out over plain http and
//! before 2023; then `Origin` decides. A request with neither is no browser, and passes.
//!
//! The entry page says `Referrer-Policy: no-referrer`, because its address holds a code, and a form sent from such a
//! page carries `Origin: null` (Fetch standard, "append a request `Origin` header"). So `null` has to count as ours
//! there. That costs nothing: the code in the form is what opens the door, and whoever has one could as well send
//! the browser to the link itself. Forms that a cookie opens stand on pages with `Referrer-Policy: same-origin`,
//! carry their true origin, and so `null` is refused for them.

use actix_web::HttpRequest;
use actix_web::http::header::ORIGIN;
use anteroom_domain::text::Origin;
use url::form_urlencoded;

use crate::Http;
use crate::failure::Failure;

/// What opens the door that a form knocks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenedBy {
    /// A code within the form.
    Code,
    /// A cookie, which browsers add by themselves.
    Cookie,
}

/// Refuses a form that a page of somebody else's made a browser send.
pub(super) fn refuse_foreign(http: &Http, request: &HttpRequest, by: OpenedBy) -> Result<(), Failure> {
    let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let is_ours = match (header("sec-fetch-site"), header(ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, None) => true,
        (None, Some("null")) => by == OpenedBy::Code,
        (None, Some(origin)) => Origin::parse(origin).is_ok_and(|origin| origin == http.origin()),
    };
    if is_ours { Ok(()) } else { Err(Failure::ForeignOrigin) }
}

/// The value of the first field of that name in a form or query.
pub(crate) fn field(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
