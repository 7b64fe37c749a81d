//! Rows of rights to choose another password.

use anteroom_domain::password_reset::PasswordReset;
use diesel::prelude::*;

use crate::sql::schema::password_resets;
use crate::sql::types::{DbTime, DbUuid};

#[derive(Insertable)]
#[diesel(table_name = password_resets, treat_none_as_default_value = false)]
pub(in crate::sql) struct PasswordResetRow<'a> {
    token_hash: &'a [u8],
    auth_identity_id: DbUuid,
    created_at: DbTime,
    expires_at: DbTime,
    ended_at: Option<DbTime>,
}

impl<'a> From<&'a PasswordReset> for PasswordResetRow<'a> {
    fn from(reset: &'a PasswordReset) -> Self {
        Self {
            token_hash: reset.token_hash.bytes(),
            auth_identity_id: reset.auth_identity_id.into(),
            created_at: DbTime(reset.created_at),
            expires_at: DbTime(reset.expires_at),
            ended_at: reset.ended_at.map(DbTime),
        }
    }
}
