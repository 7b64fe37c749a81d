//! The three doors through which work leaves the caller's thread.
//!
//! Each has its own threads and its own bounded queue, so that neither a slow database nor a storm of sign-ins holds up
//! anything else: what does not fit is refused at once with [`Error::Overloaded`].

mod asker;
mod command;
mod database;
mod groups;
mod hashing;
mod outage;
mod queue;
#[cfg(test)]
mod tests;
mod units;
mod watch;
mod work;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use anteroom_auth::password::HashMemory;
use anteroom_store::{Mode, Store, Unit};

pub(crate) use command::{Command, Outcome};
use database::{Database, Patience};
use hashing::Hashing;

use crate::Error;
use crate::measure::Spread;
use crate::observe::{DoorState, GroupCounts, UnitTimes};

/// How many threads and how much patience the doors have.
#[derive(Debug, Clone, Copy)]
pub struct DoorSizes {
    /// Threads for units of work: as many as the store has connections.
    pub database_threads: NonZeroUsize,
    /// Units that may wait; as many again to write, where units write one at a time, and as many commands.
    pub database_queue: usize,
    /// How long a request waits for its unit, from its coming to the door; then it is answered without. Background
    /// work waits as long as it takes.
    pub database_patience: Duration,
    /// Threads that hash passwords, each with 19 MiB of memory once used: as many as there are cores.
    pub hash_threads: NonZeroUsize,
    /// Hashes that may wait.
    pub hash_queue: usize,
}

/// Hashes that may wait for each thread: it makes some fifty a second, so that the last is made after less than half a
/// second. More would keep everybody waiting, and answer no more of them.
const HASHES_WAITING: usize = 20;

impl DoorSizes {
    /// Sizes for a store with that many connections, on this machine.
    pub fn for_connections(connections: u32) -> Self {
        let connections = usize::try_from(connections).ok().and_then(NonZeroUsize::new);
        let hash_threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self {
            database_threads: connections.unwrap_or(NonZeroUsize::MIN),
            // At the rates that we have seen, between a tenth and half of a second.
            database_queue: 1024,
            database_patience: Duration::from_millis(700),
            hash_threads,
            hash_queue: hash_threads.get().saturating_mul(HASHES_WAITING),
        }
    }
}

pub(crate) struct Doors {
    database: Database,
    hashing: Hashing,
}

impl Doors {
    pub(crate) fn open(store: &Arc<dyn Store>, sizes: DoorSizes) -> Result<Self, std::io::Error> {
        Ok(Self {
            database: Database::open(store, sizes)?,
            hashing: Hashing::open(sizes.hash_threads, sizes.hash_queue)?,
        })
    }

    /// Runs one unit of work for a request; a writing one is committed when `work` succeeds.
    ///
    /// [`Error::TimedOut`] says that the patience of the door ended first. The unit then still ends as it would have:
    /// all of it may be committed later, or nothing.
    pub(crate) async fn db<T: Send + 'static>(
        &self,
        mode: Mode,
        work: impl FnOnce(&mut dyn Unit) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.database.unit(mode, Patience::OfTheDoor, work).await
    }

    /// Runs one unit of background work, for which nobody waits at the other end of a connection: as [`db`](Self::db),
    /// but it is given up only when the database says so.
    pub(crate) async fn db_in_background<T: Send + 'static>(
        &self,
        mode: Mode,
        work: impl FnOnce(&mut dyn Unit) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.database.unit(mode, Patience::Endless, work).await
    }

    /// Hashes or verifies a password. Never while a unit is open: a hash takes 20 ms, and others want the connection.
    pub(crate) async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut HashMemory) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.hashing.run(work).await
    }

    /// Applies a small hot write with all its rows, durably: those that wait at the same time share a transaction.
    ///
    /// [`Error::TimedOut`] says what it does for [`db`](Self::db).
    pub(crate) async fn submit(&self, command: Command) -> Result<Outcome, Error> {
        self.database.command(command).await
    }

    /// How each queue stands.
    pub(crate) fn states(&self) -> Vec<DoorState> {
        self.database.states().chain([self.hashing.state()]).collect()
    }

    /// How long units took, by mode.
    pub(crate) fn units(&self) -> Vec<UnitTimes> {
        self.database.units()
    }

    /// How many commands were applied, in how many groups.
    pub(crate) fn groups(&self) -> GroupCounts {
        self.database.groups()
    }

    /// How many units and commands met an outage of the database.
    pub(crate) fn outages(&self) -> u64 {
        self.database.outages()
    }

    /// How long hashing took.
    pub(crate) fn hashes(&self) -> Spread {
        self.hashing.took()
    }
}
