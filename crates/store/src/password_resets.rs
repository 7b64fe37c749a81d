//! Rights to choose another password.

use anteroom_domain::TokenHash;
use anteroom_domain::credential::ProviderIdentity;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::password_reset::PasswordReset;
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// What a token of a password reset opens.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenPasswordReset {
    /// Whose account it is.
    pub customer: CustomerId,
    /// Whose password may be chosen.
    pub provider: ProviderIdentity,
}

/// Rights to choose another password, each to be used once.
pub trait PasswordResets {
    /// Adds one. An identity that is gone conflicts with `Reference`.
    fn insert_password_reset(&mut self, reset: &PasswordReset) -> Result<(), StoreError>;

    /// What the token of that hash opens in that workspace at `now`. Absent when it is unknown, has ended or expired, when
    /// somebody has signed in by that identity since, and when its customer is disabled or gone.
    fn open_password_reset(
        &mut self,
        workspace: WorkspaceId,
        token: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<OpenPasswordReset>, StoreError>;

    /// Uses one up; `false` when it has ended or expired. Of those who try at once, one succeeds.
    fn spend_password_reset(&mut self, token: &TokenHash, now: OffsetDateTime) -> Result<bool, StoreError>;

    /// Ends all of a customer's; how many there were.
    fn end_password_resets(&mut self, customer: CustomerId, at: OffsetDateTime) -> Result<u64, StoreError>;

    /// Removes those that expired before `cutoff`, the oldest first and at most `limit` of them; how many there were.
    fn sweep_password_resets(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;
}
