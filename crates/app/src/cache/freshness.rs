//! Whether what was read once is still so.

use std::fmt;
use std::time::{Duration, Instant};

use anteroom_store::{Changes, Listener, Topic};

use super::hearing::Hearing;
use super::stamps::{Slot, Stamps};

/// After this nothing is used however quiet it was: somebody may have changed the database by hand, or with a version of this
/// program that tells nobody.
const OLDEST: Duration = Duration::from_mins(1);

/// The moment at which somebody began to look. What they find is as old as this, however long it took them.
#[derive(Debug, Clone, Copy)]
pub struct Sight {
    number: u64,
    at: Instant,
}

/// What an answer depends on: at most five topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About([Slot; 5]);

impl About {
    /// One topic, and up to four others.
    pub fn these(first: Topic, others: [Option<Topic>; 4]) -> Self {
        let first = Slot::of(first);
        let [second, third, fourth, fifth] = others.map(|other| other.map_or(first, Slot::of));
        Self([first, second, third, fourth, fifth])
    }

    /// One topic.
    pub fn just(topic: Topic) -> Self {
        Self::these(topic, [None; 4])
    }
}

/// What of that which was read is still so.
pub(crate) struct Freshness {
    stamps: Stamps,
    hearing: Hearing,
}

impl Freshness {
    pub(crate) fn new() -> Self {
        Self { stamps: Stamps::new(), hearing: Hearing::new() }
    }

    /// Begins to look: to be called before the first thing is read.
    pub(crate) fn look(&self) -> Sight {
        Sight { number: self.stamps.newest(), at: Instant::now() }
    }

    /// Notes that everything has been noted that was committed before that moment.
    pub(super) fn heard_as_of(&self, moment: Instant) {
        self.hearing.note(moment);
    }

    /// How long ago it was that all changes of others were known; `None` when nothing has been heard yet.
    pub(crate) fn others_heard(&self) -> Option<Duration> {
        self.hearing.age()
    }

    /// Whether what was seen then, about that, is still so.
    pub(super) fn holds(&self, sight: Sight, About(slots): About) -> bool {
        !self.stamps.is_changed_since(sight.number, &slots)
            && self.hearing.reaches(sight.at)
            && sight.at.elapsed() <= OLDEST
    }

    /// Whether that is so short a time ago that what was seen then may be taken as so, whatever it was about.
    pub(super) fn is_recent(&self, sight: Sight) -> bool {
        !self.stamps.is_changed_since(sight.number, &[]) && sight.at.elapsed() <= super::BOUND
    }
}

impl Listener for Freshness {
    /// Notes what was changed and committed, here or elsewhere.
    fn changed(&self, changes: &Changes) {
        self.stamps.change(changes);
    }
}

impl fmt::Debug for Freshness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Freshness")
    }
}
