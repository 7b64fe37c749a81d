//! Answers that are given again to a repeated request.

use anteroom_domain::TokenHash;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::idempotency::IdempotentAnswer;
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// Answers that are kept for an `Idempotency-Key`. One that has expired is as good as absent, swept or not.
pub trait IdempotentAnswers {
    /// Keeps answers for different keys, any number of them, each in place of an expired one for the same key. One that
    /// lives conflicts with `IdempotentAnswer`; a unit that meets it is to be given up, with the effect that was to be
    /// answered. Of those who try at once, in units of their own, one succeeds.
    fn insert_idempotent_answers(&mut self, answers: &[&IdempotentAnswer]) -> Result<(), StoreError>;

    /// Keeps one answer.
    fn insert_idempotent_answer(&mut self, answer: &IdempotentAnswer) -> Result<(), StoreError> {
        self.insert_idempotent_answers(&[answer])
    }

    /// The sealed answer for the key of that hash, in that workspace, and whom it tells of; `None` when there is none that
    /// lives at `now`.
    fn idempotent_answer(
        &mut self,
        workspace: WorkspaceId,
        key: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<(Vec<u8>, Option<CustomerId>)>, StoreError>;

    /// Removes answers that have expired at `now`, the oldest first and at most `limit` of them; how many there were.
    fn sweep_idempotent_answers(&mut self, now: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;
}
