//! The right to choose another password without knowing the old one.

use time::{Duration, OffsetDateTime};

use crate::credential::{AuthIdentityId, TokenHash};

/// The right to choose another password, once: whoever reads the mail with its token has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordReset {
    /// Hash of the token.
    pub token_hash: TokenHash,
    /// Whose password it is about.
    pub auth_identity_id: AuthIdentityId,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From this moment on it opens nothing.
    pub expires_at: OffsetDateTime,
    /// When it was used, or something else took its place.
    pub ended_at: Option<OffsetDateTime>,
}

impl PasswordReset {
    /// How long one lives.
    pub const LIFE: Duration = Duration::minutes(30);
    /// How long a record is kept after it expired.
    pub const KEPT: Duration = Duration::DAY;
}
