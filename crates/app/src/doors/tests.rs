//! The doors in front of a database that is away.

mod groups;

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, Weak};

use anteroom_store::{Feed, Listener, NobodyElse, PoolState, StoreError};
use futures_util::future::join_all;

/// A database that is away, and takes as long to be found out as the test wants.
#[derive(Debug)]
struct Away {
    /// Whether it is only for writing that it is away, and units write in turn.
    is_read: bool,
    asked: AtomicUsize,
    begun: Sender<()>,
    answer: Mutex<Receiver<()>>,
}

impl Store for Away {
    fn begin(&self, mode: Mode) -> Result<Box<dyn Unit + '_>, StoreError> {
        if self.is_read && mode == Mode::Read {
            return Err(StoreError::Corrupt("for the test"));
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.begun.send(()).unwrap();
        self.answer.lock().unwrap().recv().unwrap();
        Err(StoreError::Unavailable("away".into()))
    }

    fn listen(&self, _: Weak<dyn Listener>) {}

    fn feed(&self) -> Result<Box<dyn Feed>, StoreError> {
        Ok(Box::new(NobodyElse))
    }

    fn pool(&self) -> PoolState {
        PoolState { in_use: 0, idle: 0, limit: 1 }
    }

    fn writes_in_turn(&self) -> bool {
        self.is_read
    }
}

/// One thread for a database that is away, which begins to be found out when the receiver says so and ends when
/// the sender does; another one for reading, if that is still possible.
fn doors(patience: Duration, is_read: bool) -> (Doors, Arc<Away>, Receiver<()>, Sender<()>) {
    let ((begun, has_begun), (go_on, answer)) = (channel(), channel());
    let away = Arc::new(Away { is_read, asked: AtomicUsize::new(0), begun, answer: Mutex::new(answer) });
    let store: Arc<dyn Store> = Arc::<Away>::clone(&away);
    let one = NonZeroUsize::MIN;
    let sizes = DoorSizes {
        database_threads: if is_read { one.saturating_add(1) } else { one },
        database_queue: 20,
        database_patience: patience,
        hash_threads: one,
        hash_queue: 1,
    };
    (Doors::open(&store, sizes).unwrap(), away, has_begun, go_on)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

#[test]
fn those_who_waited_for_a_database_that_is_away_are_refused_together() {
    let (doors, away, has_begun, go_on) = doors(Duration::from_mins(10), false);
    let ask = || doors.db(Mode::Read, |_| Ok(()));
    let runtime = runtime();
    let answers = runtime.block_on(async {
        let mut waiting = Box::pin(join_all((0..20).map(|_| ask())));
        // All of them are in the queue once they have been polled.
        assert!(futures_util::poll!(&mut waiting).is_pending());
        has_begun.recv().unwrap();
        go_on.send(()).unwrap();
        waiting.await
    });
    assert!(matches!(answers.first(), Some(Err(Error::Unavailable(_)))));
    assert!(
        answers.iter().skip(1).all(|answer| matches!(answer, Err(Error::Overloaded { door: "database" })))
    );
    assert_eq!(away.asked.load(Ordering::SeqCst), 1, "one has found out for all");

    go_on.send(()).unwrap();
    let later = runtime.block_on(ask());
    assert!(matches!(later, Err(Error::Unavailable(_))), "who comes later asks anew");
}

#[test]
fn behind_a_stuck_thread_everybody_is_answered_and_the_queue_has_an_end() {
    let (doors, away, has_begun, go_on) = doors(Duration::from_millis(50), false);
    let ask = || doors.db(Mode::Write, |_| Ok(()));
    let runtime = runtime();
    let first = runtime.block_on(ask());
    assert!(matches!(first, Err(Error::TimedOut { door: "database" })), "{first:?}");
    has_begun.recv().unwrap();
    let answers = runtime.block_on(join_all((0..30).map(|_| ask())));
    let refused = |answer: &Result<(), Error>| matches!(answer, Err(Error::Overloaded { .. }));
    let given_up = |answer: &Result<(), Error>| matches!(answer, Err(Error::TimedOut { .. }));
    let count = |which: &dyn Fn(&Result<(), Error>) -> bool| answers.iter().filter(|a| which(a)).count();
    assert_eq!((count(&given_up), count(&refused)), (20, 10), "20 may wait");

    // Background work waits as long as it takes, and once the thread comes back the abandoned ones are passed over.
    go_on.send(()).unwrap();
    while doors.database.waiting() > 0 {
        std::thread::yield_now();
    }
    let background = runtime.block_on(async {
        let mut asked = Box::pin(doors.db_in_background(Mode::Read, |_| Ok(())));
        assert!(futures_util::poll!(&mut asked).is_pending());
        has_begun.recv().unwrap();
        assert!(matches!(ask().await, Err(Error::TimedOut { .. })));
        assert!(futures_util::poll!(&mut asked).is_pending());
        go_on.send(()).unwrap();
        asked.await
    });
    assert!(matches!(background, Err(Error::Unavailable(_))));
    assert_eq!(away.asked.load(Ordering::SeqCst), 2, "nobody who had gone was served");
}

#[test]
fn who_reads_does_not_wait_for_those_who_cannot_write() {
    let (doors, away, has_begun, go_on) = doors(Duration::from_mins(10), true);
    runtime().block_on(async {
        let mut writing = Box::pin(join_all((0..10).map(|_| doors.db(Mode::Write, |_| Ok(())))));
        assert!(futures_util::poll!(&mut writing).is_pending());
        has_begun.recv().unwrap();
        for _ in 0..10 {
            let read = doors.db(Mode::Read, |_| Ok(())).await;
            assert!(matches!(read, Err(Error::Store(StoreError::Corrupt(_)))), "{read:?}");
        }
        go_on.send(()).unwrap();
        assert!(writing.await.iter().all(Result::is_err));
    });
    assert_eq!(away.asked.load(Ordering::SeqCst), 1);
}

/// A command that the database is away for; nothing of it matters.
fn any_command() -> Command {
    Command::NoteUses { sessions: vec![], tokens: vec![] }
}

#[test]
fn commands_that_waited_for_a_database_that_is_away_are_refused_together() {
    let (doors, away, has_begun, go_on) = doors(Duration::from_mins(10), false);
    let answers = runtime().block_on(async {
        let mut waiting = Box::pin(join_all((0..20).map(|_| doors.submit(any_command()))));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        has_begun.recv().unwrap();
        go_on.send(()).unwrap();
        waiting.await
    });
    let away_for = answers.iter().filter(|answer| matches!(answer, Err(Error::Unavailable(_)))).count();
    assert!(away_for >= 1, "{answers:?}");
    let refused = answers.iter().filter(|answer| matches!(answer, Err(Error::Overloaded { .. }))).count();
    assert_eq!(away_for + refused, 20);
    assert_eq!(away.asked.load(Ordering::SeqCst), 1, "one has found out for all");
    assert_eq!(doors.outages(), 20);
    assert_eq!(doors.groups().commands, 0);
}
