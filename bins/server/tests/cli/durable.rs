//! With the plug pulled: what was answered is there when the server comes back, and nothing is there by half.

use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anteroom_domain::page::Page;
use anteroom_store::sql::{SqlOptions, SqlStore};
use anteroom_store::{CustomerFilter, CustomerOrder, StoreError, StoreExt};
use anteroom_testkit::plug::half_written;
use time::OffsetDateTime;

use self::client::{Client, Kept};
use crate::metrics;
use crate::sandbox::Sandbox;

mod client;

/// Rounds of the ordinary tests; the soak has more.
const ROUNDS: usize = 20;

/// How many clients open sessions at once, so that what they ask for is written together.
const OPENING: usize = 29;

/// What came of pulling the plug many times.
struct Outcome {
    rounds: usize,
    acknowledged: usize,
    /// From the start of the process until it is ready, shortest first.
    starts: Vec<Duration>,
}

/// How many there are of what is kept for good.
#[derive(Debug)]
struct Totals {
    customers: usize,
    sessions: usize,
}

impl Totals {
    fn of(url: &str) -> Self {
        let store = SqlStore::open(&SqlOptions { connections: 1, ..SqlOptions::new(url) }).unwrap();
        let totals = store.read(|unit| {
            let (start, page) = (OffsetDateTime::UNIX_EPOCH, Page { offset: 0, limit: 1 });
            let mut totals = Self { customers: 0, sessions: 0 };
            for workspace in unit.workspaces()? {
                let customers = unit
                    .customers(workspace.id, &CustomerFilter::default(), &CustomerOrder::default(), page)?
                    .total;
                let sessions = unit.customer_sessions(workspace.id, None, start, page)?.total;
                totals.customers += usize::try_from(customers).unwrap();
                totals.sessions += usize::try_from(sessions).unwrap();
            }
            Ok::<_, StoreError>(totals)
        });
        totals.unwrap()
    }
}

/// Starts a server, lets 32 clients write, kills it, and looks after each time: at what is new and at how much there is
/// in all, so that a round takes as long as the one before, and at the end at everything.
fn pull_plugs(sandbox: Sandbox, url: &str, rounds: usize) -> Outcome {
    let sandbox = sandbox.set("ANTEROOM__DATABASE__URL", url).set(metrics::LISTEN, "127.0.0.1:0");
    let mut starts = Vec::new();
    let (mut groups, mut commands) = (0, 0);
    let (mut words, mut all, mut new) = (None, Vec::new(), Vec::<Kept>::new());
    let mut totals = Totals { customers: 0, sessions: 0 };
    for round in 0..=rounds {
        let begun = Instant::now();
        let mut server = sandbox.serve();
        let (token, key) = words.get_or_insert_with(|| {
            let message = server.out();
            let word =
                |start| message.split_whitespace().find(|word| word.starts_with(start)).unwrap().to_owned();
            (word("anteroom_wat_"), word("pk_"))
        });
        let client = Client::new(server.address(), token, key);
        assert!(client.is_ready(), "{}", server.err());
        starts.push(begun.elapsed());
        let least = Totals {
            customers: totals.customers + new.iter().filter(|kept| kept.is_customer()).count(),
            sessions: totals.sessions + new.iter().filter(|kept| kept.is_session()).count(),
        };
        totals = Totals::of(url);
        assert!(
            totals.customers >= least.customers && totals.sessions >= least.sessions,
            "round {round}: there were {least:?} at least, and there are {totals:?}"
        );
        client.has_all(&new);
        all.append(&mut new);
        if round == rounds {
            client.has_all(&all);
            break;
        }
        let kept = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for writer in 0..2 {
                let (client, kept) = (&client, &kept);
                scope.spawn(move || client.create_customers(&format!("r{round}w{writer}"), kept));
            }
            for _ in 0..OPENING {
                scope.spawn(|| client.open_sessions(&kept));
            }
            scope.spawn(|| client.register(&format!("r{round}"), &kept));
            // Each round ends at another moment, but never before something was written.
            server.wait_for(|_| kept.lock().unwrap().len() > 3 + 5 * (round % 17));
            let scrape = metrics::scrape(&metrics::address(&mut server));
            groups += scrape.count("anteroom_command_groups_total", &[]);
            commands += scrape.count("anteroom_commands_applied_total", &[]);
            server.stop_by("KILL");
        });
        new = kept.into_inner().unwrap();
        assert_eq!(half_written(url), Vec::<String>::new(), "round {round}");
    }
    starts.sort_unstable();
    assert!(all.len() > 4 * rounds);
    assert!(commands > groups, "nobody shared a wait for the disk: {commands} commands in {groups} groups");
    Outcome { rounds, acknowledged: all.len(), starts }
}

fn on_sqlite(rounds: usize) -> Outcome {
    let sandbox = Sandbox::new();
    let url = format!("sqlite:{}", sandbox.path("plug.db").display());
    pull_plugs(sandbox, &url, rounds)
}

/// `None` where PostgreSQL is not installed.
fn on_postgresql(rounds: usize) -> Option<Outcome> {
    Some(pull_plugs(Sandbox::new(), &anteroom_testkit::postgres::database()?, rounds))
}

#[test]
fn rl_03_a_kill_under_load_loses_nothing_that_was_answered() {
    on_sqlite(ROUNDS);
}

#[test]
fn rl_03_a_kill_under_load_on_postgresql_loses_nothing_that_was_answered() {
    on_postgresql(ROUNDS);
}

#[test]
#[ignore = "takes minutes: just soak"]
fn rl_03_soak_on_sqlite() {
    on_sqlite(soak_rounds()).report("SQLite");
}

#[test]
#[ignore = "takes minutes: just soak"]
fn rl_03_soak_on_postgresql() {
    if let Some(outcome) = on_postgresql(soak_rounds()) {
        outcome.report("PostgreSQL");
    }
}

fn soak_rounds() -> usize {
    let rounds = std::env::var_os("ANTEROOM_TEST_ROUNDS").unwrap_or_else(|| "1000".into());
    rounds.to_str().unwrap().parse().unwrap()
}

impl Outcome {
    /// Says on stderr, which the test harness would keep to itself, what was measured. A start takes less than a second.
    fn report(&self, database: &str) {
        let (median, slowest) =
            (self.starts.get(self.starts.len() / 2).unwrap(), self.starts.last().unwrap());
        let line = format!(
            "{database}: {} kills, {} acknowledged writes, none lost, nothing by half; {} starts, median {median:.0?}, \
             slowest {slowest:.0?}\n",
            self.rounds,
            self.acknowledged,
            self.starts.len(),
        );
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        assert!(*slowest < Duration::from_secs(1), "{line}");
    }
}
