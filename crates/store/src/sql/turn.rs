//! Whose turn it is to write.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Lets one unit of this process write to SQLite at a time, in the order in which they asked.
///
/// SQLite would make the others ask again and again, and some for much longer than those that came after them. Other
/// processes are still met by `busy_timeout`.
#[derive(Default)]
pub(super) struct Turns {
    line: Mutex<Line>,
    moved: Condvar,
}

#[derive(Default)]
struct Line {
    is_taken: bool,
    waiting: VecDeque<u64>,
    next: u64,
}

/// The turn: over when it is dropped.
pub(super) struct Turn(Arc<Turns>);

impl Turns {
    /// Waits for the turn; `None` when it does not come in time.
    pub(super) fn take(self: &Arc<Self>, timeout: Duration) -> Option<Turn> {
        let mut line = self.line();
        let number = line.next;
        line.next = number.wrapping_add(1);
        line.waiting.push_back(number);
        let (mut line, wait) = self
            .moved
            .wait_timeout_while(line, timeout, |line| line.is_taken || line.waiting.front() != Some(&number))
            .unwrap_or_else(PoisonError::into_inner);
        line.waiting.retain(|waiting| *waiting != number);
        if wait.timed_out() {
            self.moved.notify_all();
            return None;
        }
        line.is_taken = true;
        Some(Turn(Arc::clone(self)))
    }

    /// Takes the turn if nobody has it or waits for it.
    pub(super) fn take_if_free(self: &Arc<Self>) -> Option<Turn> {
        let mut line = self.line();
        let is_free = !line.is_taken && line.waiting.is_empty();
        line.is_taken |= is_free;
        is_free.then(|| Turn(Arc::clone(self)))
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.line().is_taken = false;
        // All of them, because only they know who is first; there are no more than threads for database work.
        self.0.moved.notify_all();
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_the_turn_and_the_next_waits_for_its_end() {
        let turns = Arc::new(Turns::default());
        let turn = turns.take(Duration::ZERO).unwrap();
        assert!(turns.take(Duration::from_millis(1)).is_none());
        std::thread::scope(|scope| {
            let next = scope.spawn(|| turns.take(Duration::from_mins(1)).is_some());
            drop(turn);
            assert!(next.join().unwrap());
        });
        assert!(turns.take(Duration::ZERO).is_some());
    }

    #[test]
    fn who_does_not_wait_comes_after_those_who_do() {
        let turns = Arc::new(Turns::default());
        let turn = turns.take_if_free().unwrap();
        assert!(turns.take_if_free().is_none());
        turns.line().waiting.push_back(7);
        drop(turn);
        assert!(turns.take_if_free().is_none());
        turns.line().waiting.clear();
        assert!(turns.take_if_free().is_some());
    }
}
