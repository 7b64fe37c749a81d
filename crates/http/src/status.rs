//! The one table from what went wrong to the status that says so.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use anteroom_app::Kind;
use percent_encoding::percent_decode_str;

use crate::failure::Failure;
use crate::route::matched;

/// Whose clients are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A merchant's server: the Workspace API.
    Merchant,
    /// A shop's front end: the Store API.
    Shop,
    /// Somebody who reads pages.
    Reader,
}

impl Audience {
    /// Whom a request is from: by the route that it was matched to, else by its path, read as the matcher reads it.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        Self::of_path(matched(request).map_or_else(|| request.path(), |route| route.path))
    }

    /// Whose clients ask for a path.
    pub(crate) fn of_path(path: &str) -> Self {
        let path = percent_decode_str(path).decode_utf8_lossy();
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        match first {
            "auth" | "store" => Self::Shop,
            "api" | "health" | ".well-known" | "openapi" => Self::Merchant,
            _ => Self::Reader,
        }
    }
}

/// The status that says what went wrong.
pub(crate) fn status(failure: &Failure, audience: Audience) -> StatusCode {
    let invalid = match audience {
        Audience::Merchant => StatusCode::UNPROCESSABLE_ENTITY,
        Audience::Shop | Audience::Reader => StatusCode::BAD_REQUEST,
    };
    match failure {
        Failure::App(error) => match error.kind() {
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Refused => invalid,
            Kind::Running => StatusCode::CONFLICT,
            Kind::Duplicate | Kind::OtherRequest => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::BadGateway => StatusCode::BAD_GATEWAY,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        },
        Failure::Faults(_)
        | Failure::NotJson { .. }
        | Failure::NotSelectable(_)
        | Failure::NotSortable(_)
        | Failure::InvalidCode => invalid,
        Failure::PublishableKeyMissing | Failure::PublishableKeyInvalid => StatusCode::BAD_REQUEST,
        Failure::NoText(_) | Failure::NoSuchProvider(_) | Failure::NoCallback(_) => StatusCode::UNAUTHORIZED,
        Failure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Failure::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Failure::ForeignOrigin => StatusCode::FORBIDDEN,
        Failure::NoSuchRoute | Failure::NoSuchShop | Failure::NoSuchAddress(_) => StatusCode::NOT_FOUND,
        Failure::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        Failure::TimedOut => StatusCode::REQUEST_TIMEOUT,
        Failure::Page(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
