//! What somebody proves beside their first way to sign in.

use time::{Duration, OffsetDateTime};

use crate::credential::{AuthIdentityId, TokenHash};
use crate::customer::CustomerId;
use crate::id::Id;
use crate::session::Provider;
use crate::text::Line;
use crate::workspace::WorkspaceId;

/// Identifies an authenticator app.
pub type AuthenticatorAppId = Id<AuthenticatorApp>;
/// Identifies a sign-in that waits for its second factor: the `sid` of the JWT that goes with it, which is no session's.
pub type SecondFactorChallengeId = Id<SecondFactorChallenge>;

/// A program that shows time-based codes (RFC 6238) for a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthenticatorApp {
    /// Identifies it.
    pub id: AuthenticatorAppId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// What its owner calls it.
    pub label: Option<Line>,
    /// The secret that it shares with the server, sealed.
    pub secret_sealed: Vec<u8>,
    /// The time step of the last code that was accepted; zero before the first.
    pub last_step: u64,
    /// When it was added.
    pub created_at: OffsetDateTime,
    /// When its first code was shown; `None` until then, and it protects nothing.
    pub confirmed_at: Option<OffsetDateTime>,
}

impl AuthenticatorApp {
    /// The most that one customer has.
    pub const MOST: usize = 5;
    /// How long one that was added may wait for its first code.
    pub const CONFIRMED_WITHIN: Duration = Duration::HOUR;

    /// Whether its codes are asked for.
    pub fn is_confirmed(&self) -> bool {
        self.confirmed_at.is_some()
    }
}

/// How many recovery codes are made at once. Each is good once, in place of an app.
pub const RECOVERY_CODES: usize = 10;

/// A sign-in whose first factor was shown: it opens a session when the second is.
#[derive(Debug, Clone, PartialEq)]
pub struct SecondFactorChallenge {
    /// Hash of the token, which whoever shows the second factor has.
    pub token_hash: TokenHash,
    /// The `sid` of the JWT that goes with it.
    pub id: SecondFactorChallengeId,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// Who has shown the first factor.
    pub auth_identity_id: AuthIdentityId,
    /// What the first factor was.
    pub provider: Provider,
    /// How often the second was guessed at.
    pub guesses: u32,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From this moment on it opens nothing.
    pub expires_at: OffsetDateTime,
}

impl SecondFactorChallenge {
    /// How long one is good.
    pub const LIFE: Duration = Duration::minutes(5);
    /// How often the second factor may be guessed at.
    pub const MOST_GUESSES: u32 = 5;
}
