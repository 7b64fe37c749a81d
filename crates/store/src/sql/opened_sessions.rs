//! Portal sessions that are opened, many at once. Whoever opens one may know its customer from memory, so the statement that
//! adds it looks whether the customer is still there and not disabled.

#[cfg(feature = "postgres")]
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
#[cfg(feature = "postgres")]
use diesel::sql_types::Array;
use diesel::sql_types::{Binary, Nullable, Text};

use super::connection::DbConnection;
use super::rows::CustomerSessionRow;
use super::schema::{customer_sessions, customers};
#[cfg(feature = "postgres")]
use super::types::{DbTime, DbUuid};
use super::types::{TimeSql, UuidSql};

/// Adds those whose customer is there, neither deleted nor disabled; the hashes of those that were added.
pub(super) fn insert(
    connection: &mut DbConnection,
    sessions: Vec<CustomerSessionRow>,
) -> QueryResult<Vec<Vec<u8>>> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => Insert::of(sessions).load(c),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => {
            let opened = sessions.into_iter().map(|session| insert_one(c, session));
            opened.filter_map(QueryResult::transpose).collect()
        }
    }
}

/// One row by a statement that is prepared once and for all.
#[cfg(feature = "sqlite")]
fn insert_one(c: &mut SqliteConnection, session: CustomerSessionRow) -> QueryResult<Option<Vec<u8>>> {
    let count = customers::table
        .filter(customers::id.eq(session.customer_id))
        .filter(customers::deleted_at.is_null())
        .filter(customers::disabled_at.is_null())
        .select((
            session.token_hash.as_slice().into_sql::<Binary>(),
            customers::id,
            session.member_id.into_sql::<Nullable<UuidSql>>(),
            session.return_url.as_deref().into_sql::<Nullable<Text>>(),
            session.created_at.into_sql::<TimeSql>(),
            session.expires_at.into_sql::<TimeSql>(),
        ))
        .insert_into(customer_sessions::table)
        .into_columns((
            customer_sessions::token_hash,
            customer_sessions::customer_id,
            customer_sessions::member_id,
            customer_sessions::return_url,
            customer_sessions::created_at,
            customer_sessions::expires_at,
        ))
        .execute(c)?;
    Ok((count == 1).then_some(session.token_hash))
}

#[cfg(feature = "postgres")]
statement! {
    /// One statement for all, with an array for each column: its text is the same however many there are.
    ///
    /// Each customer is looked up by itself: of a join PostgreSQL makes a scan of all customers, while they are few thousands.
    Insert for Pg by PgConnection gives Binary:
    "INSERT INTO customer_sessions (token_hash, customer_id, member_id, return_url, created_at, expires_at) \
     SELECT token_hash, customer_id, member_id, return_url, created_at, expires_at FROM unnest("
    [token_hashes: Vec<Vec<u8>> as Array<Binary>] ", "
    [customer_ids: Vec<DbUuid> as Array<UuidSql>] ", "
    [member_ids: Vec<Option<DbUuid>> as Array<Nullable<UuidSql>>] ", "
    [return_urls: Vec<Option<String>> as Array<Nullable<Text>>] ", "
    [created_at: Vec<DbTime> as Array<TimeSql>] ", "
    [expires_at: Vec<DbTime> as Array<TimeSql>];
    ") AS new (token_hash, customer_id, member_id, return_url, created_at, expires_at) \
     WHERE (SELECT deleted_at IS NULL AND disabled_at IS NULL FROM customers WHERE id = new.customer_id) \
     RETURNING token_hash"
}

#[cfg(feature = "postgres")]
impl Insert {
    fn of(sessions: Vec<CustomerSessionRow>) -> Self {
        Self {
            customer_ids: sessions.iter().map(|session| session.customer_id).collect(),
            member_ids: sessions.iter().map(|session| session.member_id).collect(),
            created_at: sessions.iter().map(|session| session.created_at).collect(),
            expires_at: sessions.iter().map(|session| session.expires_at).collect(),
            return_urls: sessions.iter().map(|session| session.return_url.clone()).collect(),
            token_hashes: sessions.into_iter().map(|session| session.token_hash).collect(),
        }
    }
}
