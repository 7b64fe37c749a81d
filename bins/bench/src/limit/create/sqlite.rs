//! The ceiling's table in a SQLite file: FULL, one transaction a batch, checkpoints beside the writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::{Row, Writer};

/// With more pages than these in its log, the writer begins the log again between two batches.
const MOST_PAGES: i32 = 4000;
/// How often pages of the log are copied to the file.
const PERIOD: Duration = Duration::from_millis(200);

const SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
    PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA mmap_size = 268435456; PRAGMA wal_autocheckpoint = 0";

const TABLES: &str = "\
    CREATE TABLE customers (id BLOB NOT NULL PRIMARY KEY) STRICT;\
    CREATE TABLE customer_sessions (\
      token_hash BLOB NOT NULL PRIMARY KEY,\
      customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE,\
      member_id BLOB,\
      return_url TEXT,\
      created_at INTEGER NOT NULL,\
      expires_at INTEGER NOT NULL,\
      revoked_at INTEGER\
    ) STRICT, WITHOUT ROWID;\
    CREATE INDEX customer_sessions_customer ON customer_sessions (customer_id);\
    CREATE INDEX customer_sessions_member ON customer_sessions (member_id) WHERE member_id IS NOT NULL";

diesel::table! {
    customers (id) { id -> Binary, }
}
diesel::table! {
    customer_sessions (token_hash) {
        token_hash -> Binary,
        customer_id -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    log: i32,
}

fn open(database: &str) -> anyhow::Result<SqliteConnection> {
    let path = database.trim_start_matches("sqlite:");
    let mut connection = SqliteConnection::establish(path).context("a SQLite file")?;
    connection.batch_execute(SETUP)?;
    Ok(connection)
}

/// Makes the tables in an empty file.
pub(crate) fn prepare(database: &str, ids: &[[u8; 16]]) -> anyhow::Result<()> {
    let mut connection = open(database)?;
    connection.batch_execute(TABLES)?;
    connection.batch_execute("BEGIN IMMEDIATE")?;
    for id in ids {
        let row = customers::id.eq(id.as_slice());
        diesel::insert_into(customers::table).values(row).execute(&mut connection)?;
    }
    connection.batch_execute("COMMIT")?;
    Ok(())
}

/// The only one that writes to the file.
pub(crate) struct Sqlite {
    connection: SqliteConnection,
    /// How long the log is, as the thread that copies it has last seen.
    pages: Arc<AtomicI32>,
}

impl Sqlite {
    /// Opens a file that was prepared, and begins to copy its log now and then.
    pub(crate) fn open(database: &str) -> anyhow::Result<Self> {
        let mut copier = open(database)?;
        let pages = Arc::<AtomicI32>::default();
        let seen = Arc::clone(&pages);
        thread::spawn(move || {
            loop {
                thread::sleep(PERIOD);
                match checkpoint(&mut copier, "PASSIVE") {
                    Ok(log) => seen.store(log, Ordering::Relaxed),
                    Err(error) => {
                        // A ceiling without checkpoints would be none.
                        eprintln!("checkpoint: {error:#}");
                        std::process::exit(1);
                    }
                }
            }
        });
        Ok(Self { connection: open(database)?, pages })
    }
}

impl Sqlite {
    /// Opens a file that was prepared, and copies its log as it writes: what is best for one row at a time, because the
    /// log stays short.
    pub(crate) fn open_alone(database: &str) -> anyhow::Result<Self> {
        let mut connection = open(database)?;
        connection.batch_execute("PRAGMA wal_autocheckpoint = 1000")?;
        Ok(Self { connection, pages: Arc::default() })
    }

    /// Whose session it is, by the hash of its token.
    pub(crate) fn customer_of(&mut self, token_hash: &[u8]) -> anyhow::Result<Vec<u8>> {
        Ok(customer_sessions::table
            .filter(customer_sessions::token_hash.eq(token_hash))
            .select(customer_sessions::customer_id)
            .get_result(&mut self.connection)?)
    }
}

fn checkpoint(connection: &mut SqliteConnection, how: &str) -> anyhow::Result<i32> {
    let query = diesel::sql_query(format!("PRAGMA wal_checkpoint({how})"));
    Ok(query.get_result::<Checkpoint>(connection)?.log)
}

impl Writer for Sqlite {
    fn write(&mut self, batch: &[Row]) -> anyhow::Result<()> {
        self.connection.batch_execute("BEGIN IMMEDIATE")?;
        for row in batch {
            diesel::insert_into(customer_sessions::table)
                .values((
                    customer_sessions::token_hash.eq(row.token_hash.as_slice()),
                    customer_sessions::customer_id.eq(row.customer.as_slice()),
                    customer_sessions::created_at.eq(row.created_at),
                    customer_sessions::expires_at.eq(row.expires_at),
                ))
                .execute(&mut self.connection)?;
        }
        Ok(self.connection.batch_execute("COMMIT")?)
    }

    fn between(&mut self) -> anyhow::Result<()> {
        if self.pages.swap(0, Ordering::Relaxed) > MOST_PAGES {
            checkpoint(&mut self.connection, "RESTART")?;
        }
        Ok(())
    }
}
