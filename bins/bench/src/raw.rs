//! What the machine can do without HTTP.

mod hashes;
pub(crate) mod pgbench;
mod sqlite;

use std::time::{Duration, Instant};

use crate::cli::Raw;
use crate::figure::{Figure, float};

/// Measures one thing and prints it.
pub(crate) fn run(raw: &Raw) -> anyhow::Result<()> {
    let figure = match raw {
        Raw::SqliteInserts { database, rows, seconds } => sqlite::inserts(database, *rows, length(*seconds))?,
        Raw::SqliteReads { database, seconds } => sqlite::reads(database, length(*seconds))?,
        Raw::Hashes { seconds } => hashes::measure(length(*seconds))?,
    };
    println!("{}", serde_json::to_string(&figure)?);
    Ok(())
}

fn length(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

/// Does something again and again for that long; gives how long each took.
fn again(
    length: Duration,
    mut something: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<Vec<Duration>> {
    let (begun_at, mut all) = (Instant::now(), Vec::new());
    while begun_at.elapsed() < length {
        let one = Instant::now();
        something()?;
        all.push(one.elapsed());
    }
    Ok(all)
}

/// The figure of things that took so long each, `many` of them at a time, all together `length`.
pub(crate) fn figure(mut took: Vec<Duration>, many: usize, length: Duration) -> anyhow::Result<Figure> {
    took.sort_unstable();
    let at = |hundredths: usize| {
        let place = took.len().saturating_sub(1) * hundredths / 100;
        took.get(place).map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
    };
    let count = float(u64::try_from(took.len() * many)?);
    Ok(Figure { rate: count / length.as_secs_f64(), p50: at(50), p99: at(99) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_counts_all_of_a_batch_and_knows_the_slowest() {
        let took = (1..=100).rev().map(Duration::from_millis).collect();
        let figure = figure(took, 64, Duration::from_secs(10)).unwrap();
        assert_eq!((figure.rate, figure.p50, figure.p99), (640.0, 50.0, 99.0));
    }
}
