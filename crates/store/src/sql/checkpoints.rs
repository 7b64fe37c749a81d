//! Checkpoints of SQLite, away from those who write.
//!
//! What is committed stands in a log; a checkpoint copies it into the file, and a log that is copied to its end is begun
//! again from the start by the next unit that writes. Left to themselves the units that write would copy, and the others
//! wait for them meanwhile. While they write without a pause, the end of the log is never reached from outside; then the
//! last part is copied in a turn among them.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use diesel::r2d2::ManageConnection;
use diesel::sql_types::Integer;
use diesel::{QueryResult, RunQueryDsl};

use super::connection::DbConnection;
use super::pool::{Link, Manager};
use super::sqlite_feed::data_version;
use super::turn::Turns;

/// How often it looks whether something was written.
const PERIOD: Duration = Duration::from_millis(150);

/// From how many pages on the log has to be begun again: 16 MiB.
const LONG: i32 = 4_000;

/// A thread with a connection of its own. Both end when this is dropped.
pub(super) struct Checkpoints {
    /// Dropped, it ends the thread.
    end: Option<Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    pub(super) fn start(manager: &Manager, turns: &Arc<Turns>) -> Result<Self, std::io::Error> {
        let (end, ends) = mpsc::channel();
        let mut copier =
            Copier { manager: manager.clone(), turns: Arc::clone(turns), link: None, copied: None };
        let thread = thread::Builder::new().name("checkpoints".to_owned()).spawn(move || {
            while !is_over_within(PERIOD, &ends) {
                copier.copy();
            }
        })?;
        Ok(Self { end: Some(end), thread: Some(thread) })
    }
}

/// Waits; whether whoever holds the other end has dropped it meanwhile.
fn is_over_within(time: Duration, end: &Receiver<Infallible>) -> bool {
    end.recv_timeout(time) == Err(RecvTimeoutError::Disconnected)
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.end.take());
        // The last connection that is closed folds the log into the file and takes it away.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Copies the log.
struct Copier {
    manager: Manager,
    turns: Arc<Turns>,
    link: Option<Link>,
    /// What SQLite said of the file's version before the whole log was copied.
    copied: Option<i64>,
}

/// What a checkpoint says.
#[derive(diesel::QueryableByName)]
struct Progress {
    /// The pages in the log as it began.
    #[diesel(sql_type = Integer)]
    log: i32,
    /// How many of them are in the file.
    #[diesel(sql_type = Integer)]
    checkpointed: i32,
}

impl Progress {
    /// Not so while somebody still reads from an older part.
    fn is_whole(&self) -> bool {
        self.checkpointed == self.log
    }
}

impl Copier {
    /// Copies what was written since the last time. What fails is tried again the next time: those who write meet the same
    /// trouble and tell it, and begin to copy by themselves before the log is too long.
    fn copy(&mut self) {
        if self.link.is_none() {
            // Each connection counts the versions from the start.
            self.copied = None;
            self.link = self.manager.connect().ok();
        }
        // A connection on which something went wrong is not used again.
        self.link =
            self.link.take().and_then(|mut link| self.copy_through(&mut link.connection).ok().map(|()| link));
    }

    fn copy_through(&mut self, connection: &mut DbConnection) -> QueryResult<()> {
        let version = data_version(connection)?;
        if self.copied == Some(version) {
            return Ok(());
        }
        let mut progress = checkpoint(connection)?;
        if progress.log > LONG && progress.is_whole() {
            // What was written in the meantime, so that little is left for the turn.
            checkpoint(connection)?;
            let _turn = self.turns.take(self.manager.connection_timeout);
            progress = checkpoint(connection)?;
        }
        self.copied = progress.is_whole().then_some(version);
        Ok(())
    }
}

/// Copies as much as can be copied without waiting for anybody, and holds up nobody.
fn checkpoint(connection: &mut DbConnection) -> QueryResult<Progress> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(_) => Ok(Progress { log: 0, checkpointed: 0 }),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result(c),
    }
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::sql::location::Location;

    /// A hundred pages and some.
    const WRITE: &str = "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t \
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT randomblob(3000) FROM n; COMMIT";

    fn copier(folder: &tempfile::TempDir) -> Copier {
        let location = Location::File(folder.path().join("test.db"));
        let manager =
            Manager { location, connection_timeout: Duration::from_secs(20), leaves_checkpoints: true };
        Copier { manager, turns: Arc::default(), link: None, copied: None }
    }

    fn run(link: &mut Link, statements: &str) {
        on_backend!(&mut link.connection, c => c.batch_execute(statements)).unwrap();
    }

    /// The pages of the log and how many of them were copied.
    fn progress(link: &mut Link) -> (i32, i32) {
        let noop = diesel::sql_query("PRAGMA wal_checkpoint(NOOP)");
        let found: Progress = on_backend!(&mut link.connection, c => noop.get_result(c)).unwrap();
        (found.log, found.checkpointed)
    }

    #[test]
    fn what_was_written_is_copied_once_nobody_reads_what_was_before() {
        let folder = tempfile::tempdir().unwrap();
        let mut copier = copier(&folder);
        let mut writing = copier.manager.connect().unwrap();
        run(&mut writing, WRITE);
        let mut reading = copier.manager.connect().unwrap();
        run(&mut reading, "BEGIN; SELECT count(*) FROM t");
        run(&mut writing, WRITE);
        copier.copy();
        let (log, already) = progress(&mut writing);
        assert!(already < log && copier.copied.is_none(), "{already} of {log}: somebody reads");
        run(&mut reading, "COMMIT");
        copier.copy();
        assert_eq!(progress(&mut writing), (log, log));
        assert!(copier.copied.is_some());
        run(&mut writing, WRITE);
        assert!(progress(&mut writing).0 < log, "begun again");
    }

    #[test]
    fn a_long_log_is_begun_again_though_units_write_without_a_pause() {
        let folder = tempfile::tempdir().unwrap();
        let mut copier = copier(&folder);
        let (turns, mut writing) = (Arc::clone(&copier.turns), copier.manager.connect().unwrap());
        let mut looking = copier.manager.connect().unwrap();
        while progress(&mut looking).0 <= LONG {
            run(&mut writing, WRITE);
        }
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut units = 0;
                while units < 400 && !is_over.load(Ordering::SeqCst) {
                    let _turn = turns.take(Duration::from_secs(20)).unwrap();
                    run(&mut writing, WRITE);
                    units += 1;
                }
                units
            });
            while !writer.is_finished() && progress(&mut looking).0 > LONG {
                copier.copy();
            }
            is_over.store(true, Ordering::SeqCst);
            let units = writer.join().unwrap();
            assert!(units < 400, "the log has never been begun again");
        });
    }

    #[test]
    fn the_thread_ends_when_it_is_dropped_and_leaves_no_log() {
        let folder = tempfile::tempdir().unwrap();
        let copier = copier(&folder);
        let mut writing = copier.manager.connect().unwrap();
        let checkpoints = Checkpoints::start(&copier.manager, &copier.turns).unwrap();
        run(&mut writing, WRITE);
        drop((checkpoints, writing));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
