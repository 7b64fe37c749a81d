//! Who waits at a door for the answer of a job.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::queue::Crew;
use super::watch::{Waiter, Watch};
use crate::Error;

/// Somebody who waits for the answer of a job. Dropped without one, it leaves them with [`Error::Panicked`].
pub(super) struct Asker<T> {
    door: &'static str,
    answer: Mutex<Option<oneshot::Sender<Result<T, Error>>>>,
}

/// The answer, once there is one.
pub(super) struct Answer<T> {
    door: &'static str,
    answered: oneshot::Receiver<Result<T, Error>>,
}

impl<T> Asker<T> {
    /// Somebody at that door, and what they wait for.
    pub(super) fn at(door: &'static str) -> (Arc<Self>, Answer<T>) {
        let (answer, answered) = oneshot::channel();
        (Arc::new(Self { door, answer: Mutex::new(Some(answer)) }), Answer { door, answered })
    }

    /// Whether nobody waits any more: the request was given up, or was answered before its turn came.
    pub(super) fn has_gone(&self) -> bool {
        self.answer().as_ref().is_none_or(oneshot::Sender::is_closed)
    }

    /// Answers, unless there has been an answer.
    pub(super) fn tell(&self, answer: Result<T, Error>) {
        if let Some(waiting) = self.answer().take() {
            let _ = waiting.send(answer);
        }
    }

    fn answer(&self) -> MutexGuard<'_, Option<oneshot::Sender<Result<T, Error>>>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send> Waiter for Asker<T> {
    fn give_up(&self) {
        self.tell(Err(Error::TimedOut { door: self.door }));
    }
}

impl<T> Answer<T> {
    /// Waits for it.
    pub(super) async fn come(self) -> Result<T, Error> {
        self.answered.await.unwrap_or(Err(Error::Panicked { door: self.door }))
    }
}

/// Takes a job through a door and waits for its answer, on watch or as long as it takes.
pub(super) async fn through<S: Send + 'static, T: Send + 'static>(
    crew: &Crew<S>,
    door: &'static str,
    watch: Option<&Watch>,
    run: impl FnOnce(&mut S) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (asker, answer) = Asker::at(door);
    let waiter = Arc::downgrade(&asker);
    let admitted = crew.admit(Box::new(move |state| {
        if !asker.has_gone() {
            asker.tell(run(state));
        }
    }));
    if !admitted {
        return Err(Error::Overloaded { door });
    }
    if let Some(watch) = watch {
        watch.expect(waiter);
    }
    answer.come().await
}
