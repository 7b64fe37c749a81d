//! When what was last changed, in the order of changes.

use std::sync::atomic::{AtomicU64, Ordering};

use anteroom_store::{Changes, Topic, TopicKey};

/// How many topics are told apart: others share a stamp, which costs a look at the database too many. A power of two.
const SLOTS: usize = 1 << 16;

/// The number of the newest change of every topic, in a table of half a mebibyte that never grows.
///
/// To end ten thousand sessions of a customer is to set one number.
pub(super) struct Stamps {
    newest: AtomicU64,
    everything: AtomicU64,
    slots: Vec<AtomicU64>,
}

/// Where the stamp of a topic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(u16);

impl Slot {
    pub(super) fn of(topic: Topic) -> Self {
        Self::of_key(topic.key())
    }

    fn of_key(TopicKey(key): TopicKey) -> Self {
        // Identifiers are random in every bit but a few, which are not among the first or the last of these eight bytes.
        let [first, .., last] = key.to_be_bytes();
        Self(u16::from_be_bytes([first, last]))
    }
}

impl Stamps {
    pub(super) fn new() -> Self {
        Self {
            newest: AtomicU64::new(0),
            everything: AtomicU64::new(0),
            slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// The number of the newest change of all.
    pub(super) fn newest(&self) -> u64 {
        self.newest.load(Ordering::SeqCst)
    }

    /// Notes changes that have been committed.
    ///
    /// Whoever begins to read from now on sees them, and has a number to say so that is no smaller than theirs.
    pub(super) fn change(&self, changes: &Changes) {
        if changes.is_nothing() {
            return;
        }
        let number = self.newest.fetch_add(1, Ordering::SeqCst) + 1;
        match changes {
            Changes::Everything => {
                self.everything.fetch_max(number, Ordering::SeqCst);
            }
            Changes::Of(keys) => {
                for slot in keys.iter().filter_map(|key| self.slot(Slot::of_key(*key))) {
                    slot.fetch_max(number, Ordering::SeqCst);
                }
            }
        }
    }

    /// Whether something was changed later than `number`, of these or of all.
    pub(super) fn is_changed_since(&self, number: u64, about: &[Slot]) -> bool {
        // Where nothing at all was changed, which is often so, the table need not be fetched into the processor's caches.
        if self.newest() == number {
            return false;
        }
        let is_later = |stamp: &AtomicU64| stamp.load(Ordering::SeqCst) > number;
        is_later(&self.everything) || about.iter().filter_map(|slot| self.slot(*slot)).any(is_later)
    }

    fn slot(&self, Slot(slot): Slot) -> Option<&AtomicU64> {
        self.slots.get(usize::from(slot))
    }
}
