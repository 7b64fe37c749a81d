//! `Authorization: Bearer` (RFC 6750).

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

/// What stands in the Authorization header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearer<'r> {
    /// Nothing, or another scheme.
    Absent,
    /// A token of some kind.
    Token(&'r str),
}

impl<'r> Bearer<'r> {
    /// Reads the header. The scheme's case does not matter; a header sent twice, or one that is no text, counts as
    /// a token that is none of ours, so that it never turns into an anonymous request.
    pub(super) fn of(request: &'r HttpRequest) -> Self {
        let mut values = request.headers().get_all(AUTHORIZATION);
        let (first, second) = (values.next(), values.next());
        let Some(value) = first else { return Self::Absent };
        let Some(text) = value.to_str().ok().filter(|_| second.is_none()) else { return Self::Token("") };
        match text.trim().split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Self::Token(token.trim()),
            None if text.trim().eq_ignore_ascii_case("bearer") => Self::Token(""),
            _ => Self::Absent,
        }
    }
}
