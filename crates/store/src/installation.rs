//! What belongs to the installation as a whole.

use anteroom_domain::credential::SealedSigningKey;
use time::OffsetDateTime;

use crate::StoreError;

/// The one record that says whose database this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallationRecord {
    /// What the master key of this installation computes to; see `anteroom_auth::keys::Keys::check_value`.
    pub key_check: [u8; 32],
    /// When the first server met the empty database.
    pub created_at: OffsetDateTime,
}

/// The installation's record and its signing keys.
pub trait Installation {
    /// The record; `None` in an empty database.
    fn installation(&mut self) -> Result<Option<InstallationRecord>, StoreError>;

    /// Writes the record. A second one conflicts with [`Constraint::Installation`](crate::Constraint).
    fn insert_installation(&mut self, record: &InstallationRecord) -> Result<(), StoreError>;

    /// Writes what is there already, so that the commit shows whether the database takes writes.
    fn write_nothing_new(&mut self) -> Result<(), StoreError>;

    /// Every signing key, youngest first.
    fn signing_keys(&mut self) -> Result<Vec<SealedSigningKey>, StoreError>;

    /// Adds a signing key.
    fn insert_signing_key(&mut self, key: &SealedSigningKey) -> Result<(), StoreError>;

    /// Removes a signing key for good; `false` when there is none of that name.
    fn remove_signing_key(&mut self, kid: &str) -> Result<bool, StoreError>;
}
