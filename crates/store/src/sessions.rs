//! Sessions of the portal and of the shop.

use std::collections::HashSet;
use std::sync::Arc;

use anteroom_domain::TokenHash;
use anteroom_domain::credential::{AuthIdentity, AuthIdentityId, ProviderIdentity};
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::member::{Member, MemberId};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::session::{
    CustomerSession, CustomerSessionId, PortalCookie, StoreSession, StoreSessionId,
};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use time::OffsetDateTime;

use crate::StoreError;

/// What a customer session's token or cookie opens.
#[derive(Debug, Clone, PartialEq)]
pub struct PortalAccess {
    /// The session, whatever its state; the caller asks it.
    pub session: CustomerSession,
    /// Its tenant.
    pub workspace: Arc<Workspace>,
    /// Whom it acts for.
    pub customer: Customer,
    /// Who acts.
    pub member: Option<Member>,
}

/// What a shop session's JWT or cookie opens.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreAccess {
    /// The session, whatever its state; the caller asks it.
    pub session: StoreSession,
    /// Who signed in.
    pub identity: AuthIdentity,
    /// The customer they are, who is neither deleted nor disabled; `None` while the registration is half done.
    pub customer: Option<CustomerId>,
}

/// A sign-in by a password that was looked at, to be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct PasswordSignIn {
    /// The session, which has no cookie yet.
    pub session: StoreSession,
    /// The name that was signed in by, with the password as it was then.
    pub provider: ProviderIdentity,
}

/// A cookie that a sign-in is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewStoreCookie {
    /// The sign-in.
    pub session: StoreSessionId,
    /// The cookie's hash.
    pub cookie: TokenHash,
    /// When: it is a use of the sign-in too.
    pub at: OffsetDateTime,
    /// Another sign-in, which ends by it.
    pub replaces: Option<StoreSessionId>,
}

/// What became of a cookie that a sign-in was to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieOutcome {
    /// It is the sign-in's.
    Set,
    /// It is the sign-in's, and the other sign-in, which was live, has ended.
    Replaced,
    /// The sign-in has ended or there is none; nothing was changed.
    Gone,
}

/// Whose portal sessions are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionsOf {
    /// A customer's and its members'.
    Customer(CustomerId),
    /// Those in which that member of that customer acts.
    Member(CustomerId, MemberId),
}

/// How many sessions are live, by who acts in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SessionCounts {
    /// Sessions of the portal in which the customer itself acts.
    pub customer: u64,
    /// Sessions of the portal in which a member acts.
    pub member: u64,
    /// Sign-ins to the shop.
    pub store: u64,
}

/// Sessions. A check is one statement; a session of a deleted or disabled customer, or of a deleted member, is absent. After a conflict the unit is
/// of no use any more.
pub trait Sessions {
    /// Adds portal sessions, any number of them, but none for a customer who is deleted, disabled or not there; which were
    /// added.
    fn insert_customer_sessions(
        &mut self,
        sessions: &[&CustomerSession],
    ) -> Result<HashSet<TokenHash>, StoreError>;

    /// Adds a portal session; `false` when its customer is deleted, disabled or not there.
    fn insert_customer_session(&mut self, session: &CustomerSession) -> Result<bool, StoreError> {
        Ok(self.insert_customer_sessions(&[session])?.contains(&session.token_hash))
    }

    /// What the token of that hash opens.
    fn portal_access(&mut self, token: &TokenHash) -> Result<Option<PortalAccess>, StoreError>;

    /// What the portal cookie of that hash opens.
    fn portal_access_by_cookie(&mut self, cookie: &TokenHash) -> Result<Option<PortalAccess>, StoreError>;

    /// The session of that workspace whose token has one of those hashes.
    fn customer_session_by_token(
        &mut self,
        workspace: WorkspaceId,
        tokens: &[TokenHash],
    ) -> Result<Option<CustomerSession>, StoreError>;

    /// Notes that a browser comes in by the session's portal link, if that [can be](CustomerSession::can_be_entered).
    /// `false` to all but one of those who try at once.
    fn enter_customer_session(&mut self, token: &TokenHash, at: OffsetDateTime) -> Result<bool, StoreError>;

    /// Adds a portal cookie.
    fn insert_portal_cookie(&mut self, cookie: &PortalCookie) -> Result<(), StoreError>;

    /// The session of that id in that workspace, whatever its state.
    fn customer_session(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerSessionId,
    ) -> Result<Option<CustomerSession>, StoreError>;

    /// A piece of the portal sessions that are live at `now`, newest first, ties by hash: the workspace's, or those of one
    /// customer of it and its members, or those of one of these alone.
    fn customer_sessions(
        &mut self,
        workspace: WorkspaceId,
        of: Option<SessionsOf>,
        now: OffsetDateTime,
        page: Page,
    ) -> Result<Listed<CustomerSession>, StoreError>;

