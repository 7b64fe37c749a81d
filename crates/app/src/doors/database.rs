//! The door to the database.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use anteroom_store::{Mode, Store, StoreExt, Unit};

use super::DoorSizes;
use super::asker::through;
use super::outage::Outage;
use super::queue::Crew;
use super::units::Units;
use super::watch::Watch;
use crate::Error;
use crate::measure::Counter;
use crate::observe::{DoorState, UnitTimes};

/// The threads that run units of work. Where units write one at a time, one thread is for those: the others would only
/// wait their turn, and hold up those who read.
pub(super) struct Database {
    /// For whatever the other one does not do.
    common: Room,
    writing: Option<Room>,
    outage: Arc<Outage>,
    units: Arc<Units>,
    /// Units that found the database away or waited behind one that did.
    turned_away: Arc<Counter>,
}

struct Room {
    crew: Crew<Arc<dyn Store>>,
    watch: Arc<Watch>,
}

/// How long a unit is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// As long as the door was told when it was opened.
    OfTheDoor,
    Endless,
}

impl Database {
    pub(super) fn open(store: &Arc<dyn Store>, sizes: DoorSizes) -> Result<Self, std::io::Error> {
        let readers = NonZeroUsize::new(sizes.database_threads.get() - 1).filter(|_| store.writes_in_turn());
        let writing = readers.map(|_| Room::open("database-writer", store, NonZeroUsize::MIN, sizes));
        Ok(Self {
            common: Room::open("database", store, readers.unwrap_or(sizes.database_threads), sizes)?,
            writing: writing.transpose()?,
            outage: Arc::default(),
            units: Arc::default(),
            turned_away: Arc::default(),
        })
    }

    pub(super) async fn unit<T: Send + 'static>(
        &self,
        mode: Mode,
        patience: Patience,
        work: impl FnOnce(&mut dyn Unit) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let room = self.writing.as_ref().filter(|_| mode == Mode::Write).unwrap_or(&self.common);
        let (outage, watch, admitted_at) =
            (Arc::clone(&self.outage), Arc::clone(&room.watch), Instant::now());
        let (units, turned_away) = (Arc::clone(&self.units), Arc::clone(&self.turned_away));
        let run = move |store: &mut Arc<dyn Store>| {
            if outage.is_since(admitted_at, mode) {
                turned_away.count();
                return Err(Error::Overloaded { door: "database" });
            }
            let done = units.timed(mode, |wait| {
                let work = |unit: &mut dyn Unit| {
                    wait.end();
                    work(unit)
                };
                match mode {
                    Mode::Read => store.read(work),
                    Mode::Write => store.write(work),
                }
            });
            match done {
                Err(Error::Unavailable(_)) => {
                    outage.note(mode);
                    watch.failed();
                }
                _ => watch.finished(),
            }
            done
        };
        let watch = (patience == Patience::OfTheDoor).then_some(&*room.watch);
        let answer = through(&room.crew, "database", watch, run).await;
        if matches!(answer, Err(Error::Unavailable(_) | Error::TimedOut { .. })) {
            self.turned_away.count();
        }
        answer
    }

    /// How the queues stand.
    pub(super) fn states(&self) -> impl Iterator<Item = DoorState> {
        [Some(&self.common), self.writing.as_ref()].into_iter().flatten().map(|room| room.crew.state())
    }

    /// How long units took, by mode.
    pub(super) fn units(&self) -> Vec<UnitTimes> {
        self.units.times()
    }

    /// How many units were turned away because the database was.
    pub(super) fn outages(&self) -> u64 {
        self.turned_away.value()
    }

    /// How many units wait in all.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.states().map(|door| door.waiting).sum()
    }
}

impl Room {
    fn open(
        name: &'static str,
        store: &Arc<dyn Store>,
        threads: NonZeroUsize,
        sizes: DoorSizes,
    ) -> Result<Self, std::io::Error> {
        Ok(Self {
            crew: Crew::hire(name, threads, sizes.database_queue, || Arc::clone(store))?,
            watch: Arc::new(Watch::start(name, sizes.database_patience)?),
        })
    }
}
