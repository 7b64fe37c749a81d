//! The ceiling of creations: a token, its hash, one row of a grouped durable insert, a body.

mod postgres;
pub(crate) mod sqlite;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data};
use anteroom_app::OsRandom;
use anteroom_domain::Random;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use crate::cli::Ceiling;

pub(crate) use postgres::TABLES as POSTGRES_TABLES;

/// How many rows a batch has at most.
const BATCH: usize = 64;
/// How many customers there are.
const CUSTOMERS: usize = 10_000;

fn random<const N: usize>() -> [u8; N] {
    let random: &dyn Random = &OsRandom;
    random.bytes()
}

/// A row of sessions.
pub(crate) struct Row {
    token_hash: Vec<u8>,
    customer: [u8; 16],
    created_at: i64,
    expires_at: i64,
}

/// Writes the rows of a batch durably.
pub(crate) trait Writer: Send {
    fn write(&mut self, batch: &[Row]) -> anyhow::Result<()>;

    /// Whatever has to be done now and then; nobody waits for it but the next batch.
    fn between(&mut self) -> anyhow::Result<()> {
        Ok(())
    }
}

/// A row with the way back to who waits for it.
struct Job {
    row: Row,
    done: oneshot::Sender<()>,
}

struct Sessions {
    queue: Sender<Job>,
    customers: Vec<[u8; 16]>,
    body: usize,
}

/// Serves until it is ended.
pub(crate) fn run(ceiling: &Ceiling) -> anyhow::Result<()> {
    let customers = customers();
    let (queue, jobs) = channel();
    let jobs = Arc::new(Mutex::new(jobs));
    prepare(&ceiling.database, &customers)?;
    for _ in 0..ceiling.writers {
        let (writer, jobs) = (writer(&ceiling.database)?, Arc::clone(&jobs));
        thread::spawn(move || write_all(writer, &jobs));
    }
    let sessions = Data::new(Sessions { queue, customers, body: ceiling.body });
    super::serve(ceiling.port, move |service| {
        service.app_data(sessions.clone()).route("/api/customer-sessions/", web::post().to(create));
    })
}

/// Makes the tables, with the customers that sessions refer to.
fn prepare(database: &str, customers: &[[u8; 16]]) -> anyhow::Result<()> {
    if database.starts_with("sqlite:") {
        sqlite::prepare(database, customers)
    } else {
        postgres::prepare(database, customers)
    }
}

fn writer(database: &str) -> anyhow::Result<Box<dyn Writer>> {
    Ok(if database.starts_with("sqlite:") {
        Box::new(sqlite::Sqlite::open(database)?)
    } else {
        Box::new(postgres::Postgres::open(database)?)
    })
}

/// Takes what waits, never waits for more, and answers when it is durable.
fn write_all(mut writer: Box<dyn Writer>, jobs: &Mutex<Receiver<Job>>) {
    loop {
        let batch: Vec<Job> = {
            let jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
            let Ok(first) = jobs.recv() else { return };
            std::iter::once(first).chain(jobs.try_iter().take(BATCH - 1)).collect()
        };
        let (rows, waiting): (Vec<_>, Vec<_>) = batch.into_iter().map(|job| (job.row, job.done)).unzip();
        match writer.write(&rows) {
            // Whoever has gone meanwhile hears nothing.
            Ok(()) => waiting.into_iter().for_each(|done| {
                let _ = done.send(());
            }),
            Err(error) => eprintln!("a batch failed: {error:#}"),
        }
        if let Err(error) = writer.between() {
            eprintln!("between batches: {error:#}");
        }
    }
}

impl Row {
    /// What the session is known by.
    pub(crate) fn token_hash(&self) -> &[u8] {
        &self.token_hash
    }

    /// A session of that customer, and the token that it is known by.
    pub(crate) fn new(customer: [u8; 16]) -> (Self, [u8; 32]) {
        let token = random();
        let row = Self {
            token_hash: Sha256::digest(token).to_vec(),
            customer,
            created_at: 1_790_000_000_000_000,
            expires_at: 1_790_003_600_000_000,
        };
        (row, token)
    }
}

/// Identifiers of customers.
pub(crate) fn customers() -> Vec<[u8; 16]> {
    (0..CUSTOMERS).map(|_| random()).collect()
}

async fn create(sessions: Data<Sessions>) -> HttpResponse {
    let [first, second] = random();
    let number = usize::from(first) * 256 + usize::from(second);
    let Some(customer) = sessions.customers.get(number % CUSTOMERS) else {
        return HttpResponse::InternalServerError().finish();
    };
    let (row, token) = Row::new(*customer);
    let (done, written) = oneshot::channel();
    if sessions.queue.send(Job { row, done }).is_err() || written.await.is_err() {
        return HttpResponse::InternalServerError().finish();
    }
    let mut body = Vec::with_capacity(sessions.body + 2);
    body.extend_from_slice(b"\"");
    body.extend(token.iter().map(|byte| b'a' + byte % 26));
    body.resize(sessions.body.saturating_sub(1), b'.');
    body.extend_from_slice(b"\"");
    HttpResponse::Created().content_type("application/json").body(Bytes::from(body))
}
