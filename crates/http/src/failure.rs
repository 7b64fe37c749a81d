//! Why a request is not answered as asked, in no API's words yet.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use anteroom_app::Error;

use crate::fields::Fault;

/// Why a request is not answered as asked. Each API has one `problem.rs` that puts it into words.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A use case declined.
    App(Error),
    /// What was sent is not what the route takes; every fault of it.
    Faults(Vec<Fault>),
    /// The body is no JSON.
    NotJson { offset: usize },
    /// The body is larger than any we take.
    TooLarge,
    /// The body has a content type other than JSON.
    UnsupportedMediaType,
    /// A request from a web page that may not send it (cross-site request forgery).
    ForeignOrigin,
    /// The publishable key is missing.
    PublishableKeyMissing,
    /// The publishable key is unknown or revoked.
    PublishableKeyInvalid,
    /// The host is a subdomain of ours that no workspace has.
    NoSuchShop,
    /// What somebody signs in with is missing or no text.
    NoText(&'static str),
    /// No such provider to sign in with.
    NoSuchProvider(String),
    /// Fields of a record were asked for that it does not have.
    NotSelectable(Vec<String>),
    /// A list was to be sorted by a field that it does not have.
    NotSortable(String),
    /// The shopper's book has no such address.
    NoSuchAddress(String),
    /// The provider does not send browsers back to us.
    NoCallback(String),
    /// The code of a mailed link opens nothing.
    InvalidCode,
    /// No route has the path.
    NoSuchRoute,
    /// No route of the path has the method.
    MethodNotAllowed { allowed: String },
    /// The body took too long to arrive.
    TimedOut,
    /// A page could not be put together: a bug.
    Page(askama::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::App(error)
    }
}

impl From<Vec<Fault>> for Failure {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faults(faults)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Faults(vec![fault])
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Page(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(error) => f.write_str(&error.with_causes()),
            Self::Page(error) => write!(f, "a page could not be put together: {error}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// What actix-web carries from where the request fails to [`edge`](crate::edge), which answers it.
impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
