//! Passkeys, and what authenticators are asked.

use anteroom_domain::TokenHash;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::passkey::{Passkey, PasskeyCeremony, PasskeyId};
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// Passkeys, and questions to authenticators, each to be answered once.
pub trait Passkeys {
    /// A customer's passkeys, oldest first.
    fn passkeys(&mut self, customer: CustomerId) -> Result<Vec<Passkey>, StoreError>;

    /// The passkey of a workspace that an authenticator calls so.
    fn passkey_by_credential(
        &mut self,
        workspace: WorkspaceId,
        credential_id: &[u8],
    ) -> Result<Option<Passkey>, StoreError>;

    /// Adds one; a conflict with [`Constraint::Passkey`](crate::Constraint::Passkey) when the workspace has one that is called so.
    fn insert_passkey(&mut self, passkey: &Passkey) -> Result<(), StoreError>;

    /// Notes that a passkey was used, and what is known of its authenticator now.
    fn note_use_of_passkey(
        &mut self,
        passkey: PasskeyId,
        credential: &str,
        at: OffsetDateTime,
    ) -> Result<(), StoreError>;

    /// Removes a passkey of a customer; `false` when there is none.
    fn delete_passkey(&mut self, customer: CustomerId, passkey: PasskeyId) -> Result<bool, StoreError>;

    /// Notes what an authenticator is asked.
    fn insert_passkey_ceremony(&mut self, ceremony: &PasskeyCeremony) -> Result<(), StoreError>;

    /// What was asked under a token, whatever its state.
    fn passkey_ceremony(&mut self, token: &TokenHash) -> Result<Option<PasskeyCeremony>, StoreError>;

    /// Takes a question away; `false` when there is none. Of those who answer at once, one goes on.
    fn spend_passkey_ceremony(&mut self, token: &TokenHash) -> Result<bool, StoreError>;

    /// Removes questions that expired before `cutoff`, the oldest first and at most `limit` of them; how many there were.
    fn sweep_passkey_ceremonies(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;
}
