//! A database that goes away and comes back.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration as Wait;

use anteroom_app::{App, DoorSizes, MemorySettings, Parts, Settings, set_up};
use anteroom_auth::keys::{Keys, MasterKey};
use anteroom_auth::password::PasswordPolicy;
use anteroom_domain::job::JobLease;
use anteroom_domain::session::Lifetimes;
use anteroom_jobs::{Ended, Failure, NotBegun};
use anteroom_mail::{FileTransport, Templates};
use anteroom_oauth::OAuth;
use anteroom_store::sql::{SqlOptions, SqlStore};
use anteroom_store::{Feed, Listener, Mode, PoolState, Store, StoreError, Unit};
use anteroom_testkit::clock::ManualClock;
use anteroom_testkit::random::SeededRandom;
use time::Duration;

use crate::support::{Batches, Counted, holder, numbers, record, runner};

/// A database whose connection a test can cut.
#[derive(Debug)]
struct Cable {
    database: SqlStore,
    is_cut: AtomicBool,
}

impl Store for Cable {
    fn begin(&self, mode: Mode) -> Result<Box<dyn Unit + '_>, StoreError> {
        if self.is_cut.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("the cable is cut".into()));
        }
        self.database.begin(mode)
    }

    fn listen(&self, listener: Weak<dyn Listener>) {
        self.database.listen(listener);
    }

    fn feed(&self) -> Result<Box<dyn Feed>, StoreError> {
        self.database.feed()
    }

    fn pool(&self) -> PoolState {
        self.database.pool()
    }
}

struct World {
    app: App,
    clock: ManualClock,
    cable: Arc<Cable>,
}

impl World {
    fn on(url: &str) -> Self {
        let database = SqlStore::open(&SqlOptions::new(url)).unwrap();
        database.migrate().unwrap();
        let doors = DoorSizes::for_connections(database.connections());
        let cable = Arc::new(Cable { database, is_cut: AtomicBool::new(false) });
        let (clock, random) = (ManualClock::new(), Arc::new(SeededRandom::new(1)));
        let keys = Keys::derive(&MasterKey::generate(&*random));
        let jwt = set_up(&*cable, &keys, &clock, &*random).unwrap();
        let settings = Settings {
            issuer: "http://anteroom.test".to_owned(),
            lifetimes: Lifetimes::default(),
            signing_key_period: None,
            passwords: PasswordPolicy::default(),
            failures_per_account: None,
            doors,
            memory: MemorySettings::default(),
        };
        let store = Arc::<Cable>::clone(&cable);
        let mail = Arc::new(FileTransport::new(std::env::temp_dir().join("anteroom-away")));
        let shown = Arc::new(clock.clone());
        let templates = Templates::built_in();
        let oauth = OAuth::new(false);
        let app =
            App::new(Parts { store, clock: shown, random, mail, templates, oauth, keys, jwt, settings })
                .unwrap();
        Self { app, clock, cable }
    }

    fn cut(&self, is_cut: bool) {
        self.cable.is_cut.store(is_cut, Ordering::SeqCst);
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn warnings(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| line.contains("WARN")).map(str::to_owned).collect()
    }
}

/// Runs a test on both databases, with its log.
fn on_both<F: Future<Output = ()>>(test: impl Fn(World, Log) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("anteroom.db").display());
    for url in [Some(file), anteroom_testkit::postgres::database()].into_iter().flatten() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(test(World::on(&url), log));
    }
}

#[test]
fn while_nobody_can_tell_what_is_due_nothing_is_run_and_the_log_says_so_once() {
    on_both(async |world, log| {
        let counted = Counted::default();
        let runner = runner(&world.app, "ada", vec![counted.job()]);
        for outage in 1..=2 {
            world.cut(true);
            for _ in 0..5 {
                let pause = runner.run_due().await;
                assert!(pause >= Wait::from_mins(1), "{pause:?}");
            }
            assert_eq!(counted.count(), outage - 1);
            assert_eq!(log.warnings().len(), outage, "{:?}", log.warnings());
            world.cut(false);
            runner.run_due().await;
            assert_eq!(counted.count(), outage);
            world.clock.advance(Duration::HOUR);
        }
        let warning = log.warnings().remove(0);
        assert!(warning.contains("database is unavailable: the cable is cut"), "{warning}");
    });
}

#[test]
fn a_job_that_loses_its_database_is_run_again_when_its_lease_is_over() {
    on_both(async |world, log| {
        let (batches, counted) = (Batches::default(), Counted::default());
        let runner = runner(&world.app, "ada", vec![batches.job(), counted.job()]);
        let test = async {
            batches.have_begun().await;
            world.cut(true);
            // The next thing it does is to extend its lease.
            world.clock.advance(Duration::minutes(3));
            batches.end_one();
        };
        futures_util::future::join(runner.run_due(), test).await;
        assert_eq!((numbers(&runner, "batches").failed, counted.count()), (1, 0));
        assert!(
            log.warnings().iter().any(|line| line.contains("job batches failed")),
            "{:?}",
            log.warnings()
        );
        let unwritten = "the failure of job batches is not written down";
        assert!(log.warnings().iter().any(|line| line.contains(unwritten)), "{:?}", log.warnings());
        assert!(matches!(runner.run_now("counted").await, Err(NotBegun::Error(_))));

        world.cut(false);
        runner.run_due().await;
        assert_eq!(counted.count(), 1, "what nobody has is run as soon as the database answers");
        assert_eq!(holder(&world.app, "batches").await.as_deref(), Some("ada"), "it could not be given back");
        world.clock.advance(JobLease::LIFE - Duration::minutes(3));
        tokio::select! {
            _ = runner.run_due() => panic!("it has no end"),
            () = batches.have_begun() => {}
        }
        assert_eq!(record(&world.app, "batches").await.unwrap().runs, 0);
    });
}

#[test]
fn a_job_that_is_broken_off_without_its_database_is_not_said_to_be_given_back() {
    on_both(async |world, log| {
        let batches = Batches::default();
        let runner = runner(&world.app, "ada", vec![batches.job()]);
        let test = async {
            batches.have_begun().await;
            world.cut(true);
            runner.stop();
            batches.end_one();
        };
        let (ended, ()) = futures_util::future::join(runner.run_now("batches"), test).await;
        let Ok(Ended::Failed(failure @ Failure::NotGivenBack(_))) = ended else { panic!("{ended:?}") };
        assert!(failure.with_causes().contains("not given back: "), "{}", failure.with_causes());
        assert!(failure.with_causes().contains("the cable is cut"), "{}", failure.with_causes());
        assert_eq!((numbers(&runner, "batches").failed, numbers(&runner, "batches").stopped), (1, 0));
        world.cut(false);
        assert_eq!(holder(&world.app, "batches").await.as_deref(), Some("ada"));
        assert_eq!(log.warnings(), Vec::<String>::new(), "whoever ran it by hand is told instead");
    });
}
