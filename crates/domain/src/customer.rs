//! Customers.

use time::OffsetDateTime;

use crate::id::Id;
use crate::metadata::{Metadata, StoreMetadata};
use crate::text::{Email, ExternalId, Line, Phone, ReturnUrl, folded};
use crate::workspace::WorkspaceId;

/// Identifies a customer.
pub type CustomerId = Id<Customer>;

/// Somebody who buys: a person, or a team whose members act for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// Its identifier.
    pub id: CustomerId,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// A person or a team.
    pub kind: CustomerKind,
    /// Whether a shopper signs in as this customer. A record without an account is a guest.
    pub has_account: bool,
    /// The merchant's own identifier, unique in the workspace.
    pub external_id: Option<ExternalId>,
    /// Unique in the workspace among living accounts, and among living guests.
    pub email: Email,
    /// Whether somebody has proved to read that mailbox.
    pub email_verified: bool,
    /// What the merchant calls it; see [`Customer::display_name`].
    pub name: Option<Line>,
    /// The name on bills; see [`Customer::billing_name`].
    pub billing_name: Option<Line>,
    /// What a shopper calls themself and where they are reached.
    pub contact: Contact,
    /// A picture.
    pub avatar_url: Option<ReturnUrl>,
    /// The merchant's notes.
    pub metadata: Metadata,
    /// The shopper's notes.
    pub store_metadata: StoreMetadata,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed; `None` until then.
    pub modified_at: Option<OffsetDateTime>,
    /// When it was deleted; everything that signs in as it has stopped working since.
    pub deleted_at: Option<OffsetDateTime>,
    /// Since when nobody signs in as it; `None` while it is enabled.
    pub disabled_at: Option<OffsetDateTime>,
}

impl Customer {
    /// The given name, or first and last name, or nothing.
    pub fn display_name(&self) -> Option<String> {
        let Contact { first_name, last_name, .. } = &self.contact;
        match (&self.name, first_name, last_name) {
            (Some(name), ..) => Some(name.to_string()),
            (None, Some(first), Some(last)) => Some(format!("{first} {last}")),
            (None, Some(only), None) | (None, None, Some(only)) => Some(only.to_string()),
            (None, None, None) => None,
        }
    }

    /// What lists search for a name in and sort by: the display name, folded; empty where there is none.
    pub fn name_key(&self) -> String {
        folded(&self.display_name().unwrap_or_default())
    }

    /// The name on bills: the given one, else the display name.
    pub fn billing_name(&self) -> Option<String> {
        self.billing_name.as_ref().map(ToString::to_string).or_else(|| self.display_name())
    }
}

/// The part of a customer that the shopper writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Given name.
    pub first_name: Option<Line>,
    /// Family name.
    pub last_name: Option<Line>,
    /// The company bought for.
    pub company_name: Option<Line>,
    /// Telephone number.
    pub phone: Option<Phone>,
}

/// A person or a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomerKind {
    /// One person.
    Individual,
    /// Several people; each session is opened for one of them.
    Team,
}

impl CustomerKind {
    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Team => "team",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Individual, Self::Team].into_iter().find(|kind| kind.as_str() == text)
    }
}
