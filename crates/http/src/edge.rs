//! The edge: what every request passes on its way in and every answer on its way out.
//!
//! Here a request gets its id and its log line, a preflight its answer, a failure its words, and every answer its
//! headers.

use std::time::{Duration, Instant};

use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};

use crate::failure::Failure;
use crate::request_ids::RequestIds;
use crate::route::{matched, place};
use crate::router::Router;
use crate::status::{Audience, status};
use crate::{Http, cors, limits, portal, storefront, workspace};

static RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
static RATE_LIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
static RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What one worker has before its handlers.
#[derive(Debug)]
pub(crate) struct Edge {
    http: Http,
    router: Router,
    ids: RequestIds,
}

/// The name of a request, which its log lines and its answer bear.
struct RequestId(String);

impl Edge {
    /// Makes the handlers too; fails as [`Router::new`] does.
    pub(crate) async fn new(http: Http) -> Result<Self, ()> {
        Ok(Self { http, router: Router::new().await?, ids: RequestIds::default() })
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, request: ServiceRequest) -> Result<ServiceResponse, Error> {
        let started = Instant::now();
        let Self { http, router, ids } = self;
        let id = request_id(http, ids, request.request());
        let id_of_answer = HeaderValue::from_str(&id);
        request.extensions_mut().insert(RequestId(id));
        let mut response = if cors::is_preflight(request.request()) {
            let answer = cors::preflight(http, request.request()).await;
            let answer = answer.unwrap_or_else(|failure| render(&failure, request.request()));
            request.into_response(answer)
        } else {
            in_words(router.answer(http, request).await?)
        };
        let asked = response.request().clone();
        let status = response.status();
        let headers = response.headers_mut();
        common_headers(http, &asked, headers);
        if let Ok(id) = id_of_answer {
            headers.insert(X_REQUEST_ID.clone(), id);
        }
        cors::allow(http, &asked, status, headers).await;
        let took = started.elapsed();
        http.requests().record(place(&asked), asked.method(), status, took);
        log(&asked, status, took);
        limits::hold_back(&asked, status).await;
        Ok(response)
    }
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
        tracing::error!(request.id = id_of(request), error = %failure, "request failed");
    }
    let headers = answer.headers_mut();
    if let Failure::MethodNotAllowed { allowed } = failure
        && let Ok(value) = HeaderValue::from_str(allowed)
    {
        headers.insert(header::ALLOW, value);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if let Failure::App(anteroom_app::Error::TooManyAttempts { allowed, seconds, .. }) = failure {
        headers.insert(header::RETRY_AFTER, (*seconds).into());
        headers.insert(RATE_LIMIT.clone(), allowed.get().into());
        headers.insert(RATE_LIMIT_REMAINING.clone(), HeaderValue::from_static("0"));
        headers.insert(RATE_LIMIT_RESET.clone(), (*seconds).into());
    }
    answer
}

/// The caller's `X-Request-Id` when it is sane, else a new one.
fn request_id(http: &Http, ids: &RequestIds, request: &HttpRequest) -> String {
    let sane = |id: &&str| {
        (1..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let own = request.headers().get(&X_REQUEST_ID).and_then(|id| id.to_str().ok()).filter(sane);
    own.map_or_else(|| ids.next(http.app().random()), str::to_owned)
}

/// The name of a request, once it has one.
fn id_of(request: &HttpRequest) -> Option<String> {
    request.extensions().get::<RequestId>().map(|id| id.0.clone())
}

/// Headers of every answer, unless its handler chose otherwise (ASVS 3.4).
static COMMON_HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
];
static HTTPS_ALONE: (HeaderName, HeaderValue) =
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
static VARY: HeaderValue = HeaderValue::from_static("Cookie, Authorization, Origin");

fn common_headers(http: &Http, request: &HttpRequest, headers: &mut HeaderMap) {
    let https_alone = http.is_https().then_some(&HTTPS_ALONE);
    for (name, value) in COMMON_HEADERS.iter().chain(https_alone) {
        if !headers.contains_key(name) {
            headers.insert(name.clone(), value.clone());
        }
    }
    // What is the same for everybody may be kept by everybody.
    if !request.path().starts_with("/assets/") {
        headers.append(header::VARY, VARY.clone());
    }
}

/// One line per request: the route and not the path, which may hold a code or somebody's id.
fn log(request: &HttpRequest, status: StatusCode, took: Duration) {
    let method = request.method().as_str();
    let route = || matched(request).map_or("none", |route| route.path);
    let duration_ms = took.as_secs_f64() * 1000.0;
    if status.is_success() || status.is_redirection() {
        tracing::debug!(
            request.id = id_of(request),
            http.method = method,
            http.route = route(),
            http.status = status.as_u16(),
            duration_ms,
            "answered"
        );
    } else {
        tracing::info!(
            request.id = id_of(request),
            http.method = method,
            http.route = route(),
            http.status = status.as_u16(),
            duration_ms,
            "refused"
        );
    }
}
