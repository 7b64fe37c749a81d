//! Notes of when credentials were used: many at once, and of two for the same the later one stays.

use anteroom_domain::Id;
#[cfg(feature = "postgres")]
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
#[cfg(feature = "postgres")]
use diesel::sql_types::Array;
#[cfg(feature = "sqlite")]
use diesel::sqlite::Sqlite;
use time::OffsetDateTime;

use super::connection::DbConnection;
use super::schema::{access_tokens, store_sessions};
use super::types::{DbTime, DbUuid, TimeSql, UuidSql};

/// Notes uses of sign-ins to the shop.
pub(super) fn of_store_sessions<T>(
    connection: &mut DbConnection,
    uses: &[(Id<T>, OffsetDateTime)],
) -> QueryResult<()> {
    hold_rows!(connection, store_sessions, ids(uses))?;
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => NoteSignIns { ids: ids(uses), times: times(uses) }.execute(c).map(drop),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => {
            one_by_one(uses, |id, at| NoteSignIn { last_used_at: at, id, before: at }.execute(c).map(drop))
        }
    }
}

/// Notes uses of access tokens.
pub(super) fn of_access_tokens<T>(
    connection: &mut DbConnection,
    uses: &[(Id<T>, OffsetDateTime)],
) -> QueryResult<()> {
    hold_rows!(connection, access_tokens, ids(uses))?;
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => NoteTokens { ids: ids(uses), times: times(uses) }.execute(c).map(drop),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => {
            one_by_one(uses, |id, at| NoteToken { last_used_at: at, id, before: at }.execute(c).map(drop))
        }
    }
}

#[cfg(feature = "postgres")]
statement! {
    NoteSignIns for Pg by PgConnection:
    "UPDATE store_sessions SET last_used_at = used.at FROM (SELECT id, max(at) AS at FROM unnest("
    [ids: Vec<DbUuid> as Array<UuidSql>] ", " [times: Vec<DbTime> as Array<TimeSql>];
    ") AS used (id, at) GROUP BY id) AS used WHERE store_sessions.id = used.id AND last_used_at < used.at"
}

#[cfg(feature = "postgres")]
statement! {
    NoteTokens for Pg by PgConnection:
    "UPDATE access_tokens SET last_used_at = used.at FROM (SELECT id, max(at) AS at FROM unnest("
    [ids: Vec<DbUuid> as Array<UuidSql>] ", " [times: Vec<DbTime> as Array<TimeSql>];
    ") AS used (id, at) GROUP BY id) AS used \
     WHERE access_tokens.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)"
}

#[cfg(feature = "sqlite")]
statement! {
    NoteSignIn for Sqlite by SqliteConnection:
    "UPDATE store_sessions SET last_used_at = " [last_used_at: DbTime as TimeSql]
    " WHERE id = " [id: DbUuid as UuidSql] " AND last_used_at < " [before: DbTime as TimeSql]
}

#[cfg(feature = "sqlite")]
statement! {
    NoteToken for Sqlite by SqliteConnection:
    "UPDATE access_tokens SET last_used_at = " [last_used_at: DbTime as TimeSql]
    " WHERE id = " [id: DbUuid as UuidSql]
    " AND (last_used_at IS NULL OR last_used_at < " [before: DbTime as TimeSql]; ")"
}

#[cfg(feature = "sqlite")]
fn one_by_one<T>(
    uses: &[(Id<T>, OffsetDateTime)],
    mut note: impl FnMut(DbUuid, DbTime) -> QueryResult<()>,
) -> QueryResult<()> {
    uses.iter().try_for_each(|(id, at)| note(DbUuid::from(*id), DbTime(*at)))
}

fn ids<T>(uses: &[(Id<T>, OffsetDateTime)]) -> Vec<DbUuid> {
    uses.iter().map(|(id, _)| DbUuid::from(*id)).collect()
}

#[cfg(feature = "postgres")]
fn times<T>(uses: &[(Id<T>, OffsetDateTime)]) -> Vec<DbTime> {
    uses.iter().map(|(_, at)| DbTime(*at)).collect()
}
