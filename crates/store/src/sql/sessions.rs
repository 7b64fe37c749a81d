//! Sessions, in SQL.
//!
//! Nothing here claims: a conflict means that the customer has just been purged or that randomness has failed. The unit
//! is given up, and the hot writes save the two round trips of a savepoint.

use std::collections::HashSet;

use anteroom_domain::TokenHash;
use anteroom_domain::credential::AuthIdentityId;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::member::MemberId;
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::session::{
    CustomerSession, CustomerSessionId, PortalCookie, StoreSession, StoreSessionId,
};
use anteroom_domain::workspace::WorkspaceId;
#[cfg(feature = "postgres")]
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use time::OffsetDateTime;

use super::connection::DbConnection;
use super::count::counted;
use super::rows::{CustomerSessionRow, PortalCookieRow, StoreSessionRow, token_hash};
use super::schema::{auth_identities, customer_sessions, customers, portal_cookies, store_sessions};
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use super::{
    opened_sessions, opened_sign_ins, portal_sessions, store_cookies, store_sessions as shop, sweeps, uses,
};
use crate::{
    CookieOutcome, NewStoreCookie, PasswordSignIn, PortalAccess, SessionCounts, Sessions, SessionsOf,
    StoreAccess, StoreError, Topic,
};

impl Sessions for SqlUnit {
    fn insert_customer_sessions(
        &mut self,
        sessions: &[&CustomerSession],
    ) -> Result<HashSet<TokenHash>, StoreError> {
        if sessions.is_empty() {
            return Ok(HashSet::new());
        }
        let sessions: Vec<CustomerSessionRow> = sessions.iter().map(|session| (*session).into()).collect();
        let added = self.change(&UNSEEN, |connection| opened_sessions::insert(connection, sessions))?;
        added.iter().map(|hash| token_hash(hash)).collect()
    }

    fn portal_access(&mut self, token: &TokenHash) -> Result<Option<PortalAccess>, StoreError> {
        let row = self.read(|c| portal_sessions::access(c, token))?;
        row.map(portal_sessions::into_access).transpose()
    }

    fn portal_access_by_cookie(&mut self, cookie: &TokenHash) -> Result<Option<PortalAccess>, StoreError> {
        let row = self.read(|c| portal_sessions::access_by_cookie(c, cookie))?;
        row.map(portal_sessions::into_access).transpose()
    }

    fn customer_session_by_token(
        &mut self,
        workspace: WorkspaceId,
        tokens: &[TokenHash],
    ) -> Result<Option<CustomerSession>, StoreError> {
        let row = self.read(|c| portal_sessions::by_token(c, workspace, tokens))?;
        row.map(|row| row.into_session(workspace)).transpose()
    }

    fn enter_customer_session(&mut self, token: &TokenHash, at: OffsetDateTime) -> Result<bool, StoreError> {
        let open = customer_sessions::table
            .filter(customer_sessions::token_hash.eq(token.bytes().as_slice()))
            .filter(customer_sessions::entered_at.is_null())
            .filter(customer_sessions::revoked_at.is_null())
            .filter(customer_sessions::expires_at.gt(DbTime(at)))
            .filter(customer_sessions::created_at.gt(DbTime(at - CustomerSession::ENTRY_LIFE)));
        let entered = customer_sessions::entered_at.eq(DbTime(at));
        self.change(&UNKEPT, |c| Ok(diesel::update(open).set(entered).execute(c)? == 1))
    }

    fn insert_portal_cookie(&mut self, cookie: &PortalCookie) -> Result<(), StoreError> {
        let row = PortalCookieRow::from(cookie);
        self.change(&UNSEEN, |c| diesel::insert_into(portal_cookies::table).values(&row).execute(c))?;
        Ok(())
    }

    fn customer_session(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerSessionId,
    ) -> Result<Option<CustomerSession>, StoreError> {
        let rows = self.read(|c| portal_sessions::by_id(c, workspace, id))?;
        portal_sessions::pick(rows, workspace, id)
    }

    fn customer_sessions(
        &mut self,
        workspace: WorkspaceId,
        of: Option<SessionsOf>,
        now: OffsetDateTime,
        page: Page,
    ) -> Result<Listed<CustomerSession>, StoreError> {
        let rows = self.read(|c| portal_sessions::live(c, workspace, of, now, page))?;
        let items = rows.into_iter().map(|row| row.into_session(workspace)).collect::<Result<_, _>>()?;
        let total = self.read(|c| portal_sessions::count_live(c, workspace, of, now))?;
        Ok(Listed { items, total: counted(total)? })
    }

