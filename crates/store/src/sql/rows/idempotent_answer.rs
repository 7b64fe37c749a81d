//! Rows of answers that are given again.

use anteroom_domain::idempotency::IdempotentAnswer;
use diesel::prelude::*;

use crate::sql::schema::idempotent_answers;
use crate::sql::types::{DbTime, DbUuid};

#[derive(Insertable)]
#[diesel(table_name = idempotent_answers, treat_none_as_default_value = false)]
pub(in crate::sql) struct IdempotentAnswerRow<'a> {
    pub(in crate::sql) key_hash: &'a [u8],
    workspace_id: DbUuid,
    customer_id: Option<DbUuid>,
    sealed: &'a [u8],
    created_at: DbTime,
    expires_at: DbTime,
}

impl<'a> From<&'a IdempotentAnswer> for IdempotentAnswerRow<'a> {
    fn from(answer: &'a IdempotentAnswer) -> Self {
        Self {
            key_hash: answer.key_hash.bytes(),
            workspace_id: answer.workspace_id.into(),
            customer_id: answer.customer_id.map(DbUuid::from),
            sealed: &answer.sealed,
            created_at: DbTime(answer.created_at),
            expires_at: DbTime(answer.expires_at),
        }
    }
}
