//! What customers prove beside their first way to sign in.

use anteroom_domain::TokenHash;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::second_factor::{
    AuthenticatorApp, AuthenticatorAppId, SecondFactorChallenge, SecondFactorChallengeId,
};
use anteroom_domain::sign_in::SourceHash;
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// Authenticator apps, recovery codes, and sign-ins that wait for one of them.
pub trait SecondFactors {
    /// Whether a customer has a confirmed app, and so proves a second factor at every sign-in.
    fn has_second_factor(&mut self, customer: CustomerId) -> Result<bool, StoreError>;

    /// A customer's apps, oldest first.
    fn authenticator_apps(&mut self, customer: CustomerId) -> Result<Vec<AuthenticatorApp>, StoreError>;

    /// Adds one.
    fn insert_authenticator_app(&mut self, app: &AuthenticatorApp) -> Result<(), StoreError>;

    /// Notes that the first code of an app was shown; `false` when that was so before, or there is none.
    fn confirm_authenticator_app(
        &mut self,
        app: AuthenticatorAppId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Accepts the code of a time step; `false` when one of that step or a later one was accepted before. Of those who show one at
    /// once, one succeeds.
    fn accept_code_of_step(&mut self, app: AuthenticatorAppId, step: u64) -> Result<bool, StoreError>;

    /// Removes an app of a customer; `false` when there is none.
    fn delete_authenticator_app(
        &mut self,
        customer: CustomerId,
        app: AuthenticatorAppId,
    ) -> Result<bool, StoreError>;

    /// Puts codes in place of those that a customer had, which are good no more.
    fn replace_recovery_codes(
        &mut self,
        customer: CustomerId,
        codes: &[SourceHash],
        at: OffsetDateTime,
    ) -> Result<(), StoreError>;

    /// How many codes a customer has left.
    fn count_recovery_codes(&mut self, customer: CustomerId) -> Result<u64, StoreError>;

    /// Uses one up; `false` when the customer has none of that hash. Of those who try at once, one succeeds.
    fn spend_recovery_code(&mut self, customer: CustomerId, code: &SourceHash) -> Result<bool, StoreError>;

    /// Adds a sign-in that waits.
    fn insert_second_factor_challenge(&mut self, challenge: &SecondFactorChallenge)
    -> Result<(), StoreError>;

    /// The one of that token in that workspace, whatever its state.
    fn second_factor_challenge(
        &mut self,
        workspace: WorkspaceId,
        token: &TokenHash,
    ) -> Result<Option<SecondFactorChallenge>, StoreError>;

    /// Whether the one of that id waits in that workspace.
    fn awaits_second_factor(
        &mut self,
        workspace: WorkspaceId,
        id: SecondFactorChallengeId,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Counts a guess. `false`, and not counted, when there is none, it has expired, or was guessed at
    /// [`SecondFactorChallenge::MOST_GUESSES`] times.
    fn guess_second_factor(&mut self, token: &TokenHash, now: OffsetDateTime) -> Result<bool, StoreError>;

    /// Removes one that was passed; `false` when there is none. Of those who try at once, one succeeds.
    fn spend_second_factor_challenge(&mut self, token: &TokenHash) -> Result<bool, StoreError>;

    /// Removes those of a customer; how many there were.
    fn end_second_factor_challenges(&mut self, customer: CustomerId) -> Result<u64, StoreError>;

    /// Removes those that expired before `cutoff`, the oldest first and at most `limit` of them; how many there were.
    fn sweep_second_factor_challenges(
        &mut self,
        cutoff: OffsetDateTime,
        limit: u32,
    ) -> Result<u64, StoreError>;
}
