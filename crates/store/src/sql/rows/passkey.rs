//! Rows of passkeys.

use anteroom_domain::passkey::{Passkey, PasskeyCeremony};
use anteroom_domain::text::Line;
use diesel::prelude::*;

use super::{id, instant, text, token_hash};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::{passkey_ceremonies, passkeys};
use crate::sql::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = passkeys, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct PasskeyRow {
    id: DbUuid,
    workspace_id: DbUuid,
    customer_id: DbUuid,
    credential_id: Vec<u8>,
    user_handle: DbUuid,
    label: Option<String>,
    credential: String,
    created_at: DbTime,
    last_used_at: Option<DbTime>,
}

impl From<&Passkey> for PasskeyRow {
    fn from(passkey: &Passkey) -> Self {
        Self {
            id: passkey.id.into(),
            workspace_id: passkey.workspace_id.into(),
            customer_id: passkey.customer_id.into(),
            credential_id: passkey.credential_id.clone(),
            user_handle: DbUuid(passkey.user_handle),
            label: text!(passkey.label),
            credential: passkey.credential.clone(),
            created_at: DbTime(passkey.created_at),
            last_used_at: passkey.last_used_at.map(DbTime),
        }
    }
}

impl TryFrom<PasskeyRow> for Passkey {
    type Error = StoreError;

    fn try_from(row: PasskeyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(row.id)?,
            workspace_id: id(row.workspace_id)?,
            customer_id: id(row.customer_id)?,
            credential_id: row.credential_id,
            user_handle: row.user_handle.0,
            label: row.label.map(Line::from_stored),
            credential: row.credential,
            created_at: row.created_at.0,
            last_used_at: instant(row.last_used_at),
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = passkey_ceremonies, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct PasskeyCeremonyRow {
    token_hash: Vec<u8>,
    workspace_id: DbUuid,
    customer_id: Option<DbUuid>,
    sealed: Vec<u8>,
    created_at: DbTime,
    expires_at: DbTime,
}

impl From<&PasskeyCeremony> for PasskeyCeremonyRow {
    fn from(ceremony: &PasskeyCeremony) -> Self {
        Self {
            token_hash: ceremony.token_hash.bytes().to_vec(),
            workspace_id: ceremony.workspace_id.into(),
            customer_id: ceremony.customer_id.map(DbUuid::from),
            sealed: ceremony.sealed.clone(),
            created_at: DbTime(ceremony.created_at),
            expires_at: DbTime(ceremony.expires_at),
        }
    }
}

impl TryFrom<PasskeyCeremonyRow> for PasskeyCeremony {
    type Error = StoreError;

    fn try_from(row: PasskeyCeremonyRow) -> Result<Self, StoreError> {
        Ok(Self {
            token_hash: token_hash(&row.token_hash)?,
            workspace_id: id(row.workspace_id)?,
            customer_id: row.customer_id.map(id).transpose()?,
            sealed: row.sealed,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
        })
    }
}
