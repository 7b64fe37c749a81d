//! Customers.

use std::collections::{BTreeMap, BTreeSet};

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
    /// A new guest of whom nothing is known but the e-mail, which nobody has proved.
    pub fn new(id: CustomerId, workspace_id: WorkspaceId, email: Email, created_at: OffsetDateTime) -> Self {
        Self {
            id,
            workspace_id,
            kind: CustomerKind::Individual,
            has_account: false,
            external_id: None,
            email,
            email_verified: false,
            name: None,
            billing_name: None,
            contact: Contact::default(),
            avatar_url: None,
            metadata: Metadata::default(),
            store_metadata: StoreMetadata::default(),
            created_at,
            modified_at: None,
            deleted_at: None,
            disabled_at: None,
        }
    }

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

    /// What lists find it by: beginnings of its e-mail, its external id, and its name from each word on; and the notes that are compared
    /// as texts.
    pub fn search_rows(&self) -> SearchRows {
        let name = self.name_key();
        let starts = name.match_indices(' ').map(|(at, space)| at + space.len());
        let from_words = std::iter::once(0).chain(starts).filter_map(|at| name.get(at..));
        let external_id = self.external_id.as_ref().map(|id| folded(id.as_str()));
        let texts = from_words.chain([self.email.key()]).chain(external_id.as_deref());
        let words = texts.filter(|text| !text.is_empty()).map(cut).collect();
        let text = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let notes = self.metadata.as_map().iter().map(|(key, value)| (key.clone(), text(value)));
        SearchRows { words, notes: notes.filter(|(_, text)| indexed_note(text)).collect() }
    }

    /// The name on bills: the given one, else the display name.
    pub fn billing_name(&self) -> Option<String> {
        self.billing_name.as_ref().map(ToString::to_string).or_else(|| self.display_name())
    }
}

/// What lists find a customer by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRows {
    /// Texts that a search is the beginning of, folded; of long ones the beginning.
    pub words: BTreeSet<String>,
    /// The merchant's notes, key by key.
    pub notes: BTreeMap<String, String>,
}

/// How many characters of a word are kept to be found by.
const WORD: usize = 64;

fn cut(text: &str) -> String {
    text.chars().take(WORD).collect()
}

/// What a search looks for among [`SearchRows::words`].
pub fn search_beginning(query: &str) -> String {
    cut(&folded(query))
}

/// Whether a note of that text is kept to be found by. Fractions are not, because no two databases write them alike, and texts of which
/// nobody searches the whole.
pub fn indexed_note(text: &str) -> bool {
    let is_fraction = text.parse::<f64>().is_ok() && text.parse::<i64>().is_err();
    !is_fraction && text.chars().count() <= 200
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
