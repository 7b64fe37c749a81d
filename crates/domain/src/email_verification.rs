//! The right to prove an e-mail address.

use time::{Duration, OffsetDateTime};

use crate::credential::TokenHash;
use crate::customer::CustomerId;
use crate::text::Email;

/// The right to prove that an e-mail address is a customer's, once: whoever reads the mail with its token has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailVerification {
    /// Hash of the token.
    pub token_hash: TokenHash,
    /// Whose address it is. It ends when they take another one.
    pub customer_id: CustomerId,
    /// The address that they take by it; `None` where they prove the one they have.
    pub change: Option<EmailChange>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From this moment on it opens nothing.
    pub expires_at: OffsetDateTime,
    /// When it was used, or something else took its place.
    pub ended_at: Option<OffsetDateTime>,
}

/// Another e-mail address, which a customer takes once they have proved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailChange {
    /// The address.
    pub email: Email,
    /// Hash of the token that ends it, which goes to the old address.
    pub cancel_token_hash: TokenHash,
}

impl EmailVerification {
    /// How long one lives.
    pub const LIFE: Duration = Duration::DAY;
    /// How long a record is kept after it expired.
    pub const KEPT: Duration = Duration::DAY;
}
