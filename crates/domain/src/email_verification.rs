//! The right to prove an e-mail address.

use time::{Duration, OffsetDateTime};

use crate::credential::TokenHash;
use crate::customer::CustomerId;

/// The right to prove that a customer's e-mail address is theirs, once: whoever reads the mail with its token has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailVerification {
    /// Hash of the token.
    pub token_hash: TokenHash,
    /// Whose address it is. It ends when they take another one.
    pub customer_id: CustomerId,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From this moment on it opens nothing.
    pub expires_at: OffsetDateTime,
    /// When it was used, or something else took its place.
    pub ended_at: Option<OffsetDateTime>,
}

impl EmailVerification {
    /// How long one lives.
    pub const LIFE: Duration = Duration::DAY;
    /// How long a record is kept after it expired.
    pub const KEPT: Duration = Duration::DAY;
}
