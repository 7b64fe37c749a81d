//! A page that says one thing, and where to go from there.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::page::{Frame, framed};
use crate::failure::Failure;

/// A page that says one thing.
#[derive(Debug, Template)]
#[template(path = "portal/calm.html")]
pub(super) struct Calm<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) picture: Picture,
    pub(super) heading: &'a str,
    pub(super) text: &'a str,
    /// The path of the portal, where it is worth another try.
    pub(super) portal: Option<&'a str>,
}

/// The small picture above the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picture {
    /// A link that leads nowhere any more.
    Link,
    /// A closed door.
    Door,
    /// It is done.
    Done,
    /// Something is in the way.
    Trouble,
}

impl Calm<'_> {
    pub(super) fn answer(&self, status: StatusCode) -> Result<HttpResponse, Failure> {
        framed(status, self.frame, self)
    }
}
