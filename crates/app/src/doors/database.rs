//! The door to the database.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use anteroom_store::{Mode, Store, Unit};

use super::DoorSizes;
use super::asker::through;
use super::command::{Command, Outcome};
use super::groups::Groups;
use super::queue::Crew;
use super::watch::Watch;
use super::work::Work;
use crate::Error;
use crate::observe::{DoorState, GroupCounts, UnitTimes};

/// The threads that run units of work. Where units write one at a time, one thread is for those: the others would only
/// wait their turn, and hold up those who read.
pub(super) struct Database {
    /// For whatever the other one does not do.
    common: Room,
    writing: Option<Room>,
    groups: Arc<Groups>,
    work: Arc<Work>,
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
        let writing = writing.transpose()?;
        let common = Room::open("database", store, readers.unwrap_or(sizes.database_threads), sizes)?;
        let work = Arc::default();
        let watch = &writing.as_ref().unwrap_or(&common).watch;
        let groups = Arc::new(Groups::new(&**store, sizes.database_queue, &work, watch));
        Ok(Self { common, writing, groups, work })
    }

    /// Runs a unit of work.
    pub(super) async fn unit<T: Send + 'static>(
        &self,
        mode: Mode,
        patience: Patience,
        run: impl FnOnce(&mut dyn Unit) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let room = self.room(mode);
        let (work, watch, admitted_at) = (Arc::clone(&self.work), Arc::clone(&room.watch), Instant::now());
        let run = move |store: &mut Arc<dyn Store>| {
            if work.outage.is_since(admitted_at, mode) {
                work.turned_away.count();
                return Err(Error::Overloaded { door: "database" });
            }
            Ok(work.run(&**store, mode, &watch, run)?)
        };
        let watch = (patience == Patience::OfTheDoor).then_some(&*room.watch);
        self.work.answered(through(&room.crew, "database", watch, run).await)
    }

    /// Applies a command together with others that wait.
    pub(super) async fn command(&self, command: Command) -> Result<Outcome, Error> {
        let answer = self.groups.admit(command, self.room(Mode::Write).crew.queue())?;
        self.work.answered(answer.come().await)
    }

    fn room(&self, mode: Mode) -> &Room {
        self.writing.as_ref().filter(|_| mode.writes()).unwrap_or(&self.common)
    }

    /// How the queues stand.
    pub(super) fn states(&self) -> impl Iterator<Item = DoorState> {
        let rooms = [Some(&self.common), self.writing.as_ref()].into_iter().flatten();
        rooms.map(|room| room.crew.state()).chain([self.groups.state()])
    }

    /// How long units took, by mode.
    pub(super) fn units(&self) -> Vec<UnitTimes> {
        self.work.units.times()
    }

    /// How many commands were applied, in how many groups.
    pub(super) fn groups(&self) -> GroupCounts {
        self.groups.counts()
    }

    /// How many units and commands were turned away because the database was.
    pub(super) fn outages(&self) -> u64 {
        self.work.turned_away.value()
    }

    /// How many units and commands wait in all.
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
