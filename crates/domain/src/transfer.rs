//! Customers on their way in or out, with all that belongs to them.

use time::OffsetDateTime;

use crate::address::PostalAddress;
use crate::customer::{Contact, CustomerKind};
use crate::member::Role;
use crate::metadata::{Metadata, StoreMetadata};
use crate::text::{Email, ExternalId, Line, ReturnUrl};
use crate::workspace::WorkspaceId;

/// A customer with all that belongs to it, as a file has it. It has no id: whoever takes it in gives it one.
#[derive(Clone, PartialEq)]
pub struct CustomerRecord {
    /// Its e-mail.
    pub email: Email,
    /// Whether somebody has proved to read that mailbox.
    pub email_verified: bool,
    /// A person or a team.
    pub kind: CustomerKind,
    /// The merchant's own identifier.
    pub external_id: Option<ExternalId>,
    /// What the merchant calls it.
    pub name: Option<Line>,
    /// The name on bills.
    pub billing_name: Option<Line>,
    /// What a shopper calls themself and where they are reached.
    pub contact: Contact,
    /// A picture.
    pub avatar_url: Option<ReturnUrl>,
    /// The merchant's notes.
    pub metadata: Metadata,
    /// The shopper's notes.
    pub store_metadata: StoreMetadata,
    /// Whether nobody may sign in as it.
    pub is_disabled: bool,
    /// When it was made; `None` where the file does not say.
    pub created_at: Option<OffsetDateTime>,
    /// A hash of the password that its shopper signs in with, of a kind that passwords are compared with; `None` where nobody does.
    pub password_hash: Option<String>,
    /// Its address book, oldest first.
    pub addresses: Vec<AddressRecord>,
    /// Who acts for it, oldest first; nobody where the file does not say.
    pub members: Vec<MemberRecord>,
}

/// An address on its way in or out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AddressRecord {
    /// What is written on the envelope.
    pub postal: PostalAddress,
    /// Whether parcels go there unless told otherwise.
    pub is_default_shipping: bool,
    /// Whether bills go there.
    pub is_default_billing: bool,
    /// The shopper's notes.
    pub metadata: StoreMetadata,
}

/// Somebody who acts for a customer on its way in or out.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberRecord {
    /// Their e-mail.
    pub email: Email,
    /// What they are called.
    pub name: Option<Line>,
    /// The merchant's own identifier.
    pub external_id: Option<ExternalId>,
    /// What they may do.
    pub role: Role,
}

// By hand: a hash is for nobody's log.
impl std::fmt::Debug for CustomerRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CustomerRecord").field("external_id", &self.external_id).finish_non_exhaustive()
    }
}

/// How far the import of a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportProgress {
    /// The tenant that the customers are to belong to.
    pub workspace_id: WorkspaceId,
    /// SHA-256 of what is in the file.
    pub content_hash: [u8; 32],
    /// How many of its records are dealt with.
    pub records: u64,
    /// How many of them were made.
    pub created: u64,
    /// How many were there and were changed.
    pub updated: u64,
    /// How many were there and were left as they are.
    pub skipped: u64,
    /// How many were not taken in.
    pub refused: u64,
    /// When that was.
    pub changed_at: OffsetDateTime,
    /// When all of it was dealt with; `None` until then.
    pub finished_at: Option<OffsetDateTime>,
}

impl ImportProgress {
    /// Of a file of which nothing is dealt with yet.
    pub fn begin(workspace_id: WorkspaceId, content_hash: [u8; 32], now: OffsetDateTime) -> Self {
        Self {
            workspace_id,
            content_hash,
            records: 0,
            created: 0,
            updated: 0,
            skipped: 0,
            refused: 0,
            changed_at: now,
            finished_at: None,
        }
    }
}
