//! The door to the database.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use anteroom_store::{Mode, Store, StoreExt, Unit};

use super::DoorSizes;
use super::asker::through;
use super::outage::Outage;
use super::queue::Crew;
use super::watch::Watch;
use crate::Error;

/// The threads that run units of work. Where units write one at a time, one thread is for those: the others would only
/// wait their turn, and hold up those who read.
pub(super) struct Database {
    /// For whatever the other one does not do.
    common: Room,
    writing: Option<Room>,
    outage: Arc<Outage>,
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
        let run = move |store: &mut Arc<dyn Store>| {
            if outage.is_since(admitted_at, mode) {
                return Err(Error::Overloaded { door: "database" });
            }
            let done = match mode {
                Mode::Read => store.read(work),
                Mode::Write => store.write(work),
            };
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
        through(&room.crew, "database", watch, run).await
    }

    /// How many units wait in all.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.common.crew.waiting() + self.writing.as_ref().map_or(0, |room| room.crew.waiting())
    }
}

impl Room {
    fn open(
        name: &str,
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
