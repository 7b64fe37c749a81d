//! Passkeys: what an authenticator signs in with (Web Authentication Level 3).

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::credential::TokenHash;
use crate::customer::CustomerId;
use crate::id::Id;
use crate::text::Line;
use crate::workspace::WorkspaceId;

/// Identifies a passkey.
pub type PasskeyId = Id<Passkey>;

/// A key pair of which an authenticator keeps the private half for a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Passkey {
    /// Identifies it.
    pub id: PasskeyId,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// What the authenticator calls it.
    pub credential_id: Vec<u8>,
    /// Whom the authenticator takes its owner to be.
    pub user_handle: Uuid,
    /// What its owner calls it.
    pub label: Option<Line>,
    /// The public key, and what is known of the authenticator.
    pub credential: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When somebody last signed in with it.
    pub last_used_at: Option<OffsetDateTime>,
}

impl Passkey {
    /// The most that one customer has.
    pub const MOST: usize = 10;
}

/// What an authenticator is asked, until it answers, once.
#[derive(Debug, Clone, PartialEq)]
pub struct PasskeyCeremony {
    /// Hash of the token, which whoever brings the answer has.
    pub token_hash: TokenHash,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// Whose passkey is made; `None` where somebody signs in, and nobody knows who.
    pub customer_id: Option<CustomerId>,
    /// What was asked, sealed.
    pub sealed: Vec<u8>,
    /// When it was asked.
    pub created_at: OffsetDateTime,
    /// From this moment on no answer counts.
    pub expires_at: OffsetDateTime,
}

impl PasskeyCeremony {
    /// How long an authenticator, and its owner, may take.
    pub const LIFE: Duration = Duration::minutes(5);
}
