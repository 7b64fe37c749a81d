//! Codes that are mailed to sign in with.

use anteroom_domain::TokenHash;
use anteroom_domain::sign_in_code::SignInCode;
use anteroom_domain::text::Email;
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// Codes to sign in with, each to be used once.
pub trait SignInCodes {
    /// Adds one.
    fn insert_sign_in_code(&mut self, code: &SignInCode) -> Result<(), StoreError>;

    /// How many codes were made for an e-mail after `since`, whatever became of them.
    fn count_sign_in_codes(
        &mut self,
        workspace: WorkspaceId,
        email: &Email,
        since: OffsetDateTime,
    ) -> Result<u64, StoreError>;

    /// Lets none of an e-mail's codes open anything any more; how many there were.
    fn end_sign_in_codes(
        &mut self,
        workspace: WorkspaceId,
        email: &Email,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError>;

    /// Counts a guess at the code of a flow, and gives it. Absent, and not counted, when the flow is unknown there, has ended or
    /// expired, or was guessed at [`SignInCode::MOST_GUESSES`] times: so of those who guess at once no more are told.
    fn guess_sign_in_code(
        &mut self,
        workspace: WorkspaceId,
        flow: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<SignInCode>, StoreError>;

    /// Uses one up; `false` when it has ended. Of those who try at once, one succeeds.
    fn spend_sign_in_code(&mut self, flow: &TokenHash, now: OffsetDateTime) -> Result<bool, StoreError>;

    /// Removes those that were made before `cutoff`, the oldest first and at most `limit` of them; how many there were.
    fn sweep_sign_in_codes(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;
}
