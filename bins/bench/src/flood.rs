//! An open loop: requests go out when they are due, and how long one took counts from then on.

mod connection;
mod requests;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::cli::Flood;
use crate::raw::figure;
use connection::Connection;

/// What was seen.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// How many requests went out a second.
    pub(crate) sent: f64,
    /// How many were answered well a second.
    pub(crate) good: f64,
    /// Of those, the median in milliseconds from when they were due.
    pub(crate) p50: f64,
    /// Of a hundred of those one takes longer.
    pub(crate) p99: f64,
    /// How many answers had each status; 0 where the connection broke.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// How many answers with 503 did not say when to come again.
    pub(crate) silent: u64,
}

/// What is counted while it runs.
#[derive(Default)]
struct Count {
    /// How many somebody has taken, to send them when they are due.
    taken: Cell<u64>,
    sent: Cell<u64>,
    took: RefCell<Vec<Duration>>,
    statuses: RefCell<BTreeMap<u16, u64>>,
    silent: Cell<u64>,
}

/// Asks, and prints what it saw as JSON.
pub(crate) fn run(flood: &Flood) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let seen = LocalSet::new().block_on(&runtime, ask(flood))?;
    println!("{}", serde_json::to_string(&seen)?);
    Ok(())
}

async fn ask(flood: &Flood) -> anyhow::Result<Seen> {
    let requests = Rc::new(requests::of(flood.ask, &flood.tokens)?);
    let count = Rc::new(Count::default());
    let (begun_at, length) = (Instant::now(), Duration::from_secs(flood.seconds.into()));
    let period = Duration::from_secs_f64(1.0 / flood.rate);
    let tasks: Vec<_> = (0..flood.connections)
        .map(|_| {
            spawn_local(keep_asking(
                flood.port,
                Rc::clone(&requests),
                Rc::clone(&count),
                begun_at,
                period,
                length,
            ))
        })
        .collect();
    // What is not answered by then counts for nothing, and its connection ends.
    let all = async {
        for task in tasks {
            task.await??;
        }
        anyhow::Ok(())
    };
    if let Ok(ended) = timeout_at(begun_at + length, all).await {
        ended?;
    }
    let figure = figure(count.took.take(), 1, length)?;
    let sent = crate::figure::float(count.sent.get()) / length.as_secs_f64();
    let (statuses, silent) = (count.statuses.take(), count.silent.get());
    Ok(Seen { sent, good: figure.rate, p50: figure.p50, p99: figure.p99, statuses, silent })
}

/// Takes the next request that is due, again and again.
async fn keep_asking(
    port: u16,
    requests: Rc<Vec<String>>,
    count: Rc<Count>,
    begun_at: Instant,
    period: Duration,
    length: Duration,
) -> anyhow::Result<()> {
    let mut connection = None;
    loop {
        let number = count.taken.get();
        let due = begun_at + period.mul_f64(crate::figure::float(number));
        if due >= begun_at + length {
            return Ok(());
        }
        count.taken.set(number + 1);
        sleep_until(due).await;
        count.sent.set(count.sent.get() + 1);
        let place = usize::try_from(number)? % requests.len();
        let Some(request) = requests.get(place) else { return Ok(()) };
        let answer = match connection.take() {
            Some(open) => Connection::ask(open, request).await,
            None => match Connection::open(port).await {
                Ok(open) => Connection::ask(open, request).await,
                Err(error) => Err(error),
            },
        };
        let status = match answer {
            Ok((open, answer)) => {
                connection = open;
                if answer.status < 300 {
                    count.took.borrow_mut().push(due.elapsed());
                }
                if answer.status == 503 && !answer.says_when {
                    count.silent.set(count.silent.get() + 1);
                }
                answer.status
            }
            Err(_broken) => 0,
        };
        *count.statuses.borrow_mut().entry(status).or_default() += 1;
    }
}
