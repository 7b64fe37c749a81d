//! Units of work on one connection. Every statement of this crate runs through one of the four doors below.

use std::fmt;

use diesel::QueryResult;
use diesel::connection::{AnsiTransactionManager, Connection, TransactionManager};
use diesel::r2d2::{PooledConnection, R2D2Connection};

use super::connection::DbConnection;
use super::error::is_lost;
use super::pool::Manager;
use super::turn::Turn;
use crate::{Changes, Mode, StoreError, Unit};

type Transactions = <DbConnection as Connection>::TransactionManager;

/// One unit of work. A transaction that is open when it is dropped is rolled back.
pub(super) struct SqlUnit {
    link: PooledConnection<Manager>,
    mode: Mode,
    /// Given back after the transaction has ended and the connection too.
    turn: Option<Turn>,
}

impl SqlUnit {
    /// Begins a unit on a connection that is in no transaction.
    pub(super) fn begin(
        link: PooledConnection<Manager>,
        mode: Mode,
        turn: Option<Turn>,
    ) -> Result<Self, StoreError> {
        let mut unit = Self { link, mode, turn };
        if mode == Mode::Write {
            unit.run(|connection| match connection {
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

    /// Runs a statement that changes something.
    pub(super) fn change<T>(
        &mut self,
        statement: impl FnOnce(&mut DbConnection) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        if self.mode == Mode::Read {
            return Err(StoreError::Failed("a unit that only reads was asked to write".into()));
        }
        self.run(statement)
    }

    /// Runs statements that may conflict: then none of them has changed anything, and the unit goes on.
    ///
    /// Without the savepoint PostgreSQL would refuse every later statement of the transaction.
    pub(super) fn claim<T>(
        &mut self,
        statements: impl FnOnce(&mut DbConnection) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        self.change(|connection| <Transactions as TransactionManager<_>>::transaction(connection, statements))
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
    fn commit(mut self: Box<Self>) -> Result<Changes, StoreError> {
        if self.mode == Mode::Write {
            self.run(Transactions::commit_transaction)?;
        }
        Ok(Changes::Everything)
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