    fn revoke_customer_session(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerSessionId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let Some(session) = self.customer_session(workspace, id)? else { return Ok(false) };
        let live = customer_sessions::table
            .filter(customer_sessions::token_hash.eq(session.token_hash.bytes().as_slice()))
            .filter(customer_sessions::revoked_at.is_null())
            .filter(customer_sessions::expires_at.gt(DbTime(at)));
        let ended = customer_sessions::revoked_at.eq(DbTime(at));
        self.change(&[Topic::CustomerSession(id)], |c| Ok(diesel::update(live).set(ended).execute(c)? == 1))
    }

    fn revoke_customer_sessions(
        &mut self,
        customer: CustomerId,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let live = customer_sessions::table
            .filter(customer_sessions::customer_id.eq(DbUuid::from(customer)))
            .filter(customer_sessions::revoked_at.is_null())
            .filter(customer_sessions::expires_at.gt(DbTime(at)));
        let ended = customer_sessions::revoked_at.eq(DbTime(at));
        let count =
            self.change(&[Topic::Customer(customer)], |c| diesel::update(live).set(ended).execute(c))?;
        counted(count)
    }

    fn revoke_customer_sessions_in(
        &mut self,
        workspace: WorkspaceId,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let theirs = customers::table
            .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
            .select(customers::id);
        let live = customer_sessions::table
            .filter(customer_sessions::customer_id.eq_any(theirs))
            .filter(customer_sessions::revoked_at.is_null())
            .filter(customer_sessions::expires_at.gt(DbTime(at)));
        let ended = customer_sessions::revoked_at.eq(DbTime(at));
        let count = self.change(&[Topic::Workspace(workspace)], |c| {
            take_time(c)?;
            diesel::update(live).set(ended).execute(c)
        })?;
        counted(count)
    }

    fn revoke_member_sessions(
        &mut self,
        customer: CustomerId,
        member: MemberId,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let live = customer_sessions::table
            .filter(customer_sessions::member_id.eq(DbUuid::from(member)))
            .filter(customer_sessions::customer_id.eq(DbUuid::from(customer)))
            .filter(customer_sessions::revoked_at.is_null())
            .filter(customer_sessions::expires_at.gt(DbTime(at)));
        let ended = customer_sessions::revoked_at.eq(DbTime(at));
        let count =
            self.change(&[Topic::Customer(customer)], |c| diesel::update(live).set(ended).execute(c))?;
        counted(count)
    }

    fn insert_store_session(&mut self, session: &StoreSession) -> Result<(), StoreError> {
        let row = StoreSessionRow::from(session);
        self.change(&UNSEEN, |c| diesel::insert_into(store_sessions::table).values(&row).execute(c))?;
        Ok(())
    }

    fn open_store_sessions(
        &mut self,
        sign_ins: &[&PasswordSignIn],
    ) -> Result<HashSet<StoreSessionId>, StoreError> {
        if sign_ins.is_empty() {
            return Ok(HashSet::new());
        }
        let opened = self.change(&UNSEEN, |connection| opened_sign_ins::insert(connection, sign_ins))?;
        opened.into_iter().map(super::rows::id).collect()
    }

    fn store_access(
        &mut self,
        workspace: WorkspaceId,
        id: StoreSessionId,
    ) -> Result<Option<StoreAccess>, StoreError> {
        let row = self.read(|c| shop::access(c, workspace, id))?;
        row.map(shop::into_access).transpose()
    }

    fn store_access_by_cookie(
        &mut self,
        workspace: WorkspaceId,
        cookie: &TokenHash,
    ) -> Result<Option<StoreAccess>, StoreError> {
        let row = self.read(|c| shop::access_by_cookie(c, workspace, cookie))?;
        row.map(shop::into_access).transpose()
    }

    fn workspace_by_store_cookie(&mut self, cookie: &TokenHash) -> Result<Option<WorkspaceId>, StoreError> {
        let workspace: Option<DbUuid> = self.read(|c| {
            store_sessions::table
                .inner_join(auth_identities::table)
                .filter(store_sessions::cookie_hash.eq(cookie.bytes().as_slice()))
                .select(auth_identities::workspace_id)
                .get_result(c)
                .optional()
        })?;
        workspace.map(super::rows::id).transpose()
    }

    fn set_first_store_cookies(
        &mut self,
        cookies: &[NewStoreCookie],
    ) -> Result<HashSet<TokenHash>, StoreError> {
        if cookies.is_empty() {
            return Ok(HashSet::new());
        }
        let set = self.change(&UNSEEN, |connection| store_cookies::set_first(connection, cookies))?;
        set.iter().map(|hash| token_hash(hash)).collect()
    }

    fn set_store_cookies(&mut self, cookies: &[NewStoreCookie]) -> Result<Vec<CookieOutcome>, StoreError> {
        store_cookies::set(self, cookies)
    }

    fn touch_store_sessions(&mut self, uses: &[(StoreSessionId, OffsetDateTime)]) -> Result<(), StoreError> {
        self.change(&UNKEPT, |c| uses::of_store_sessions(c, uses))
    }

