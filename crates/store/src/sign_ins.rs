//! What is remembered of attempts to sign in.

use std::num::NonZeroU32;

use anteroom_domain::sign_in::{FailedAttempts, KnownAddress, SourceHash};
use time::OffsetDateTime;

use crate::StoreError;

/// Failed attempts, posts of credentials, and the addresses that somebody signed in from.
pub trait SignIns {
    /// The attempts that failed from that source one after the other, those that are forgotten too. Absent when none has.
    fn failed_attempts(&mut self, source: &SourceHash) -> Result<Option<FailedAttempts>, StoreError>;

    /// Counts another one at `now`, and holds the count until the unit ends; how many there are. Absent, and not counted, when
    /// none may be made at this moment: so of those who fail at once each counts the ones before. It is the first one when the
    /// others are to be forgotten ([`FailedAttempts::KEPT`]).
    fn add_failed_attempt(
        &mut self,
        source: &SourceHash,
        now: OffsetDateTime,
    ) -> Result<Option<u32>, StoreError>;

    /// Lets there be no other attempt from that source before `open_at`.
    fn put_off_attempts(&mut self, source: &SourceHash, open_at: OffsetDateTime) -> Result<(), StoreError>;

    /// Forgets the failed attempts of a source; `false` when there are none.
    fn forget_failed_attempts(&mut self, source: &SourceHash) -> Result<bool, StoreError>;

    /// Removes the counts of which another attempt was possible before `cutoff`, the oldest first and at most `limit` of them; how
    /// many there were.
    fn sweep_failed_attempts(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;

    /// When somebody last signed in from an address, as far as it was noted. Absent when they never have.
    fn known_address(&mut self, source: &SourceHash) -> Result<Option<OffsetDateTime>, StoreError>;

    /// Notes that somebody signed in from an address. An identity that is gone conflicts with `Reference`.
    fn note_address(&mut self, address: &KnownAddress) -> Result<(), StoreError>;

    /// Counts a post of credentials from a source, of which there may be `per_minute` at once and as many in each minute after (GCRA).
    /// `false`, and not counted, when there were too many. One statement.
    fn count_credential_post(
        &mut self,
        source: &SourceHash,
        per_minute: NonZeroU32,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// When as many may be posted from a source again as by one that never has. Absent where it is not remembered.
    fn credential_posts_full_at(&mut self, source: &SourceHash)
    -> Result<Option<OffsetDateTime>, StoreError>;

    /// Removes sources that were full again before `cutoff`, the oldest first and at most `limit` of them; how many there were.
    fn sweep_credential_posts(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;

    /// Removes addresses from which nobody has signed in since `cutoff`, the oldest first and at most `limit` of them; how many
    /// there were.
    fn sweep_known_addresses(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;
}
