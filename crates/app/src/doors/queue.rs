//! A bounded queue and the threads that empty it.
//!
//! A lock and a condition variable, on purpose: idle threads sleep instead of spinning, which on few cores would take
//! the time from the database server next door.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::measure::{Counter, Timings};
use crate::observe::DoorState;

/// How long the end of a crew waits for its threads. One that is stuck inside the database ends with the process.
const FAREWELL: Duration = Duration::from_secs(2);

/// What a thread of a crew does once.
pub(super) type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// Threads with a state of their own each, and the jobs that wait for them.
pub(super) struct Crew<S> {
    name: &'static str,
    queue: Arc<Queue<S>>,
    threads: Vec<thread::ThreadId>,
}

/// The jobs that wait for a crew.
pub(super) struct Queue<S> {
    limit: usize,
    waiting: Mutex<Waiting<S>>,
    changed: Condvar,
    admitted: Counter,
    refused: Counter,
    wait: Timings,
}

struct Waiting<S> {
    /// Each with the moment when it was let in.
    jobs: VecDeque<(Instant, Job<S>)>,
    closed: bool,
    /// Threads that have not left yet.
    present: usize,
}

impl<S: 'static> Crew<S> {
    /// Starts `threads` threads; `limit` jobs may wait for them. Each makes its state by `state`.
    pub(super) fn hire(
        name: &'static str,
        threads: NonZeroUsize,
        limit: usize,
        state: impl Fn() -> S,
    ) -> Result<Self, std::io::Error>
    where
        S: Send,
    {
        let waiting = Mutex::new(Waiting { jobs: VecDeque::new(), closed: false, present: 0 });
        let queue = Arc::new(Queue {
            limit,
            waiting,
            changed: Condvar::new(),
            admitted: Counter::default(),
            refused: Counter::default(),
            wait: Timings::default(),
        });
        let mut crew = Self { name, queue, threads: Vec::new() };
        for n in 0..threads.get() {
            let (queue, mut state) = (Arc::clone(&crew.queue), state());
            let work = move || {
                while let Some(job) = queue.next() {
                    // A panic is a bug; the one who waits learns of it by the answer that never comes.
                    let _ = catch_unwind(AssertUnwindSafe(|| job(&mut state)));
                }
                drop(state);
                queue.leave();
            };
            let thread = thread::Builder::new().name(format!("{name}-{n}")).spawn(work)?;
            crew.queue.waiting().present += 1;
            crew.threads.push(thread.thread().id());
        }
        Ok(crew)
    }

    /// Queues a job; `false` when too many wait already.
    pub(super) fn admit(&self, job: Job<S>) -> bool {
        let waiting = self.queue.waiting();
        let admitted = waiting.jobs.len() < self.queue.limit;
        if admitted {
            let last = waiting.jobs.len();
            self.queue.let_in(waiting, last, job);
        } else {
            self.queue.refused.count();
        }
        admitted
    }

    /// The queue, for jobs that come again by themselves.
    pub(super) fn queue(&self) -> &Arc<Queue<S>> {
        &self.queue
    }

    /// How the queue stands, and what was counted since the crew was hired.
    pub(super) fn state(&self) -> DoorState {
        let queue = &*self.queue;
        DoorState {
            door: self.name,
            waiting: queue.waiting().jobs.len(),
            limit: queue.limit,
            admitted: queue.admitted.value(),
            refused: queue.refused.value(),
            wait: queue.wait.spread(),
        }
    }
}

impl<S> Queue<S> {
    /// Queues a job however many wait, behind the first of them: for the few that do the work of others who have been
    /// counted. So those take turns with all the rest, and neither holds up the other.
    pub(super) fn insist(&self, job: Job<S>) {
        let waiting = self.waiting();
        let place = waiting.jobs.len().min(1);
        self.let_in(waiting, place, job);
    }

    fn let_in(&self, mut waiting: MutexGuard<'_, Waiting<S>>, place: usize, job: Job<S>) {
        waiting.jobs.insert(place, (Instant::now(), job));
        self.admitted.count();
        self.changed.notify_one();
    }

    /// The next job, when there is one; `None` once the crew was dismissed and nothing is left to do.
    fn next(&self) -> Option<Job<S>> {
        let mut waiting = self.waiting();
        loop {
            if let Some((admitted_at, job)) = waiting.jobs.pop_front() {
                self.wait.record(admitted_at.elapsed());
                return Some(job);
            }
            if waiting.closed {
                return None;
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn leave(&self) {
        self.waiting().present -= 1;
        self.changed.notify_all();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<S>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Drop for Crew<S> {
    /// Dismisses the threads once they have done what waits, and waits for them: what they hold is then let go of,
    /// such as connections that SQLite folds its log into the database with.
    fn drop(&mut self) {
        let mut waiting = self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.closed = true;
        self.queue.changed.notify_all();
        // The last job may itself have held the last handle of the crew; a thread does not wait for itself.
        let ourselves = usize::from(self.threads.contains(&thread::current().id()));
        let some_are_here = |waiting: &mut Waiting<S>| waiting.present > ourselves;
        drop(self.queue.changed.wait_timeout_while(waiting, FAREWELL, some_are_here));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_full_queue_refuses_and_a_panic_leaves_the_thread_at_work() {
        let crew = Crew::hire("test", NonZeroUsize::MIN, 1, || 0).unwrap();
        let (started, is_started) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        assert!(crew.admit(Box::new(move |_| {
            started.send(()).unwrap();
            released.recv().unwrap();
            panic!("on purpose");
        })));
        is_started.recv().unwrap();
        let (done, is_done) = mpsc::channel();
        assert!(crew.admit(Box::new(move |_| done.send(()).unwrap())), "one may wait");
        assert!(!crew.admit(Box::new(|_| ())), "a second one may not");
        let full = crew.state();
        assert_eq!((full.door, full.waiting, full.limit), ("test", 1, 1));
        assert_eq!((full.admitted, full.refused, full.wait.count()), (2, 1, 1));
        release.send(()).unwrap();
        is_done.recv().unwrap();
        let empty = crew.state();
        assert_eq!((empty.waiting, empty.admitted, empty.refused, empty.wait.count()), (0, 2, 1, 2));
    }

    #[test]
    fn what_waits_is_done_before_the_threads_leave() {
        let (done, is_done) = mpsc::channel();
        let crew = Crew::hire("test", NonZeroUsize::MIN, 100, || ()).unwrap();
        for n in 0..100 {
            let done = done.clone();
            assert!(crew.admit(Box::new(move |()| done.send(n).unwrap())));
        }
        drop((crew, done));
        assert_eq!(is_done.iter().count(), 100);
    }
}
