//! Codes that are mailed to sign in with.

use time::{Duration, OffsetDateTime};

use crate::credential::TokenHash;
use crate::sign_in::SourceHash;
use crate::text::Email;
use crate::workspace::WorkspaceId;

/// A code by which whoever reads a mailbox signs in, once, and only where it was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct SignInCode {
    /// Hash of the flow's token, which whoever asked for the code has.
    pub flow_hash: TokenHash,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// Whose mailbox it went to.
    pub email: Email,
    /// Keyed hash of the flow and the code.
    pub code_hash: SourceHash,
    /// How often it was guessed at.
    pub guesses: u32,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From this moment on it opens nothing.
    pub expires_at: OffsetDateTime,
    /// When it was used, or another took its place.
    pub ended_at: Option<OffsetDateTime>,
}

impl SignInCode {
    /// How long one is good.
    pub const LIFE: Duration = Duration::minutes(10);
    /// How often one may be guessed at.
    pub const MOST_GUESSES: u32 = 5;
    /// How many digits it has: 26 bits.
    pub const DIGITS: usize = 8;
    /// The most that go to one mailbox within [`WINDOW`](Self::WINDOW).
    pub const MOST: u64 = 5;
    /// The time in which they are counted; so long a record is kept.
    pub const WINDOW: Duration = Duration::HOUR;
}
