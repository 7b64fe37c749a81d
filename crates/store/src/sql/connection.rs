//! The one connection type. Little else lives here: the derive expands to modules that `use super::*`.

/// A connection to whichever database is open.
#[derive(diesel::MultiConnection)]
pub(crate) enum DbConnection {
    #[cfg(feature = "postgres")]
    Postgres(diesel::PgConnection),
    #[cfg(feature = "sqlite")]
    Sqlite(diesel::SqliteConnection),
}

/// Runs one statement on whichever database is open, for what the common backend lacks or does slowly.
macro_rules! on_backend {
    ($connection:expr, $c:ident => $statement:expr) => {
        match $connection {
            #[cfg(feature = "postgres")]
            $crate::sql::connection::DbConnection::Postgres($c) => $statement,
            #[cfg(feature = "sqlite")]
            $crate::sql::connection::DbConnection::Sqlite($c) => $statement,
        }
    };
}

/// Reads rows that are held against other writers until the unit ends, though not against those who only point to
/// them.
///
/// SQLite has no row locks and needs none: a unit that writes excludes every other one.
macro_rules! for_update {
    ($connection:expr, $c:ident => $query:expr, $run:ident) => {
        match $connection {
            #[cfg(feature = "postgres")]
            $crate::sql::connection::DbConnection::Postgres($c) => $query.for_no_key_update().$run($c),
            #[cfg(feature = "sqlite")]
            $crate::sql::connection::DbConnection::Sqlite($c) => $query.$run($c),
        }
    };
}

/// Holds the rows of those ids against other writers until the unit ends, in one order whoever asks: of two units that
/// want the same rows, neither waits for the other in vain. A single row needs no holding before it is changed.
///
/// SQLite has no row locks and needs none: a unit that writes excludes every other one.
macro_rules! hold_rows {
    ($connection:expr, $table:ident, $ids:expr) => {
        match $connection {
            #[cfg(feature = "postgres")]
            $crate::sql::connection::DbConnection::Postgres(c) => {
                let ids: Vec<$crate::sql::types::DbUuid> = $ids;
                if ids.len() > 1 {
                    $table::table
                        .filter($table::id.eq_any(ids))
                        .order($table::id.asc())
                        .select($table::id)
                        .for_no_key_update()
                        .execute(c)
                        .map(drop)
                } else {
                    Ok(())
                }
            }
            #[cfg(feature = "sqlite")]
            $crate::sql::connection::DbConnection::Sqlite(_) => diesel::QueryResult::Ok(()),
        }
    };
}
