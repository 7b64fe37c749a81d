//! Queries about the portal's sessions. A session of a deleted or disabled customer, or of a deleted member, is absent
//! everywhere.

use std::sync::Arc;

use anteroom_domain::TokenHash;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::page::Page;
use anteroom_domain::session::{CustomerSession, CustomerSessionId};
use anteroom_domain::workspace::WorkspaceId;
use diesel::dsl::{auto_type, count, count_star};
use diesel::helper_types::{InnerJoin, IntoBoxed, LeftJoin};
use diesel::prelude::*;
use time::OffsetDateTime;

use super::connection::{DbConnection, MultiBackend};
use super::rows::{CustomerRow, CustomerSessionRow, MemberRow, WorkspaceRow};
use super::schema::{customer_sessions, customers, members, portal_cookies, workspaces};
use super::types::{DbTime, DbUuid};
use crate::{PortalAccess, SessionsOf, StoreError};

pub(super) type AccessRow = (CustomerSessionRow, WorkspaceRow, CustomerRow, Option<MemberRow>);

#[auto_type(no_type_alias)]
fn living() -> _ {
    customer_sessions::table
        .inner_join(customers::table)
        .left_join(members::table)
        .filter(customers::deleted_at.is_null())
        .filter(customers::disabled_at.is_null())
        .filter(members::deleted_at.is_null())
}

/// The check of a token: the statement that runs most often of all.
pub(super) fn access(connection: &mut DbConnection, token: &TokenHash) -> QueryResult<Option<AccessRow>> {
    on_backend!(connection, c => customer_sessions::table
        .inner_join(customers::table)
        .inner_join(workspaces::table.on(workspaces::id.eq(customers::workspace_id)))
        .left_join(members::table)
        .filter(customer_sessions::token_hash.eq(token.bytes().as_slice()))
        .filter(customers::deleted_at.is_null())
        .filter(customers::disabled_at.is_null())
        .filter(members::deleted_at.is_null())
        .select((
            CustomerSessionRow::as_select(),
            WorkspaceRow::as_select(),
            CustomerRow::as_select(),
            Option::<MemberRow>::as_select(),
        ))
        .get_result(c))
    .optional()
}

/// The check of a portal cookie.
pub(super) fn access_by_cookie(
    connection: &mut DbConnection,
    cookie: &TokenHash,
) -> QueryResult<Option<AccessRow>> {
    on_backend!(connection, c => portal_cookies::table
        .inner_join(customer_sessions::table)
        .inner_join(customers::table.on(customers::id.eq(customer_sessions::customer_id)))
        .inner_join(workspaces::table.on(workspaces::id.eq(customers::workspace_id)))
        .left_join(members::table.on(customer_sessions::member_id.eq(members::id.nullable())))
        .filter(portal_cookies::cookie_hash.eq(cookie.bytes().as_slice()))
        .filter(customers::deleted_at.is_null())
        .filter(customers::disabled_at.is_null())
        .filter(members::deleted_at.is_null())
        .select((
            CustomerSessionRow::as_select(),
            WorkspaceRow::as_select(),
            CustomerRow::as_select(),
            Option::<MemberRow>::as_select(),
        ))
        .get_result(c))
    .optional()
}

pub(super) fn into_access(row: AccessRow) -> Result<PortalAccess, StoreError> {
    let (session, workspace, customer, member) = row;
    let workspace: anteroom_domain::workspace::Workspace = workspace.try_into()?;
    Ok(PortalAccess {
        session: session.into_session(workspace.id)?,
        workspace: Arc::new(workspace),
        customer: customer.try_into()?,
        member: member.map(TryInto::try_into).transpose()?,
    })
}

/// The session whose token has one of those hashes.
pub(super) fn by_token(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    tokens: &[TokenHash],
) -> QueryResult<Option<CustomerSessionRow>> {
    living()
        .filter(customer_sessions::token_hash.eq_any(tokens.iter().map(|token| token.bytes().as_slice())))
        .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
        .select(CustomerSessionRow::as_select())
        .get_result(connection)
        .optional()
}

/// The session of that id, found by the bytes that the id shares with the hash. Others begin with the same six bytes
/// once in 2⁴⁸.
pub(super) fn by_id(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    id: CustomerSessionId,
) -> QueryResult<Vec<CustomerSessionRow>> {
    let from = beginning(id, 0x00);
    let to = beginning(id, 0xFF);
    living()
        .filter(customer_sessions::token_hash.between(from.as_slice(), to.as_slice()))
        .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
        .select(CustomerSessionRow::as_select())
        .load(connection)
}

type Boxed<'a> = IntoBoxed<
    'a,
    LeftJoin<InnerJoin<customer_sessions::table, customers::table>, members::table>,
    MultiBackend,
>;

fn all_live<'a>(workspace: WorkspaceId, of: Option<SessionsOf>, now: OffsetDateTime) -> Boxed<'a> {
    let sessions = customer_sessions::table
        .inner_join(customers::table)
        .left_join(members::table)
        .into_boxed()
        .filter(customers::deleted_at.is_null())
        .filter(customers::disabled_at.is_null())
        .filter(members::deleted_at.is_null())
        .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
        .filter(customer_sessions::revoked_at.is_null())
        .filter(customer_sessions::expires_at.gt(DbTime(now)));
    match of {
        Some(SessionsOf::Customer(customer)) => {
            sessions.filter(customer_sessions::customer_id.eq(DbUuid::from(customer)))
        }
        Some(SessionsOf::Member(customer, member)) => sessions
            .filter(customer_sessions::customer_id.eq(DbUuid::from(customer)))
            .filter(customer_sessions::member_id.eq(DbUuid::from(member))),
        None => sessions,
    }
}

/// A piece of the sessions that are live, newest first.
pub(super) fn live(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    of: Option<SessionsOf>,
    now: OffsetDateTime,
    page: Page,
) -> QueryResult<Vec<CustomerSessionRow>> {
    all_live(workspace, of, now)
        .order((customer_sessions::created_at.desc(), customer_sessions::token_hash.asc()))
        .limit(page.limit.into())
        .offset(page.offset.into())
        .select(CustomerSessionRow::as_select())
        .load(connection)
}

/// How many sessions are live.
pub(super) fn count_live(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    of: Option<SessionsOf>,
    now: OffsetDateTime,
) -> QueryResult<i64> {
    all_live(workspace, of, now).count().get_result(connection)
}

/// How many sessions of the customer are live, and in how many of them a member acts.
pub(super) fn count_live_by_actor(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    customer: CustomerId,
    now: OffsetDateTime,
) -> QueryResult<(i64, i64)> {
    all_live(workspace, Some(SessionsOf::Customer(customer)), now)
        .select((count_star(), count(customer_sessions::member_id)))
        .get_result(connection)
}

/// The bytes of the id before its version, and then `rest`.
fn beginning(id: CustomerSessionId, rest: u8) -> [u8; 32] {
    let mut hash = [rest; 32];
    hash.iter_mut().zip(id.uuid().as_bytes()).take(6).for_each(|(to, from)| *to = *from);
    hash
}

/// Picks the session whose id is that one out of those that begin alike.
pub(super) fn pick(
    rows: Vec<CustomerSessionRow>,
    workspace: WorkspaceId,
    id: CustomerSessionId,
) -> Result<Option<CustomerSession>, StoreError> {
    let mut sessions = rows.into_iter().map(|row| row.into_session(workspace));
    sessions.find(|session| session.as_ref().map_or(true, |session| session.id() == id)).transpose()
}