    /// Ends one session of the workspace; `false` when it had ended or there is none.
    fn revoke_customer_session(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerSessionId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Ends the customer's portal sessions, its members' too; how many were live.
    fn revoke_customer_sessions(
        &mut self,
        customer: CustomerId,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError>;

    /// Ends every portal session in the workspace; how many were live.
    fn revoke_customer_sessions_in(
        &mut self,
        workspace: WorkspaceId,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError>;

    /// Ends the portal sessions of one member of the customer; how many were live.
    fn revoke_member_sessions(
        &mut self,
        customer: CustomerId,
        member: MemberId,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError>;

    /// Adds a shop session.
    fn insert_store_session(&mut self, session: &StoreSession) -> Result<(), StoreError>;

    /// Adds shop sessions, any number of them, but none whose password is another one by now or whose name is gone; which
    /// were added.
    ///
    /// Of a session and another password at once, either the session is not added, or whoever has set the password finds it.
    fn open_store_sessions(
        &mut self,
        sign_ins: &[&PasswordSignIn],
    ) -> Result<HashSet<StoreSessionId>, StoreError>;

    /// What the JWTs of that session open, in that workspace.
    fn store_access(
        &mut self,
        workspace: WorkspaceId,
        id: StoreSessionId,
    ) -> Result<Option<StoreAccess>, StoreError>;

    /// What the session cookie of that hash opens, in that workspace.
    fn store_access_by_cookie(
        &mut self,
        workspace: WorkspaceId,
        cookie: &TokenHash,
    ) -> Result<Option<StoreAccess>, StoreError>;

    /// The workspace that the session cookie of that hash belongs to.
    fn workspace_by_store_cookie(&mut self, cookie: &TokenHash) -> Result<Option<WorkspaceId>, StoreError>;

    /// Gives sign-ins their first cookies, in one statement; the cookies that were given. A sign-in that has one already, has
    /// ended or is not there gets none, and of several for the same sign-in one is given. Replaces nothing.
    fn set_first_store_cookies(
        &mut self,
        cookies: &[NewStoreCookie],
    ) -> Result<HashSet<TokenHash>, StoreError>;

    /// Gives sign-ins cookies in place of any they had, as if one after the other, and says what became of each.
    ///
    /// All of them, and those that they replace, are held first, in one order whoever asks: of two units that change the
    /// same ones, neither waits for the other in vain.
    fn set_store_cookies(&mut self, cookies: &[NewStoreCookie]) -> Result<Vec<CookieOutcome>, StoreError>;

    /// Notes when sessions were used, unless a later use is noted. They are held as by
    /// [`set_store_cookies`](Self::set_store_cookies).
    fn touch_store_sessions(&mut self, uses: &[(StoreSessionId, OffsetDateTime)]) -> Result<(), StoreError>;

    /// A piece of the customer's shop sessions that are live at `now`, newest first, ties by id.
    fn store_sessions(
        &mut self,
        workspace: WorkspaceId,
        customer: CustomerId,
        now: OffsetDateTime,
        page: Page,
    ) -> Result<Listed<StoreSession>, StoreError>;

    /// The live shop sessions of an identity that are beyond its `most` newest ones, ties by id; a hundred at once.
    fn surplus_store_sessions(
        &mut self,
        identity: AuthIdentityId,
        now: OffsetDateTime,
        most: u32,
    ) -> Result<Vec<StoreSessionId>, StoreError>;

    /// How many sessions of the customer and its members are live at `now`.
    fn count_live_sessions(
        &mut self,
        workspace: WorkspaceId,
        customer: CustomerId,
        now: OffsetDateTime,
    ) -> Result<SessionCounts, StoreError>;

    /// Ends a session; `false` when it had ended or there is none.
    fn revoke_store_session(&mut self, id: StoreSessionId, at: OffsetDateTime) -> Result<bool, StoreError>;

    /// Ends the customer's shop sessions, all but the one that is named; how many were live.
    fn revoke_store_sessions(
        &mut self,
        customer: CustomerId,
        except: Option<StoreSessionId>,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError>;

    /// Ends every shop session in the workspace; how many were live.
    fn revoke_store_sessions_in(
        &mut self,
        workspace: WorkspaceId,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError>;

    /// Removes portal sessions that expired before `cutoff`, the oldest first and `limit` at most, with their cookies; how
    /// many sessions.
    fn sweep_customer_sessions(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;

    /// Removes shop sessions that expired or were ended before `cutoff`, `limit` at most; how many.
    fn sweep_store_sessions(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;
}
