//! Notes of when credentials were used: many at once, and of two for the same the later one stays.

use anteroom_domain::Id;
use diesel::prelude::*;
#[cfg(feature = "postgres")]
use diesel::sql_types::Array;
use time::OffsetDateTime;

use super::connection::DbConnection;
use super::schema::{access_tokens, store_sessions};
use super::types::{DbTime, DbUuid};
#[cfg(feature = "postgres")]
use super::types::{TimeSql, UuidSql};

/// Notes uses of sign-ins to the shop.
pub(super) fn of_store_sessions<T>(
    connection: &mut DbConnection,
    uses: &[(Id<T>, OffsetDateTime)],
) -> QueryResult<()> {
    hold_rows!(connection, store_sessions, ids(uses))?;
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => note_all(
            c,
            "UPDATE store_sessions SET last_used_at = used.at FROM \
             (SELECT id, max(at) AS at FROM unnest($1, $2) AS used (id, at) GROUP BY id) AS used \
             WHERE store_sessions.id = used.id AND last_used_at < used.at",
            uses,
        ),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => uses.iter().try_for_each(|(id, at)| {
            let older = store_sessions::table
                .filter(store_sessions::id.eq(DbUuid::from(*id)))
                .filter(store_sessions::last_used_at.lt(DbTime(*at)));
            diesel::update(older).set(store_sessions::last_used_at.eq(DbTime(*at))).execute(c).map(drop)
        }),
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
        DbConnection::Postgres(c) => note_all(
            c,
            "UPDATE access_tokens SET last_used_at = used.at FROM \
             (SELECT id, max(at) AS at FROM unnest($1, $2) AS used (id, at) GROUP BY id) AS used \
             WHERE access_tokens.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)",
            uses,
        ),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => uses.iter().try_for_each(|(id, at)| {
            let is_unused = access_tokens::last_used_at.is_null();
            let older = access_tokens::table
                .filter(access_tokens::id.eq(DbUuid::from(*id)))
                .filter(is_unused.or(access_tokens::last_used_at.assume_not_null().lt(DbTime(*at))));
            diesel::update(older).set(access_tokens::last_used_at.eq(DbTime(*at))).execute(c).map(drop)
        }),
    }
}

fn ids<T>(uses: &[(Id<T>, OffsetDateTime)]) -> Vec<DbUuid> {
    uses.iter().map(|(id, _)| DbUuid::from(*id)).collect()
}

#[cfg(feature = "postgres")]
fn note_all<T>(
    connection: &mut diesel::PgConnection,
    statement: &str,
    uses: &[(Id<T>, OffsetDateTime)],
) -> QueryResult<()> {
    let times: Vec<DbTime> = uses.iter().map(|(_, at)| DbTime(*at)).collect();
    diesel::sql_query(statement)
        .bind::<Array<UuidSql>, _>(ids(uses))
        .bind::<Array<TimeSql>, _>(times)
        .execute(connection)
        .map(drop)
}
