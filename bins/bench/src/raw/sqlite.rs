//! A SQLite file in this process: what one thread can insert durably, and read by key.

use std::time::Duration;

use super::{again, figure};
use crate::figure::Figure;
use crate::limit::create::sqlite::{self, Sqlite};
use crate::limit::create::{Row, Writer, customers};

/// How many batches are written before the clock runs.
const WARM_UP: usize = 100;
/// How many sessions are there to be read.
const SESSIONS: usize = 100_000;

/// Transactions of that many rows.
pub(super) fn inserts(database: &str, rows: usize, length: Duration) -> anyhow::Result<Figure> {
    let customers = customers();
    sqlite::prepare(database, &customers)?;
    let mut writer = if rows == 1 { Sqlite::open_alone(database)? } else { Sqlite::open(database)? };
    let mut next = customers.iter().cycle();
    let mut write = |rows: usize| {
        let batch: Vec<_> = next.by_ref().take(rows).map(|customer| Row::new(*customer).0).collect();
        writer.write(&batch)?;
        writer.between()
    };
    // A log that grows costs more than one that is written again, and a server's has grown before.
    (0..WARM_UP).try_for_each(|_| write(64))?;
    let took = again(length, || write(rows))?;
    figure(took, rows, length)
}

/// Reads of one row.
pub(super) fn reads(database: &str, length: Duration) -> anyhow::Result<Figure> {
    let customers = customers();
    sqlite::prepare(database, &customers)?;
    let mut file = Sqlite::open(database)?;
    let sessions: Vec<_> =
        customers.iter().cycle().take(SESSIONS).map(|customer| Row::new(*customer).0).collect();
    file.write(&sessions)?;
    // In an order of their own: the hashes have nothing to do with each other.
    let mut next = sessions.iter().cycle();
    let took =
        again(length, || next.next().map_or(Ok(()), |row| file.customer_of(row.token_hash()).map(drop)))?;
    figure(took, 1, length)
}
