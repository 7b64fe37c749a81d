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
use crate::measure::{Counter, Spread, Timings};
use crate::observe::{DoorState, UnitTimes};

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
    units: Arc<Units>,
    hash: Crew<Option<HashMemory>>,
    hashes: Arc<Timings>,
}

impl Doors {
    pub(crate) fn open(store: &Arc<dyn Store>, sizes: DoorSizes) -> Result<Self, std::io::Error> {
        Ok(Self {
            outage: Arc::default(),
            units: Arc::default(),
            hashes: Arc::default(),
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
        let (outage, units, admitted_at) =
            (Arc::clone(&self.outage), Arc::clone(&self.units), Instant::now());
        let run = move |store: &mut Arc<dyn Store>| {
            if outage.is_since(admitted_at) {
                outage.met.count();
                return Err(Error::Overloaded { door: "database" });
            }
            let (timed, begun_at) = (units.of(mode), Instant::now());
            let work = |unit: &mut dyn Unit| {
                timed.wait.record(begun_at.elapsed());
                work(unit)
            };
            let done = match mode {
                Mode::Read => store.read(work),
                Mode::Write => store.write(work),
            };
            timed.took.record(begun_at.elapsed());
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
        let hashes = Arc::clone(&self.hashes);
        let run = move |memory: &mut Option<HashMemory>| {
            let memory = memory.get_or_insert_with(HashMemory::new);
            let begun_at = Instant::now();
            let done = work(memory);
            hashes.record(begun_at.elapsed());
            done
        };
        through(&self.hash, "password-hash", run).await
    }

    /// Applies a small hot write with all its rows, durably.
    pub(crate) async fn submit(&self, command: Command) -> Result<Outcome, Error> {
        self.db(Mode::Write, move |unit| command.apply(unit)).await
    }

    /// How each door stands.
    pub(crate) fn states(&self) -> Vec<DoorState> {
        vec![self.database.state(), self.hash.state()]
    }

    /// How long units took, by mode.
    pub(crate) fn units(&self) -> Vec<UnitTimes> {
        [Mode::Read, Mode::Write]
            .map(|mode| {
                let timed = self.units.of(mode);
                UnitTimes { mode, wait: timed.wait.spread(), took: timed.took.spread() }
            })
            .to_vec()
    }

    /// How many units met an outage of the database.
    pub(crate) fn outages(&self) -> u64 {
        self.outage.met.value()
    }

    /// How long hashing took.
    pub(crate) fn hashes(&self) -> Spread {
        self.hashes.spread()
    }
}

/// How long units of either mode took.
#[derive(Default)]
struct Units {
    read: Timed,
    write: Timed,
}

#[derive(Default)]
struct Timed {
    wait: Timings,
    took: Timings,
}

impl Units {
    fn of(&self, mode: Mode) -> &Timed {
        match mode {
            Mode::Read => &self.read,
            Mode::Write => &self.write,
        }
    }
}

/// When a unit last found the database away.
///
/// It may take such a unit a good part of a second to find out. Those who were waiting behind it meanwhile are refused
/// at once instead of each finding out the same in turn; who comes later asks anew.
#[derive(Default)]
struct Outage {
    last: Mutex<Option<Instant>>,
    /// Units that found the database away or waited behind one that did.
    met: Counter,
}

impl Outage {
    fn note(&self) {
        self.met.count();
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_since(&self, admitted_at: Instant) -> bool {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|noted| noted > admitted_at)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Receiver, Sender, channel};

    use anteroom_store::{PoolState, StoreError};
    use futures_util::future::join_all;

    /// A database that is away, and takes as long to be found out as the test wants.
    #[derive(Debug)]
    struct Away {
        asked: AtomicUsize,
        begun: Sender<()>,
        answer: Mutex<Receiver<()>>,
    }

    impl Store for Away {
        fn begin(&self, _: Mode) -> Result<Box<dyn Unit + '_>, StoreError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            self.begun.send(()).unwrap();
            self.answer.lock().unwrap().recv().unwrap();
            Err(StoreError::Unavailable("away".into()))
        }

        fn pool(&self) -> PoolState {
            PoolState { in_use: 0, idle: 0, limit: 1 }
        }
    }

    #[test]
    fn those_who_waited_for_a_database_that_is_away_are_refused_together() {
        let ((begun, has_begun), (go_on, answer)) = (channel(), channel());
        let away = Arc::new(Away { asked: AtomicUsize::new(0), begun, answer: Mutex::new(answer) });
        let store: Arc<dyn Store> = Arc::<Away>::clone(&away);
        let one = NonZeroUsize::MIN;
        let sizes =
            DoorSizes { database_threads: one, database_queue: 100, hash_threads: one, hash_queue: 1 };
        let doors = Doors::open(&store, sizes).unwrap();
        let ask = || doors.db(Mode::Read, |_| Ok(()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answers = runtime.block_on(async {
            let mut waiting = Box::pin(join_all((0..20).map(|_| ask())));
            // All of them are in the queue once they have been polled.
            assert!(futures_util::poll!(&mut waiting).is_pending());
            has_begun.recv().unwrap();
            go_on.send(()).unwrap();
            waiting.await
        });
        assert!(matches!(answers.first(), Some(Err(Error::Unavailable(_)))));
        assert!(
            answers
                .iter()
                .skip(1)
                .all(|answer| matches!(answer, Err(Error::Overloaded { door: "database" })))
        );
        assert_eq!(away.asked.load(Ordering::SeqCst), 1, "one has found out for all");

        go_on.send(()).unwrap();
        let later = runtime.block_on(ask());
        assert!(matches!(later, Err(Error::Unavailable(_))), "who comes later asks anew");
        assert_eq!(doors.outages(), 21, "all of them were turned away");
        let reads = doors.units().into_iter().find(|units| units.mode == Mode::Read).unwrap();
        assert_eq!((reads.took.count(), reads.wait.count()), (2, 0), "nobody got a connection");
    }
}
