//! Member rows.

use anteroom_domain::member::{Member, Role};
use anteroom_domain::text::{Email, ExternalId, Line};
use diesel::prelude::*;

use super::{id, instant, text};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::members;
use crate::sql::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = members, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct MemberRow {
    id: DbUuid,
    workspace_id: DbUuid,
    customer_id: DbUuid,
    #[diesel(embed)]
    columns: MemberColumns,
    created_at: DbTime,
}

/// What can change about a living member.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = members, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub(in crate::sql) struct MemberColumns {
    external_id: Option<String>,
    email: String,
    email_key: String,
    name: Option<String>,
    role: String,
    modified_at: Option<DbTime>,
}

impl From<&Member> for MemberRow {
    fn from(member: &Member) -> Self {
        Self {
            id: member.id.into(),
            workspace_id: member.workspace_id.into(),
            customer_id: member.customer_id.into(),
            columns: member.into(),
            created_at: DbTime(member.created_at),
        }
    }
}

impl From<&Member> for MemberColumns {
    fn from(member: &Member) -> Self {
        Self {
            external_id: text!(member.external_id),
            email: member.email.as_str().to_owned(),
            email_key: member.email.key().to_owned(),
            name: text!(member.name),
            role: member.role.as_str().to_owned(),
            modified_at: member.modified_at.map(DbTime),
        }
    }
}

impl TryFrom<MemberRow> for Member {
    type Error = StoreError;

    fn try_from(row: MemberRow) -> Result<Self, StoreError> {
        let columns = row.columns;
        Ok(Self {
            id: id(row.id)?,
            workspace_id: id(row.workspace_id)?,
            customer_id: id(row.customer_id)?,
            external_id: columns.external_id.map(ExternalId::from_stored),
            email: Email::from_stored(columns.email, columns.email_key),
            name: columns.name.map(Line::from_stored),
            role: Role::parse(&columns.role).ok_or(StoreError::Corrupt("member role"))?,
            created_at: row.created_at.0,
            modified_at: instant(columns.modified_at),
        })
    }
}
