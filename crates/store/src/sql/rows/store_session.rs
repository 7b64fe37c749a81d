//! Rows of the shop's sessions.

use anteroom_domain::session::{Provider, StoreSession};
use anteroom_domain::text::Line;
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;

use super::{id, instant, ip_address, text, token_hash};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::store_sessions;
use crate::sql::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = store_sessions, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct StoreSessionRow {
    id: DbUuid,
    auth_identity_id: DbUuid,
    provider: String,
    cookie_hash: Option<Vec<u8>>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    created_at: DbTime,
    last_used_at: DbTime,
    expires_at: DbTime,
    revoked_at: Option<DbTime>,
}

impl From<&StoreSession> for StoreSessionRow {
    fn from(session: &StoreSession) -> Self {
        Self {
            id: session.id.into(),
            auth_identity_id: session.auth_identity_id.into(),
            provider: session.provider.as_str().to_owned(),
            cookie_hash: session.cookie_hash.map(|hash| hash.bytes().to_vec()),
            ip_address: session.ip_address.map(|address| address.to_string()),
            user_agent: text!(session.user_agent),
            created_at: DbTime(session.created_at),
            last_used_at: DbTime(session.last_used_at),
            expires_at: DbTime(session.expires_at),
            revoked_at: session.revoked_at.map(DbTime),
        }
    }
}

impl StoreSessionRow {
    /// The session of an identity of that workspace.
    pub(in crate::sql) fn into_session(self, workspace_id: WorkspaceId) -> Result<StoreSession, StoreError> {
        Ok(StoreSession {
            id: id(self.id)?,
            workspace_id,
            auth_identity_id: id(self.auth_identity_id)?,
            provider: Provider::parse(&self.provider).ok_or(StoreError::Corrupt("provider"))?,
            cookie_hash: self.cookie_hash.as_deref().map(token_hash).transpose()?,
            ip_address: self.ip_address.as_deref().map(ip_address).transpose()?,
            user_agent: self.user_agent.map(Line::from_stored),
            created_at: self.created_at.0,
            last_used_at: self.last_used_at.0,
            expires_at: self.expires_at.0,
            revoked_at: instant(self.revoked_at),
        })
    }
}