    fn store_sessions(
        &mut self,
        workspace: WorkspaceId,
        customer: CustomerId,
        now: OffsetDateTime,
        page: Page,
    ) -> Result<Listed<StoreSession>, StoreError> {
        let rows = self.read(|c| shop::live(c, workspace, customer, now, page))?;
        let items = rows.into_iter().map(|row| row.into_session(workspace)).collect::<Result<_, _>>()?;
        let total = self.read(|c| shop::count_live(c, workspace, customer, now))?;
        Ok(Listed { items, total: counted(total)? })
    }

    fn surplus_store_sessions(
        &mut self,
        identity: AuthIdentityId,
        now: OffsetDateTime,
        most: u32,
    ) -> Result<Vec<StoreSessionId>, StoreError> {
        let ids = self.read(|c| shop::beyond(c, identity, now, most))?;
        ids.into_iter().map(super::rows::id).collect()
    }

    fn count_live_sessions(
        &mut self,
        workspace: WorkspaceId,
        customer: CustomerId,
        now: OffsetDateTime,
    ) -> Result<SessionCounts, StoreError> {
        let (portal, member) =
            self.read(|c| portal_sessions::count_live_by_actor(c, workspace, customer, now))?;
        let store = self.read(|c| shop::count_live(c, workspace, customer, now))?;
        let customer = counted(portal - member)?;
        Ok(SessionCounts { customer, member: counted(member)?, store: counted(store)? })
    }

    fn revoke_store_session(&mut self, id: StoreSessionId, at: OffsetDateTime) -> Result<bool, StoreError> {
        let live = store_sessions::table
            .filter(store_sessions::id.eq(DbUuid::from(id)))
            .filter(store_sessions::revoked_at.is_null())
            .filter(store_sessions::expires_at.gt(DbTime(at)));
        let ended = store_sessions::revoked_at.eq(DbTime(at));
        self.change(&[Topic::StoreSession(id)], |c| Ok(diesel::update(live).set(ended).execute(c)? == 1))
    }

    fn revoke_store_sessions(
        &mut self,
        customer: CustomerId,
        except: Option<StoreSessionId>,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let ended = store_sessions::revoked_at.eq(DbTime(at));
        let count = self.change(&[Topic::Customer(customer)], |c| {
            let identities: Vec<DbUuid> = auth_identities::table
                .filter(auth_identities::customer_id.eq(DbUuid::from(customer)))
                .select(auth_identities::id)
                .load(c)?;
            let mut count = 0;
            for identity in identities {
                let live = store_sessions::table
                    .filter(store_sessions::auth_identity_id.eq(identity))
                    .filter(store_sessions::revoked_at.is_null())
                    .filter(store_sessions::expires_at.gt(DbTime(at)));
                count += match except {
                    None => diesel::update(live).set(ended).execute(c)?,
                    Some(one) => {
                        let others = live.filter(store_sessions::id.ne(DbUuid::from(one)));
                        diesel::update(others).set(ended).execute(c)?
                    }
                };
            }
            Ok(count)
        })?;
        counted(count)
    }

    fn revoke_store_sessions_in(
        &mut self,
        workspace: WorkspaceId,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let theirs = auth_identities::table
            .filter(auth_identities::workspace_id.eq(DbUuid::from(workspace)))
            .select(auth_identities::id);
        let live = store_sessions::table
            .filter(store_sessions::auth_identity_id.eq_any(theirs))
            .filter(store_sessions::revoked_at.is_null())
            .filter(store_sessions::expires_at.gt(DbTime(at)));
        let ended = store_sessions::revoked_at.eq(DbTime(at));
        let count = self.change(&[Topic::Workspace(workspace)], |c| {
            take_time(c)?;
            diesel::update(live).set(ended).execute(c)
        })?;
        counted(count)
    }

    fn sweep_customer_sessions(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::customer_sessions(c, cutoff, limit)).and_then(counted)
    }

    fn sweep_store_sessions(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        let expired =
            self.change(&UNKEPT, |c| sweeps::expired_store_sessions(c, cutoff, limit)).and_then(counted)?;
        let rest = limit.saturating_sub(u32::try_from(expired).unwrap_or(limit));
        let revoked =
            self.change(&UNKEPT, |c| sweeps::revoked_store_sessions(c, cutoff, rest)).and_then(counted)?;
        Ok(expired + revoked)
    }
}

/// Lets the statements of this unit take longer than those of requests. They change so many rows that whoever holds one of them
/// and waits for another has to give up first.
fn take_time(connection: &mut DbConnection) -> QueryResult<()> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => {
            c.batch_execute("SET LOCAL statement_timeout = '1min'; SET LOCAL lock_timeout = '5s'")
        }
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(_) => Ok(()),
    }
}
