//! The three doors through which work leaves the caller's thread.
//!
//! Each has its own threads and its own bounded queue, so that neither a slow database nor a storm of sign-ins holds up
//! anything else: what does not fit is refused at once with [`Error::Overloaded`].

mod command;
mod queue;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::Instant;

use anteroom_auth::password::HashMemory;
use anteroom_store::{Mode, Store, StoreExt, Unit};
use tokio::sync::oneshot;

pub(crate) use command::{Command, Outcome};
use queue::Crew;

use crate::Error;

/// How many threads and how much patience the doors have.
#[derive(Debug, Clone, Copy)]
pub struct DoorSizes {
    /// Threads for units of work: as many as the store has connections.
    pub database_threads: NonZeroUsize,
    /// Units that may wait.
    pub database_queue: usize,
    /// Threads that hash passwords, each with 19 MiB of memory once used: as many as there are cores.
    pub hash_threads: NonZeroUsize,
    /// Hashes that may wait.
    pub hash_queue: usize,
}

impl DoorSizes {
    /// Sizes for a store with that many connections, on this machine.
    pub fn for_connections(connections: u32) -> Self {
        let connections = usize::try_from(connections).ok().and_then(NonZeroUsize::new);
        Self {
            database_threads: connections.unwrap_or(NonZeroUsize::MIN),
            database_queue: 1024,
            hash_threads: available_parallelism().unwrap_or(NonZeroUsize::MIN),
            hash_queue: 256,
        }
    }
}

pub(crate) struct Doors {
    database: Crew<Arc<dyn Store>>,
    outage: Arc<Outage>,
    hash: Crew<Option<HashMemory>>,
}

impl Doors {
    pub(crate) fn open(store: &Arc<dyn Store>, sizes: DoorSizes) -> Result<Self, std::io::Error> {
        Ok(Self {
            outage: Arc::default(),
            database: Crew::hire("database", sizes.database_threads, sizes.database_queue, || {
                Arc::clone(store)
            })?,
            hash: Crew::hire("password-hash", sizes.hash_threads, sizes.hash_queue, || None)?,
        })
    }

    /// Runs one unit of work; a writing one is committed when `work` succeeds.
    pub(crate) async fn db<T: Send + 'static>(
        &self,
        mode: Mode,
        work: impl FnOnce(&mut dyn Unit) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (outage, admitted_at) = (Arc::clone(&self.outage), Instant::now());
        let run = move |store: &mut Arc<dyn Store>| {
            if outage.is_since(admitted_at) {
                return Err(Error::Overloaded { door: "database" });
            }
            let done = match mode {
                Mode::Read => store.read(work),
                Mode::Write => store.write(work),
            };
            if matches!(done, Err(Error::Unavailable(_))) {
                outage.note();
            }
            done
        };
        through(&self.database, "database", run).await
    }

    /// Hashes or verifies a password. Never while a unit is open: a hash takes 20 ms, and others want the connection.
    pub(crate) async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut HashMemory) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        through(&self.hash, "password-hash", move |memory| work(memory.get_or_insert_with(HashMemory::new)))
            .await
    }

    /// Applies a small hot write with all its rows, durably.
    pub(crate) async fn submit(&self, command: Command) -> Result<Outcome, Error> {
        self.db(Mode::Write, move |unit| command.apply(unit)).await
    }
}

/// When a unit last found the database away.
///
/// It may take such a unit a good part of a second to find out. Those who were waiting behind it meanwhile are refused
/// at once instead of each finding out the same in turn; who comes later asks anew.
#[derive(Default)]
struct Outage(Mutex<Option<Instant>>);

impl Outage {
    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_since(&self, admitted_at: Instant) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|noted| noted > admitted_at)
    }
}

async fn through<S: Send + 'static, T: Send + 'static>(
    crew: &Crew<S>,
    door: &'static str,
    run: impl FnOnce(&mut S) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (answer, answered) = oneshot::channel();
    let admitted = crew.admit(Box::new(move |state| {
        // Nobody waits any more: the request was given up before its turn came.
        if !answer.is_closed() {
            let _ = answer.send(run(state));
        }
    }));
    if !admitted {
        return Err(Error::Overloaded { door });
    }
    answered.await.unwrap_or(Err(Error::Panicked { door }))
}
