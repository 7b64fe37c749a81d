//! The connection that writes to SQLite.

use std::sync::Arc;
use std::time::Duration;

use diesel::r2d2::{Pool, PooledConnection};

use super::checkpoints::Checkpoints;
use super::pool::{self, Link, Manager};
use super::sqlite_feed::Others;
use super::turn::{Turn, Turns};
use crate::StoreError;

/// The one connection of this process that writes, and the line of those who wait for it.
pub(super) struct Writer {
    turns: Arc<Turns>,
    /// Of one connection, which is replaced when it is lost.
    pool: Pool<Manager>,
    /// Whether those who read use it as well, because there is no other.
    reads: bool,
    others: Others,
    timeout: Duration,
    /// Where there are connections enough.
    _checkpoints: Option<Checkpoints>,
}

/// The connection that writes: given back when it is dropped, and then the turn.
pub(super) struct Writing {
    pub(super) link: PooledConnection<Manager>,
    pub(super) turn: Turn,
}

impl Writer {
    /// Gives the pool for those who read, and the writer: of `connections` one writes, which also reads if it is the only
    /// one; otherwise a thread copies the log, and fails to start for the system's reasons.
    pub(super) fn beside_readers(
        manager: &Manager,
        connections: u32,
    ) -> Result<(Pool<Manager>, Self), std::io::Error> {
        let turns = Arc::default();
        let readers = connections.saturating_sub(1);
        let has_thread = readers > 0;
        let writing = pool::pool(Manager { leaves_checkpoints: has_thread, ..manager.clone() }, 1);
        let reading = if readers == 0 { writing.clone() } else { pool::pool(manager.clone(), readers) };
        let writer = Self {
            _checkpoints: has_thread.then(|| Checkpoints::start(manager, &turns)).transpose()?,
            turns,
            pool: writing,
            reads: readers == 0,
            others: Others::default(),
            timeout: manager.connection_timeout,
        };
        Ok((reading, writer))
    }

    /// Waits for the connection, for a bounded time, after those who have asked before.
    pub(super) fn take(&self) -> Result<Writing, StoreError> {
        let turn = self
            .turns
            .take(self.timeout)
            .ok_or_else(|| StoreError::Unavailable("other units have been writing all the time".into()))?;
        let mut link = self.pool.get().map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        self.others.look_if_asked(&mut link)?;
        Ok(Writing { link, turn })
    }

    /// The connection, if nobody has it or waits for it.
    pub(super) fn take_if_free(&self) -> Option<Writing> {
        let turn = self.turns.take_if_free()?;
        Some(Writing { link: self.pool.try_get()?, turn })
    }

    /// To be called with each connection that is going to read.
    pub(super) fn is_read_through(&self, link: &mut Link) -> Result<(), StoreError> {
        if self.reads {
            self.others.look_if_asked(link)?;
        }
        Ok(())
    }

    /// The pool of the connection; `None` when those who read have the same.
    pub(super) fn own_pool(&self) -> Option<&Pool<Manager>> {
        (!self.reads).then_some(&self.pool)
    }

    /// What the connection has seen of other processes.
    pub(super) fn others(&self) -> &Others {
        &self.others
    }
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::sql::location::Location;
    use crate::sql::sqlite_feed::SqliteFeed;
    use crate::{Changes, Feed};

    fn writer(folder: &tempfile::TempDir, connections: u32) -> (Pool<Manager>, Arc<Writer>) {
        let location = Location::File(folder.path().join("test.db"));
        let manager =
            Manager { location, connection_timeout: Duration::from_secs(20), leaves_checkpoints: false };
        let (readers, writer) = Writer::beside_readers(&manager, connections).unwrap();
        (readers, Arc::new(writer))
    }

    #[test]
    fn a_lost_connection_is_replaced_and_everything_may_have_changed_since() {
        let folder = tempfile::tempdir().unwrap();
        let (_, writer) = writer(&folder, 2);
        let mut feed = SqliteFeed::open(&writer).unwrap();
        writer.take().unwrap().link.lost = true;
        assert!(writer.take().unwrap().link.data_version.is_none(), "another connection");
        let before = Instant::now();
        let heard = feed.hear().unwrap();
        assert!(heard.changes == Changes::Everything && heard.as_of >= before);
        assert_eq!(feed.hear().unwrap().changes, Changes::default());
    }

    #[test]
    fn who_writes_has_a_connection_apart_unless_there_is_one() {
        let folder = tempfile::tempdir().unwrap();
        for (connections, reading) in [(1, 0), (2, 1), (4, 3)] {
            let (readers, writer) = writer(&folder, connections);
            let writing = writer.take().unwrap();
            assert!(writer.take_if_free().is_none());
            let links: Vec<_> = (0..reading).map(|_| readers.get().unwrap()).collect();
            assert!(readers.try_get().is_none(), "{connections}");
            drop((links, writing));
        }
    }
}
