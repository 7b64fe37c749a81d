//! Rows of codes to sign in with.

use anteroom_domain::sign_in::SourceHash;
use anteroom_domain::sign_in_code::SignInCode;
use anteroom_domain::text::Email;
use diesel::prelude::*;

use super::{bytes, id, instant, token_hash};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::sign_in_codes;
use crate::sql::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_in_codes, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct SignInCodeRow {
    flow_hash: Vec<u8>,
    workspace_id: DbUuid,
    email: String,
    email_key: String,
    code_hash: Vec<u8>,
    guesses: i32,
    created_at: DbTime,
    expires_at: DbTime,
    ended_at: Option<DbTime>,
}

impl TryFrom<&SignInCode> for SignInCodeRow {
    type Error = StoreError;

    fn try_from(code: &SignInCode) -> Result<Self, StoreError> {
        Ok(Self {
            flow_hash: code.flow_hash.bytes().to_vec(),
            workspace_id: code.workspace_id.into(),
            email: code.email.as_str().to_owned(),
            email_key: code.email.key().to_owned(),
            code_hash: code.code_hash.bytes().to_vec(),
            guesses: super::attempts(code.guesses)?,
            created_at: DbTime(code.created_at),
            expires_at: DbTime(code.expires_at),
            ended_at: code.ended_at.map(DbTime),
        })
    }
}

impl TryFrom<SignInCodeRow> for SignInCode {
    type Error = StoreError;

    fn try_from(row: SignInCodeRow) -> Result<Self, StoreError> {
        Ok(Self {
            flow_hash: token_hash(&row.flow_hash)?,
            workspace_id: id(row.workspace_id)?,
            email: Email::from_stored(row.email, row.email_key),
            code_hash: SourceHash::new(bytes(&row.code_hash, "code hash")?),
            guesses: u32::try_from(row.guesses).ok().ok_or(StoreError::Corrupt("guesses"))?,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            ended_at: instant(row.ended_at),
        })
    }
}
