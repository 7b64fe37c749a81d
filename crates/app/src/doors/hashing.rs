//! The door to password hashing.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use anteroom_auth::password::HashMemory;

use super::asker::through;
use super::queue::Crew;
use crate::Error;
use crate::measure::{Spread, Timings};
use crate::observe::DoorState;

/// Threads that hash, each with memory of its own once it has hashed.
///
/// A hash takes 20 ms of a core, a check of a session microseconds. Where there are not cores enough for both, hashing
/// waits: its threads have a lower priority than those that serve.
pub(super) struct Hashing {
    crew: Crew<Option<HashMemory>>,
    took: Arc<Timings>,
}

impl Hashing {
    pub(super) fn open(threads: NonZeroUsize, queue: usize) -> Result<Self, std::io::Error> {
        Ok(Self { crew: Crew::hire("password-hash", threads, queue, || None)?, took: Arc::default() })
    }

    /// Runs work that hashes one password, without a limit of time: hashing never gets stuck, and a storm of sign-ins is
    /// bounded by the queue.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut HashMemory) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let took = Arc::clone(&self.took);
        let run = move |memory: &mut Option<HashMemory>| {
            let memory = memory.get_or_insert_with(|| {
                step_back();
                HashMemory::new()
            });
            let begun_at = Instant::now();
            let done = work(memory);
            took.record(begun_at.elapsed());
            done
        };
        through(&self.crew, "password-hash", None, run).await
    }

    /// How the queue stands.
    pub(super) fn state(&self) -> DoorState {
        self.crew.state()
    }

    /// How long hashing took, waiting not included.
    pub(super) fn took(&self) -> Spread {
        self.took.spread()
    }
}

/// Gives this thread a tenth of the weight of the others where they compete for a core. One that may not goes on as it is.
#[cfg(target_os = "linux")]
fn step_back() {
    use rustix::process::{getpriority_process, setpriority_process};
    const NICENESS: i32 = 10;
    // To Linux the calling process, in these calls, is the calling thread.
    let changed = getpriority_process(None).and_then(|now| setpriority_process(None, now.max(NICENESS)));
    if let Err(error) = changed {
        tracing::warn!(%error, "cannot lower the priority of password hashing");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn only_the_threads_that_hash_step_back() {
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let before = niceness();
        let hashing = Hashing::open(NonZeroUsize::MIN, 1).unwrap();
        let (told, tells) = channel();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let hashed = runtime.block_on(hashing.run(move |_| {
            told.send(niceness()).unwrap();
            Ok(())
        }));
        assert!(hashed.is_ok());
        assert_eq!(tells.recv().unwrap(), before.max(10));
        assert_eq!(niceness(), before);
    }
}
