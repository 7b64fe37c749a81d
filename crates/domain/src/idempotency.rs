//! Requests that a client may send again: the key it gives them, and the answer that is kept for it.

use std::fmt;

use time::{Duration, OffsetDateTime};

use crate::credential::TokenHash;
use crate::customer::CustomerId;
use crate::text::InvalidText;
use crate::workspace::WorkspaceId;

/// What a client calls a request, so that sending it again makes nothing twice.
///
/// 1 to 255 visible ASCII characters, taken as they are: quotation marks around them are part of the key. It opens the
/// answer that is kept for it, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads the bytes of a header.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidText> {
        const INVALID: InvalidText =
            InvalidText("should be 1 to 255 visible ASCII characters, and be sent once");
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.bytes().all(|b| b.is_ascii_graphic()));
        text.filter(|text| (1..=255).contains(&text.len())).map(|text| Self(text.to_owned())).ok_or(INVALID)
    }

    /// The key itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey(..)")
    }
}

/// The answer to a request that carried a key, sealed with that key among others.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotentAnswer {
    /// Hash of the key and of whose it is.
    pub key_hash: TokenHash,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// Whom it tells of; it goes when they are erased.
    pub customer_id: Option<CustomerId>,
    /// The sealed request and answer.
    pub sealed: Vec<u8>,
    /// When it was given.
    pub created_at: OffsetDateTime,
    /// From this moment on the key is free again.
    pub expires_at: OffsetDateTime,
}

impl IdempotentAnswer {
    /// How long an answer is given again.
    pub const LIFE: Duration = Duration::hours(24);
}

impl fmt::Debug for IdempotentAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotentAnswer").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_any_visible_ascii_as_it_stands() {
        let longest = "k".repeat(255);
        for good in ["1", "!", "~", r#""8e03978e-40d5-43e8-bc93-6894a57f9324""#, "a,b;c=d", &longest] {
            assert_eq!(IdempotencyKey::parse(good.as_bytes()).unwrap().reveal(), good);
        }
        let too_long = "k".repeat(256);
        for bad in ["", " ", "a b", " a", "a\t", "a\u{7f}", "a\0", "\u{e9}", &too_long] {
            assert!(IdempotencyKey::parse(bad.as_bytes()).is_err(), "{bad:?}");
        }
        assert!(IdempotencyKey::parse(b"a\xff").is_err());
    }

    #[test]
    fn keys_and_answers_do_not_print() {
        let key = IdempotencyKey::parse(b"opens-it").unwrap();
        assert_eq!(format!("{key:?}"), "IdempotencyKey(..)");
    }
}
