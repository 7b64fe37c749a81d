//! How often the use of a credential is noted.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use time::{Duration, OffsetDateTime};

/// How many tries are remembered. Forgetting one costs a write too many.
const REMEMBERED: usize = 10_000;

/// When this process last set out to note the use of each credential.
///
/// The record alone would not do: while the database takes no writes, every request would try again and wait for it, and
/// of many requests at once each would write the same.
pub(crate) struct Uses<I>(Mutex<HashMap<I, OffsetDateTime>>);

impl<I: Eq + Hash> Uses<I> {
    /// Whether a use is to be noted now: once in `period`. `noted` is what the record says; a moment that lies ahead was
    /// told by a clock that went wrong, and counts as little as one long ago.
    pub(crate) fn is_due(
        &self,
        id: I,
        noted: Option<OffsetDateTime>,
        period: Duration,
        now: OffsetDateTime,
    ) -> bool {
        let is_fresh = |at: OffsetDateTime| (now - at).abs() < period;
        if noted.is_some_and(is_fresh) {
            return false;
        }
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.get(&id).copied().is_some_and(is_fresh) {
            return false;
        }
        if tries.len() >= REMEMBERED {
            tries.clear();
        }
        tries.insert(id, now);
        true
    }
}

// Written by hand, because a derive would ask the same of `I`.
impl<I> Default for Uses<I> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-01-02 12:00 UTC);

    #[test]
    fn a_use_is_noted_once_in_a_period_whether_or_not_that_succeeds() {
        let uses = Uses::default();
        let due = |id: u32, noted, seconds| {
            uses.is_due(id, noted, Duration::MINUTE, NOON + Duration::seconds(seconds))
        };
        assert!(due(1, None, 0));
        assert!(!due(1, None, 59), "it was tried");
        assert!(due(2, None, 59));
        assert!(!due(1, Some(NOON + Duration::seconds(30)), 60), "another process has noted it");
        assert!(due(1, Some(NOON), 60));
        assert!(due(3, Some(NOON + Duration::DAY), 60), "a clock was a day ahead");
    }

    #[test]
    fn memory_has_an_end() {
        let uses = Uses::default();
        for id in 0..2 * REMEMBERED {
            assert!(uses.is_due(id, None, Duration::MINUTE, NOON));
        }
        assert!(uses.0.lock().unwrap().len() <= REMEMBERED);
    }
}
