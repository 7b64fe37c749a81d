//! Rights to prove an e-mail address.

use anteroom_domain::TokenHash;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::email_verification::EmailVerification;
use anteroom_domain::text::Email;
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// What a token proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenEmailVerification {
    /// Whose e-mail.
    pub customer: CustomerId,
    /// The one that they take by it; `None` where it is the one they have.
    pub new_email: Option<Email>,
}

/// Rights to prove an e-mail address, each to be used once.
pub trait EmailVerifications {
    /// Adds one. A customer that is gone for good conflicts with `Reference`.
    fn insert_email_verification(&mut self, verification: &EmailVerification) -> Result<(), StoreError>;

    /// What the token of that hash proves in that workspace at `now`. Absent when it is unknown, has ended or expired,
    /// and when the customer is disabled or gone.
    fn open_email_verification(
        &mut self,
        workspace: WorkspaceId,
        token: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<OpenEmailVerification>, StoreError>;

    /// Whose change of an e-mail the token of that hash stops, in that workspace at `now`. Absent when it is unknown, and when the
    /// change has been made, has ended or expired.
    fn open_email_change(
        &mut self,
        workspace: WorkspaceId,
        cancel_token: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<CustomerId>, StoreError>;

    /// Uses one up; `false` when it has ended or expired. Of those who try at once, one succeeds.
    fn spend_email_verification(
        &mut self,
        token: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Ends all of a customer's; how many there were.
    fn end_email_verifications(
        &mut self,
        customer: CustomerId,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError>;

    /// Removes those that expired before `cutoff`, the oldest first and at most `limit` of them; how many there were.
    fn sweep_email_verifications(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;
}
