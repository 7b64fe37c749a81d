//! How often the use of an access token is noted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use anteroom_domain::credential::AccessTokenId;
use time::{Duration, OffsetDateTime};

/// When this process last set out to note the use of each token.
///
/// The record alone would not do: while the database takes no writes, every request would try again and wait for it.
#[derive(Default)]
pub(crate) struct TokenUses(Mutex<HashMap<AccessTokenId, OffsetDateTime>>);

impl TokenUses {
    /// Whether the use of a token is to be noted now: once a minute. `noted` is what the record says.
    pub(crate) fn is_due(
        &self,
        token: AccessTokenId,
        noted: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) -> bool {
        let is_fresh = |at: OffsetDateTime| now - at < Duration::MINUTE;
        if noted.is_some_and(is_fresh) {
            return false;
        }
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.get(&token).copied().is_some_and(is_fresh) {
            return false;
        }
        tries.insert(token, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anteroom_domain::Id;
    use time::macros::datetime;

    #[test]
    fn a_use_is_noted_once_a_minute_whether_or_not_that_succeeds() {
        let (uses, now) = (TokenUses::default(), datetime!(2026-01-02 03:04:05 UTC));
        let (token, other) = (Id::from_random_bytes([1; 16]), Id::from_random_bytes([2; 16]));
        let due = |token, noted, seconds| uses.is_due(token, noted, now + Duration::seconds(seconds));
        assert!(due(token, None, 0));
        assert!(!due(token, None, 59), "it was tried");
        assert!(due(other, None, 59));
        assert!(!due(token, Some(now + Duration::seconds(30)), 60), "another process has noted it");
        assert!(due(token, Some(now), 60));
    }
}
