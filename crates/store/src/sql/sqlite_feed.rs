//! What other processes change in a SQLite file.
//!
//! SQLite gives every connection a number that changes when another connection has committed. Of this process one
//! connection writes; so what its number tells of was done by others.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use diesel::sql_types::BigInt;
use diesel::{QueryResult, RunQueryDsl};

use super::connection::DbConnection;
use super::pool::Link;
use super::writer::Writer;
use crate::{Changes, Feed, Heard, StoreError};

/// What the connection that writes has seen of others.
#[derive(Default)]
pub(super) struct Others {
    newest: Mutex<Option<Seen>>,
    is_asked: AtomicBool,
}

/// What it had seen at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// How often something was different from the time before.
    changes: u64,
    as_of: Instant,
}

impl Others {
    /// Looks what others have changed, through the connection that writes and no other.
    pub(super) fn look(&self, link: &mut Link) -> QueryResult<Seen> {
        self.is_asked.store(false, Ordering::SeqCst);
        let as_of = Instant::now();
        let version = data_version(&mut link.connection)?;
        // A new connection knows nothing of what was changed before it.
        let is_changed = link.data_version.replace(version) != Some(version);
        let mut newest = self.newest();
        let changes = newest.map_or(0, |seen| seen.changes).wrapping_add(u64::from(is_changed));
        Ok(*newest.insert(Seen { changes, as_of }))
    }

    /// Looks when somebody has asked since the last time.
    pub(super) fn look_if_asked(&self, link: &mut Link) -> QueryResult<()> {
        if self.is_asked.load(Ordering::SeqCst) { self.look(link).map(drop) } else { Ok(()) }
    }

    /// What is known while the connection is in use; the next unit that gets it looks again.
    fn ask(&self) -> Option<Seen> {
        self.is_asked.store(true, Ordering::SeqCst);
        *self.newest()
    }

    fn newest(&self) -> MutexGuard<'_, Option<Seen>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(diesel::QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    data_version: i64,
}

/// What changes when another connection has committed.
pub(super) fn data_version(connection: &mut DbConnection) -> QueryResult<i64> {
    match connection {
        // Nobody asks: its feed is another one.
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(_) => Ok(0),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => {
            let version: Version = diesel::sql_query("PRAGMA data_version").get_result(c)?;
            Ok(version.data_version)
        }
    }
}

/// Tells what the connection that writes has seen. It holds up nobody: while a unit writes, it tells what was seen before.
pub(super) struct SqliteFeed {
    writer: Arc<Writer>,
    told: Seen,
}

impl SqliteFeed {
    /// Begins to look, when the units that write leave it a turn.
    pub(super) fn open(writer: &Arc<Writer>) -> Result<Self, StoreError> {
        let mut writing = writer.take()?;
        let told = writer.others().look(&mut writing.link)?;
        Ok(Self { writer: Arc::clone(writer), told })
    }
}

impl Feed for SqliteFeed {
    fn hear(&mut self) -> Result<Heard, StoreError> {
        let others = self.writer.others();
        let seen = match self.writer.take_if_free() {
            Some(mut writing) => others.look(&mut writing.link)?,
            None => others.ask().unwrap_or(self.told),
        };
        let is_changed = seen.changes != self.told.changes;
        self.told = seen;
        let changes = if is_changed { Changes::Everything } else { Changes::default() };
        Ok(Heard { changes, as_of: seen.as_of })
    }
}

impl fmt::Debug for SqliteFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteFeed").field("told", &self.told).finish_non_exhaustive()
    }
}
