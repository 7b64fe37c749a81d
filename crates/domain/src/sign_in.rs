//! What is remembered of attempts to sign in, so that guessing is slow and owners are not locked out.

use std::fmt;

use time::{Duration, OffsetDateTime};

use crate::credential::AuthIdentityId;

/// What attempts are counted under, or an address is known by: a keyed hash, which tells nothing of either.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SourceHash([u8; 32]);

impl SourceHash {
    /// Wraps the bytes of a keyed hash.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SourceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SourceHash(..)")
    }
}

/// Attempts that failed one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailedAttempts {
    /// How many.
    pub count: u32,
    /// From this moment on there may be another one.
    pub open_at: OffsetDateTime,
}

impl FailedAttempts {
    /// How long they are remembered after the last one could have been repeated.
    pub const KEPT: Duration = Duration::DAY;

    /// The most that an operator may allow before there are waits: NIST SP 800-63B-4, 3.2.2, wants fewer than a hundred.
    pub const MOST_ALLOWED: u32 = 99;

    /// How long to wait after so many of which `allowed` cost nothing: half a minute, and each time twice as long, an hour at
    /// most.
    pub fn wait(count: u32, allowed: u32) -> Duration {
        let Some(doublings) = count.checked_sub(allowed) else { return Duration::ZERO };
        (Duration::seconds(30) * 2_i32.pow(doublings.min(7))).min(Duration::HOUR)
    }
}

/// An address that somebody signed in from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownAddress {
    /// Who.
    pub auth_identity_id: AuthIdentityId,
    /// From where.
    pub source_hash: SourceHash,
    /// When it was last, to the day.
    pub last_seen_at: OffsetDateTime,
}

impl KnownAddress {
    /// For so long after a sign-in a device or an address is known, and strangers who guess do not slow it down.
    pub const TRUSTED: Duration = Duration::days(30);
    /// For so long it is no news to its owner that somebody signs in from there.
    pub const KEPT: Duration = Duration::days(180);
    /// A later sign-in is noted when so much has passed.
    pub const PRECISION: Duration = Duration::DAY;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_when_all_that_are_free_are_used_and_double() {
        let waits = [1, 9, 10, 11, 12, 16, 17, 1_000, u32::MAX].map(|count| FailedAttempts::wait(count, 10));
        let seconds = waits.map(Duration::whole_seconds);
        assert_eq!(seconds, [0, 0, 30, 60, 120, 1920, 3600, 3600, 3600]);
    }
}
