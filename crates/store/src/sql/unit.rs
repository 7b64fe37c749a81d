//! Units of work on one connection. Every statement of this crate runs through one of the doors below.

use std::fmt;
use std::sync::Arc;

use diesel::QueryResult;
use diesel::connection::{AnsiTransactionManager, Connection, TransactionManager};
use diesel::r2d2::{PooledConnection, R2D2Connection};

use super::connection::DbConnection;
use super::error::is_lost;
use super::listeners::Listeners;
use super::pool::Manager;
#[cfg(feature = "postgres")]
use super::postgres_feed;
use super::turn::Turn;
use crate::{Changes, Mode, StoreError, Topic, Unit};

type Transactions = <DbConnection as Connection>::TransactionManager;

/// One unit of work. A transaction that is open when it is dropped is rolled back.
pub(super) struct SqlUnit {
    link: PooledConnection<Manager>,
    mode: Mode,
    /// Given back after the transaction has ended and the connection too.
    turn: Option<Turn>,
    /// Whether it was asked to write.
    is_used: bool,
    changes: Changes,
    listeners: Arc<Listeners>,
}

/// Of a statement that only adds rows: nobody can have read them before.
pub(super) const UNSEEN: [Topic; 0] = [];

/// Of a statement that holds rows, or changes what nobody keeps in memory: when something was last used, what is long over,
/// who runs a job, what a password is compared with.
pub(super) const UNKEPT: [Topic; 0] = [];

/// What came of a statement.
pub(super) trait Effect {
    /// Whether anything is different now, as far as it tells.
    fn is_felt(&self) -> bool;
}

impl Effect for bool {
    fn is_felt(&self) -> bool {
        *self
    }
}

impl Effect for usize {
    fn is_felt(&self) -> bool {
        *self > 0
    }
}

impl Effect for () {
    fn is_felt(&self) -> bool {
        true
    }
}

impl<T> Effect for Option<T> {
    fn is_felt(&self) -> bool {
        self.is_some()
    }
}

impl<T> Effect for Vec<T> {
    fn is_felt(&self) -> bool {
        !self.is_empty()
    }
}

impl SqlUnit {
    /// Begins a unit on a connection that is in no transaction.
    pub(super) fn begin(
        link: PooledConnection<Manager>,
        mode: Mode,
        turn: Option<Turn>,
        listeners: &Arc<Listeners>,
    ) -> Result<Self, StoreError> {
        let listeners = Arc::clone(listeners);
        let mut unit = Self { link, mode, turn, is_used: false, changes: Changes::default(), listeners };
        if mode.writes() {
            unit.run(|connection| match connection {
                #[cfg(feature = "postgres")]
                DbConnection::Postgres(_) if mode == Mode::Append => Ok(()),
                #[cfg(feature = "postgres")]
                DbConnection::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
                // A transaction that begins by reading and then writes is refused at once when another writes.
                #[cfg(feature = "sqlite")]
                DbConnection::Sqlite(c) => {
                    AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")
                }
            })?;
        }
        Ok(unit)
    }

    /// Runs a statement that only reads.
    pub(super) fn read<T>(
        &mut self,
        statement: impl FnOnce(&mut DbConnection) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        self.run(statement)
    }

    /// Runs a statement that changes what those topics are about; if it has changed nothing, it does not count.
    pub(super) fn change<T: Effect>(
        &mut self,
        topics: &[Topic],
        statement: impl FnOnce(&mut DbConnection) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        match self.mode {
            Mode::Write => {}
            // What others may remember has to be told in the transaction that changes it.
            Mode::Append if topics.is_empty() && !self.is_used => {}
            Mode::Append => return Err(StoreError::Failed("a unit that appends was asked for more".into())),
            Mode::Read => {
                return Err(StoreError::Failed("a unit that only reads was asked to write".into()));
            }
        }
        self.is_used = true;
        let done = self.run(statement)?;
        if done.is_felt() {
            for topic in topics {
                self.changes.add(*topic);
            }
        }
        Ok(done)
    }

    /// Runs statements that may conflict: then none of them has changed anything, and the unit goes on.
    ///
    /// Without the savepoint PostgreSQL would refuse every later statement of the transaction.
    pub(super) fn claim<T: Effect>(
        &mut self,
        topics: &[Topic],
        statements: impl FnOnce(&mut DbConnection) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        self.change(topics, |connection| {
            <Transactions as TransactionManager<_>>::transaction(connection, statements)
        })
    }

    /// Tells the other processes, when the transaction is committed. Those on SQLite find out by themselves.
    fn tell_others(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.run(|connection| match connection {
            #[cfg(feature = "postgres")]
            DbConnection::Postgres(c) => postgres_feed::announce(c, changes),
            #[cfg(feature = "sqlite")]
            DbConnection::Sqlite(_) => Ok(()),
        })
    }

    fn run<T>(
        &mut self,
        statement: impl FnOnce(&mut DbConnection) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        let result = statement(&mut self.link.connection);
        if let Err(error) = &result
            && is_lost(error)
        {
            self.link.lost = true;
        }
        Ok(result?)
    }
}

impl Unit for SqlUnit {
    fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        if self.mode == Mode::Read {
            return Ok(());
        }
        let changes = std::mem::take(&mut self.changes);
        if !changes.is_nothing() {
            self.tell_others(&changes)?;
        }
        // What appends has committed itself where it has begun none.
        let is_begun = self.link.connection.is_broken();
        let committed = if is_begun { self.run(Transactions::commit_transaction) } else { Ok(()) };
        // Also when it fails: what has become of it is not known then.
        self.listeners.tell(&changes);
        committed
    }
}

impl Drop for SqlUnit {
    fn drop(&mut self) {
        // Broken means here: in a transaction. What cannot be rolled back stays broken, and the pool drops it.
        if self.link.connection.is_broken() && self.run(Transactions::rollback_transaction).is_err() {
            self.link.lost = true;
        }
        self.link.used();
    }
}

impl fmt::Debug for SqlUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlUnit").field("mode", &self.mode).field("turn", &self.turn).finish_non_exhaustive()
    }
}
