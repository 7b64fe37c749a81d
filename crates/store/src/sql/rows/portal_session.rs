//! Rows of the portal's sessions.

use anteroom_domain::session::{CustomerSession, PortalCookie};
use anteroom_domain::text::ReturnUrl;
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;

use super::{id, instant, text, token_hash};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::{customer_sessions, portal_cookies};
use crate::sql::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = customer_sessions, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct CustomerSessionRow {
    pub(in crate::sql) token_hash: Vec<u8>,
    pub(in crate::sql) customer_id: DbUuid,
    pub(in crate::sql) member_id: Option<DbUuid>,
    pub(in crate::sql) return_url: Option<String>,
    pub(in crate::sql) created_at: DbTime,
    pub(in crate::sql) expires_at: DbTime,
    revoked_at: Option<DbTime>,
    entered_at: Option<DbTime>,
}

impl From<&CustomerSession> for CustomerSessionRow {
    fn from(session: &CustomerSession) -> Self {
        Self {
            token_hash: session.token_hash.bytes().to_vec(),
            customer_id: session.customer_id.into(),
            member_id: session.member_id.map(DbUuid::from),
            return_url: text!(session.return_url),
            created_at: DbTime(session.created_at),
            expires_at: DbTime(session.expires_at),
            revoked_at: session.revoked_at.map(DbTime),
            entered_at: session.entered_at.map(DbTime),
        }
    }
}

impl CustomerSessionRow {
    /// The session of a customer of that workspace.
    pub(in crate::sql) fn into_session(
        self,
        workspace_id: WorkspaceId,
    ) -> Result<CustomerSession, StoreError> {
        Ok(CustomerSession {
            token_hash: token_hash(&self.token_hash)?,
            workspace_id,
            customer_id: id(self.customer_id)?,
            member_id: self.member_id.map(id).transpose()?,
            return_url: self.return_url.map(ReturnUrl::from_stored),
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
            revoked_at: instant(self.revoked_at),
            entered_at: instant(self.entered_at),
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = portal_cookies, treat_none_as_default_value = false)]
pub(in crate::sql) struct PortalCookieRow {
    cookie_hash: Vec<u8>,
    session_token_hash: Vec<u8>,
    created_at: DbTime,
}

impl From<&PortalCookie> for PortalCookieRow {
    fn from(cookie: &PortalCookie) -> Self {
        Self {
            cookie_hash: cookie.cookie_hash.bytes().to_vec(),
            session_token_hash: cookie.session.bytes().to_vec(),
            created_at: DbTime(cookie.created_at),
        }
    }
}
