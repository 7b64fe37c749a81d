//! The edge: what every request passes on its way in and every answer on its way out.
//!
//! Here a request gets its id and its log line, a preflight its answer, a failure its words, and every answer its
//! headers.

use std::time::{Duration, Instant};

use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{Error, HttpRequest, HttpResponse};
use tracing::Instrument;

use crate::failure::Failure;
use crate::route::{matched, place};
use crate::router::Router;
use crate::status::{Audience, status};
use crate::{Http, caller, cors, portal, storefront, workspace};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What [`Http::mount`] puts before the router.
pub(crate) async fn edge(
    http: &Http,
    router: &Router,
    request: ServiceRequest,
) -> Result<ServiceResponse, Error> {
    let started = Instant::now();
    let id = request_id(http, request.request());
    let span = tracing::info_span!("request", request.id = id);
    async move {
        let mut response = if cors::is_preflight(request.request()) {
            let answer = cors::preflight(http, request.request()).await;
            let answer = answer.unwrap_or_else(|failure| render(&failure, request.request()));
            request.into_response(answer)
        } else {
            in_words(router.answer(request).await?)
        };
        let asked = response.request().clone();
        let status = response.status();
        let headers = response.headers_mut();
        common_headers(http, &asked, headers);
        if let Ok(value) = HeaderValue::from_str(&id) {
            headers.insert(X_REQUEST_ID, value);
        }
        cors::allow(http, &asked, status, headers).await;
        let took = started.elapsed();
        http.requests().record(place(&asked), asked.method(), status, took);
        log(&asked, &response, took);
        Ok(response)
    }
    .instrument(span)
    .await
}

/// Puts a failure into the words of the API that the path belongs to; any other answer passes.
fn in_words(response: ServiceResponse) -> ServiceResponse {
    let answer = response
        .response()
        .error()
        .and_then(|error| error.as_error::<Failure>())
        .map(|failure| render(failure, response.request()));
    match answer {
        Some(answer) => response.into_response(answer),
        None => response,
    }
}

/// A failure in the words of the API that the path belongs to.
pub(crate) fn render(failure: &Failure, request: &HttpRequest) -> HttpResponse {
    let audience = Audience::of(request);
    let status = status(failure, audience);
    let mut answer = match audience {
        Audience::Merchant => workspace::problem::render(failure, status),
        Audience::Shop => storefront::problem::render(failure, status, request),
        Audience::Reader => portal::problem::render(failure, status, request),
    };
    if status.is_server_error() {
        tracing::error!(error = %failure, "request failed");
    }
    let headers = answer.headers_mut();
    if let Failure::MethodNotAllowed { allowed } = failure
        && let Ok(value) = HeaderValue::from_str(allowed)
    {
        headers.insert(header::ALLOW, value);
    }
    if status == actix_web::http::StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    answer
}

/// The caller's `X-Request-Id` when it is sane, else a new one.
fn request_id(http: &Http, request: &HttpRequest) -> String {
    let sane = |id: &&str| {
        (1..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    caller::header(request, "x-request-id")
        .filter(sane)
        .map_or_else(|| http.app().new_request_id(), str::to_owned)
}

/// Headers of every answer, unless its handler chose otherwise (ASVS 3.4).
fn common_headers(http: &Http, request: &HttpRequest, headers: &mut HeaderMap) {
    let mut default = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    default(header::CACHE_CONTROL, "no-store");
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::REFERRER_POLICY, "no-referrer");
    default(header::X_FRAME_OPTIONS, "DENY");
    default(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    if http.is_https() {
        default(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    // What is the same for everybody may be kept by everybody.
    if !request.path().starts_with("/assets/") {
        headers.append(header::VARY, HeaderValue::from_static("Cookie, Authorization, Origin"));
    }
}

/// One line per request: the route and not the path, which may hold a code or somebody's id.
fn log(request: &HttpRequest, response: &ServiceResponse, took: Duration) {
    let (method, status) = (request.method().as_str(), response.status());
    let route = matched(request).map_or("none", |route| route.path);
    let duration_ms = took.as_secs_f64() * 1000.0;
    if status.is_success() || status.is_redirection() {
        tracing::debug!(
            http.method = method,
            http.route = route,
            http.status = status.as_u16(),
            duration_ms,
            "answered"
        );
    } else {
        tracing::info!(
            http.method = method,
            http.route = route,
            http.status = status.as_u16(),
            duration_ms,
            "refused"
        );
    }
}
