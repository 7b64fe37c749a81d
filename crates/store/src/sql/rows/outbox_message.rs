//! Rows of mails that are to be sent.

use anteroom_domain::mail::{MailTemplate, OutboxMessage};
use anteroom_domain::text::Email;
use diesel::prelude::*;

use super::id;
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::outbox_messages;
use crate::sql::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = outbox_messages, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct OutboxMessageRow {
    id: DbUuid,
    workspace_id: DbUuid,
    customer_id: Option<DbUuid>,
    recipient: String,
    template: String,
    sealed: Vec<u8>,
    created_at: DbTime,
    due_at: DbTime,
    expires_at: DbTime,
    attempts: i32,
}

/// How often a message was tried, as a column.
pub(in crate::sql) fn attempts(count: u32) -> Result<i32, StoreError> {
    i32::try_from(count).map_err(|error| StoreError::Failed(Box::new(error)))
}

impl TryFrom<&OutboxMessage> for OutboxMessageRow {
    type Error = StoreError;

    fn try_from(message: &OutboxMessage) -> Result<Self, StoreError> {
        Ok(Self {
            id: message.id.into(),
            workspace_id: message.workspace_id.into(),
            customer_id: message.customer_id.map(DbUuid::from),
            recipient: message.recipient.as_str().to_owned(),
            template: message.template.as_str().to_owned(),
            sealed: message.sealed.clone(),
            created_at: DbTime(message.created_at),
            due_at: DbTime(message.due_at),
            expires_at: DbTime(message.expires_at),
            attempts: attempts(message.attempts)?,
        })
    }
}

impl TryFrom<OutboxMessageRow> for OutboxMessage {
    type Error = StoreError;

    fn try_from(row: OutboxMessageRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(row.id)?,
            workspace_id: id(row.workspace_id)?,
            customer_id: row.customer_id.map(id).transpose()?,
            recipient: Email::parse(&row.recipient).ok().ok_or(StoreError::Corrupt("recipient"))?,
            template: MailTemplate::parse(&row.template).ok_or(StoreError::Corrupt("mail template"))?,
            sealed: row.sealed,
            created_at: row.created_at.0,
            due_at: row.due_at.0,
            expires_at: row.expires_at.0,
            attempts: u32::try_from(row.attempts).ok().ok_or(StoreError::Corrupt("attempts"))?,
        })
    }
}
