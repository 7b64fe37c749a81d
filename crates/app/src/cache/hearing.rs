//! What other processes change, as the feed tells it.

use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anteroom_store::{Changes, Feed, Listener, Store, StoreError};

use super::Freshness;

/// How long something in memory may be used after it was read, or after the feed has told the last time of what others
/// change. With the time that it takes to answer it stays below a second.
pub(crate) const BOUND: Duration = Duration::from_millis(900);

/// How often the feed is asked.
const PERIOD: Duration = Duration::from_millis(100);

/// How long the end of the thread is waited for.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long it takes until a lost feed is looked for again.
const RETRY: Duration = Duration::from_millis(200);

/// As of when it is known what others have changed.
pub(super) struct Hearing {
    /// Moments are counted from here.
    begun: Instant,
    /// In nanoseconds; 0 is never.
    as_of: AtomicU64,
}

impl Hearing {
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), as_of: AtomicU64::new(0) }
    }

    /// Everything that was committed before `as_of` has been heard, and noted.
    pub(super) fn note(&self, as_of: Instant) {
        self.as_of.fetch_max(self.count(as_of), Ordering::SeqCst);
    }

    /// Whether what was read at `read_at` may still be used.
    pub(super) fn reaches(&self, read_at: Instant) -> bool {
        let now = self.count(Instant::now());
        let known = self.as_of.load(Ordering::SeqCst).max(self.count(read_at));
        u128::from(now.saturating_sub(known)) <= BOUND.as_nanos()
    }

    /// How long ago the last moment is that is known; `None` before there is one.
    pub(super) fn age(&self) -> Option<Duration> {
        let as_of = self.as_of.load(Ordering::SeqCst);
        (as_of > 0).then(|| self.begun.elapsed().saturating_sub(Duration::from_nanos(as_of)))
    }

    fn count(&self, moment: Instant) -> u64 {
        u64::try_from(moment.saturating_duration_since(self.begun).as_nanos()).unwrap_or(u64::MAX)
    }
}

/// The thread that listens to the feed. It ends when this is dropped.
pub(crate) struct Listening {
    /// Dropped, it ends the thread.
    end: Option<Sender<Infallible>>,
    /// Closed by the thread when it has let go of everything. Behind a lock only because a receiver is for one thread.
    ended: Mutex<Receiver<Infallible>>,
}

impl Listening {
    /// Starts to listen.
    pub(crate) fn start(store: &Arc<dyn Store>, freshness: &Arc<Freshness>) -> Result<Self, std::io::Error> {
        let (store, freshness) = (Arc::clone(store), Arc::clone(freshness));
        let ((end, ends), (has_ended, ended)) = (mpsc::channel(), mpsc::channel());
        thread::Builder::new().name("change-feed".to_owned()).spawn(move || {
            listen(&*store, &freshness, &ends);
            drop(store);
            drop::<Sender<Infallible>>(has_ended);
        })?;
        Ok(Self { end: Some(end), ended: Mutex::new(ended) })
    }
}

/// Waits; whether whoever holds the other end has dropped it meanwhile.
fn is_over_within(time: Duration, end: &Receiver<Infallible>) -> bool {
    end.recv_timeout(time) == Err(RecvTimeoutError::Disconnected)
}

impl Drop for Listening {
    /// Ends the thread and waits for it, so that the connection it may hold last is closed and SQLite folds its log into the
    /// database. A thread that is stuck inside the database ends with the process.
    fn drop(&mut self) {
        drop(self.end.take());
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = ended.recv_timeout(FAREWELL);
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listening")
    }
}

fn listen(store: &dyn Store, freshness: &Freshness, end: &Receiver<Infallible>) {
    let mut is_known_to_be_lost = false;
    loop {
        let error = match hear_all(store, freshness, end, &mut is_known_to_be_lost) {
            Ok(()) => return,
            Err(error) => error,
        };
        if !is_known_to_be_lost {
            tracing::warn!(
                error = %crate::Error::from(error).with_causes(),
                "cannot hear what other servers change: what is in memory is used for less than a second now"
            );
            is_known_to_be_lost = true;
        }
        if is_over_within(RETRY, end) {
            return;
        }
    }
}

/// Listens until it is over, or the feed is lost.
fn hear_all(
    store: &dyn Store,
    freshness: &Freshness,
    end: &Receiver<Infallible>,
    is_known_to_be_lost: &mut bool,
) -> Result<(), StoreError> {
    let mut feed = store.feed()?;
    // What was changed before the feed was open has been heard by nobody.
    freshness.changed(&Changes::Everything);
    hear(&mut *feed, freshness)?;
    if std::mem::take(is_known_to_be_lost) {
        tracing::info!("what other servers change is heard again");
    }
    while !is_over_within(PERIOD, end) {
        hear(&mut *feed, freshness)?;
    }
    Ok(())
}

fn hear(feed: &mut dyn Feed, freshness: &Freshness) -> Result<(), StoreError> {
    let heard = feed.hear()?;
    freshness.changed(&heard.changes);
    freshness.heard_as_of(heard.as_of);
    Ok(())
}
