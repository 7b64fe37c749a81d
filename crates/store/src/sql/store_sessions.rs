//! Queries about the shop's sessions.

use anteroom_domain::TokenHash;
use anteroom_domain::credential::{AuthIdentity, AuthIdentityId};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::page::Page;
use anteroom_domain::session::StoreSessionId;
use anteroom_domain::workspace::WorkspaceId;
use diesel::dsl::auto_type;
use diesel::prelude::*;
use time::OffsetDateTime;

use super::connection::DbConnection;
use super::rows::{AuthIdentityRow, StoreSessionRow};
use super::schema::{auth_identities, customers, store_sessions};
use super::types::{DbTime, DbUuid};
use crate::{StoreAccess, StoreError};

pub(super) type AccessRow = (StoreSessionRow, AuthIdentityRow, Option<DbUuid>);

/// The check of a JWT's session.
pub(super) fn access(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    id: StoreSessionId,
) -> QueryResult<Option<AccessRow>> {
    on_backend!(connection, c => store_sessions::table
        .inner_join(auth_identities::table)
        .left_join(customers::table.on(auth_identities::customer_id.eq(customers::id.nullable())))
        .filter(store_sessions::id.eq(DbUuid::from(id)))
        .filter(auth_identities::workspace_id.eq(DbUuid::from(workspace)))
        .filter(customers::deleted_at.is_null())
        .filter(customers::disabled_at.is_null())
        .select((
            StoreSessionRow::as_select(),
            AuthIdentityRow::as_select(),
            customers::id.nullable(),
        ))
        .get_result(c))
    .optional()
}

/// The check of a session cookie.
pub(super) fn access_by_cookie(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    cookie: &TokenHash,
) -> QueryResult<Option<AccessRow>> {
    on_backend!(connection, c => store_sessions::table
        .inner_join(auth_identities::table)
        .left_join(customers::table.on(auth_identities::customer_id.eq(customers::id.nullable())))
        .filter(store_sessions::cookie_hash.eq(cookie.bytes().as_slice()))
        .filter(auth_identities::workspace_id.eq(DbUuid::from(workspace)))
        .filter(customers::deleted_at.is_null())
        .filter(customers::disabled_at.is_null())
        .select((
            StoreSessionRow::as_select(),
            AuthIdentityRow::as_select(),
            customers::id.nullable(),
        ))
        .get_result(c))
    .optional()
}

#[auto_type(no_type_alias)]
fn all_live(workspace: DbUuid, customer: DbUuid, now: DbTime) -> _ {
    store_sessions::table
        .inner_join(auth_identities::table)
        .filter(auth_identities::customer_id.eq(customer))
        .filter(auth_identities::workspace_id.eq(workspace))
        .filter(store_sessions::revoked_at.is_null())
        .filter(store_sessions::expires_at.gt(now))
}

/// A piece of the customer's sessions that are live, newest first.
pub(super) fn live(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    customer: CustomerId,
    now: OffsetDateTime,
    page: Page,
) -> QueryResult<Vec<StoreSessionRow>> {
    all_live(workspace.into(), customer.into(), DbTime(now))
        .order((store_sessions::created_at.desc(), store_sessions::id.asc()))
        .limit(page.limit.into())
        .offset(page.offset.into())
        .select(StoreSessionRow::as_select())
        .load(connection)
}

/// The live sessions of an identity after its `most` newest ones.
pub(super) fn beyond(
    connection: &mut DbConnection,
    identity: AuthIdentityId,
    now: OffsetDateTime,
    most: u32,
) -> QueryResult<Vec<DbUuid>> {
    store_sessions::table
        .filter(store_sessions::auth_identity_id.eq(DbUuid::from(identity)))
        .filter(store_sessions::revoked_at.is_null())
        .filter(store_sessions::expires_at.gt(DbTime(now)))
        .order((store_sessions::created_at.desc(), store_sessions::id.asc()))
        .limit(100)
        .offset(most.into())
        .select(store_sessions::id)
        .load(connection)
}

/// How many of the customer's sessions are live.
pub(super) fn count_live(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    customer: CustomerId,
    now: OffsetDateTime,
) -> QueryResult<i64> {
    all_live(workspace.into(), customer.into(), DbTime(now)).count().get_result(connection)
}

pub(super) fn into_access(row: AccessRow) -> Result<StoreAccess, StoreError> {
    let (session, identity, customer) = row;
    let identity: AuthIdentity = identity.try_into()?;
    Ok(StoreAccess {
        session: session.into_session(identity.workspace_id)?,
        identity,
        customer: customer.map(super::rows::id).transpose()?,
    })
}
