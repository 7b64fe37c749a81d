//! Answers for those who have waited long enough for theirs.
//!
//! A thread of its own looks at the clock, because the one that does the work may be stuck inside the database, and a
//! use case has no runtime to ask. It sleeps while nobody waits.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long anybody waits at a door behind which nothing moves.
const STALLED_PATIENCE: Duration = Duration::from_millis(100);

/// Somebody who waits for an answer.
pub(super) trait Waiter: Send + Sync {
    /// Gives the answer that none has come in time, unless there has been one.
    fn give_up(&self);
}

/// Sends those away who have waited at a door for longer than its patience.
///
/// Who has waited that long while nothing at all was finished behind the door has found it *stalled*, and so has a job
/// that failed because the database is away. From then on nobody waits longer than a moment, until something is
/// finished again. So a request that passes the door several times is refused after one patience and not after several.
pub(super) struct Watch {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    patience: Duration,
    line: Mutex<Line>,
    came: Condvar,
}

struct Line {
    /// In the order of coming; those who have their answer already stay until they come to the front.
    waiting: VecDeque<(Instant, Weak<dyn Waiter>)>,
    finished_at: Instant,
    stalled: bool,
    /// The thread sleeps until somebody comes.
    asleep: bool,
    closed: bool,
}

impl Watch {
    /// Starts the thread.
    pub(super) fn start(name: &str, patience: Duration) -> Result<Self, std::io::Error> {
        let line = Line {
            waiting: VecDeque::new(),
            finished_at: Instant::now(),
            stalled: false,
            asleep: false,
            closed: false,
        };
        let shared = Arc::new(Shared { patience, line: Mutex::new(line), came: Condvar::new() });
        let watched = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name(format!("{name}-watch"))
            .spawn(move || watched.look_at_the_clock())?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Notes that somebody begins to wait.
    pub(super) fn expect(&self, waiter: Weak<dyn Waiter>) {
        let mut line = self.shared.line();
        line.forget_the_answered();
        line.waiting.push_back((Instant::now(), waiter));
        if line.asleep {
            self.shared.came.notify_one();
        }
    }

    /// Notes that something failed because what is behind the door is away.
    pub(super) fn failed(&self) {
        self.shared.line().stalled = true;
        // Some may have waited long enough already.
        self.shared.came.notify_one();
    }

    /// Notes that something was finished behind the door: it moves.
    pub(super) fn finished(&self) {
        let mut line = self.shared.line();
        line.finished_at = Instant::now();
        line.stalled = false;
    }
}

impl Shared {
    fn look_at_the_clock(&self) {
        let mut line = self.line();
        while !line.closed {
            line.forget_the_answered();
            let patience = if line.stalled { STALLED_PATIENCE.min(self.patience) } else { self.patience };
            let Some(since) = line.waiting.front().map(|(since, _)| *since) else {
                line = self.rest(line, patience);
                continue;
            };
            let left = patience.saturating_sub(since.elapsed());
            if !left.is_zero() {
                line = self.wait(line, left);
                continue;
            }
            line.stalled |= line.finished_at < since;
            if let Some((_, waiter)) = line.waiting.pop_front() {
                drop(line);
                if let Some(waiter) = waiter.upgrade() {
                    waiter.give_up();
                }
                line = self.line();
            }
        }
    }

    /// Waits for as long as nobody can become late, and if nobody has come meanwhile until somebody does: under load
    /// no request has to wake the thread.
    fn rest<'a>(&'a self, line: MutexGuard<'a, Line>, patience: Duration) -> MutexGuard<'a, Line> {
        let mut line = self.wait(line, patience);
        if line.waiting.is_empty() && !line.closed {
            line.asleep = true;
            line = self.came.wait(line).unwrap_or_else(PoisonError::into_inner);
            line.asleep = false;
        }
        line
    }

    fn wait<'a>(&'a self, line: MutexGuard<'a, Line>, time: Duration) -> MutexGuard<'a, Line> {
        self.came.wait_timeout(line, time).unwrap_or_else(PoisonError::into_inner).0
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn forget_the_answered(&mut self) {
        while self.waiting.front().is_some_and(|(_, waiter)| waiter.strong_count() == 0) {
            self.waiting.pop_front();
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.line().closed = true;
        self.shared.came.notify_one();
        // The last handle may be dropped by a waker that this very thread has woken.
        if let Some(thread) =
            self.thread.take().filter(|thread| thread.thread().id() != thread::current().id())
        {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};

    struct Tell(Mutex<Sender<&'static str>>, &'static str);

    impl Waiter for Tell {
        fn give_up(&self) {
            self.0.lock().unwrap().send(self.1).unwrap();
        }
    }

    #[test]
    fn who_has_waited_long_enough_is_told_in_the_order_of_coming() {
        let (told, tells) = channel();
        let waiter = |name| -> Arc<dyn Waiter> { Arc::new(Tell(Mutex::new(told.clone()), name)) };
        let watch = Watch::start("test", Duration::from_millis(20)).unwrap();
        let [first, answered, last] = ["first", "answered", "last"].map(waiter);
        for waiter in [&first, &answered, &last] {
            watch.expect(Arc::downgrade(waiter));
        }
        drop(answered);
        assert_eq!([tells.recv().unwrap(), tells.recv().unwrap()], ["first", "last"]);
        // The thread has gone to sleep by the time that nobody waits, and is woken by the next.
        while !watch.shared.line().asleep {
            thread::yield_now();
        }
        watch.expect(Arc::downgrade(&first));
        assert_eq!(tells.recv().unwrap(), "first");
    }

    #[test]
    fn nobody_waits_long_at_a_stalled_door_until_something_is_finished() {
        let (told, tells) = channel();
        let waiter = |name| -> Arc<dyn Waiter> { Arc::new(Tell(Mutex::new(told.clone()), name)) };
        let watch = Watch::start("test", Duration::from_millis(300)).unwrap();
        let (first, second) = (waiter("first"), waiter("second"));
        watch.expect(Arc::downgrade(&first));
        assert_eq!(tells.recv().unwrap(), "first");
        assert!(watch.shared.line().stalled);
        let begun = Instant::now();
        watch.expect(Arc::downgrade(&second));
        assert_eq!(tells.recv().unwrap(), "second");
        assert!(begun.elapsed() >= STALLED_PATIENCE);
        watch.finished();
        assert!(!watch.shared.line().stalled);
        watch.failed();
        assert!(watch.shared.line().stalled);
    }
}
