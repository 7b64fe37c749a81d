//! Which web pages may call (Fetch standard, CORS), and which may not make a browser call for them (CSRF).

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use anteroom_domain::text::Origin;

use crate::Http;
use crate::caller::{self, AllowedOrigins};
use crate::failure::Failure;
use crate::status::Audience;

const ALLOWED_HEADERS: &str = "authorization, content-type, x-publishable-api-key, x-medusa-locale, idempotency-key, \
                               x-request-id";
const EXPOSED_HEADERS: &str = "x-request-id, retry-after, idempotency-replayed";

/// The origin that a browser says the request comes from; `null` and nonsense are none.
fn origin(request: &HttpRequest) -> Option<Origin> {
    let text = request.headers().get(header::ORIGIN)?.to_str().ok()?;
    Origin::parse(text).ok()
}

/// Whether the request is a browser's question before the real one.
pub(crate) fn is_preflight(request: &HttpRequest) -> bool {
    *request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ORIGIN)
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Answers a preflight. It names no workspace, so any workspace's origin is let through to ask; the real request is
/// then answered by its own workspace's list.
pub(crate) async fn preflight(http: &Http, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    let mut answer = HttpResponse::NoContent();
    answer.insert_header((
        header::VARY,
        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    ));
    if let Some(origin) = origin(request).filter(|_| Audience::of(request) != Audience::Reader)
        && http.app().origin_is_listed(origin.clone()).await?
    {
        answer
            .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.as_str()))
            .insert_header((header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"))
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE"))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
    }
    Ok(answer.finish())
}

/// Lets the page read the answer, if its origin is listed: by the workspace that the request named, or, where it was
/// refused before it named one, by any. The portal's pages are for nobody's scripts.
pub(crate) async fn allow(
    http: &Http,
    request: &HttpRequest,
    status: StatusCode,
    headers: &mut header::HeaderMap,
) {
    let Some(origin) = origin(request) else { return };
    let named = request.extensions().get::<AllowedOrigins>().map(|allowed| allowed.contain(&origin));
    let listed = match named {
        _ if Audience::of(request) == Audience::Reader => false,
        Some(listed) => listed,
        // Without a database nobody can say.
        None if !status.is_client_error() => false,
        None => http.app().origin_is_listed(origin.clone()).await.unwrap_or(false),
    };
    if let Some(value) = HeaderValue::from_str(origin.as_str()).ok().filter(|_| listed) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    }
}

/// Refuses a request that a page of somebody else's made a browser send: its `Origin` is neither ours nor listed
/// (`null` included), or there is none and `Sec-Fetch-Site` says that it comes from elsewhere. With neither header it
/// is no browser, and passes.
pub(crate) fn refuse_foreign(http: &Http, request: &HttpRequest) -> Result<(), Failure> {
    let welcome = if request.headers().contains_key(header::ORIGIN) {
        origin(request).is_some_and(|origin| {
            origin == http.origin()
                || request
                    .extensions()
                    .get::<AllowedOrigins>()
                    .is_some_and(|allowed| allowed.contain(&origin))
        })
    } else {
        caller::header(request, "sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"))
    };
    if welcome { Ok(()) } else { Err(Failure::ForeignOrigin) }
}
