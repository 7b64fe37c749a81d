//! The installation's rows.

use anteroom_domain::credential::SealedSigningKey;
use diesel::prelude::*;

use super::bytes;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::{installation, signing_keys};
use crate::sql::types::DbTime;
use crate::{InstallationRecord, StoreError};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = installation, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct InstallationRow {
    id: i16,
    key_check: Vec<u8>,
    created_at: DbTime,
}

impl From<&InstallationRecord> for InstallationRow {
    fn from(record: &InstallationRecord) -> Self {
        Self { id: 1, key_check: record.key_check.to_vec(), created_at: DbTime(record.created_at) }
    }
}

impl TryFrom<InstallationRow> for InstallationRecord {
    type Error = StoreError;

    fn try_from(row: InstallationRow) -> Result<Self, StoreError> {
        Ok(Self { key_check: bytes(&row.key_check, "key check")?, created_at: row.created_at.0 })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct SigningKeyRow {
    kid: String,
    sealed: Vec<u8>,
    created_at: DbTime,
    /// Keys of earlier versions have none.
    signs_from: Option<DbTime>,
}

impl From<&SealedSigningKey> for SigningKeyRow {
    fn from(key: &SealedSigningKey) -> Self {
        Self {
            kid: key.kid.clone(),
            sealed: key.sealed.clone(),
            created_at: DbTime(key.created_at),
            signs_from: Some(DbTime(key.signs_from)),
        }
    }
}

impl From<SigningKeyRow> for SealedSigningKey {
    fn from(row: SigningKeyRow) -> Self {
        let signs_from = row.signs_from.unwrap_or(row.created_at).0;
        Self { kid: row.kid, sealed: row.sealed, created_at: row.created_at.0, signs_from }
    }
}
