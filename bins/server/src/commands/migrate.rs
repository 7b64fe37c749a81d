//! `anteroom migrate` and `anteroom migrate status`.

use std::process::ExitCode;

use anteroom_store::sql::SqlStore;
use serde_json::json;

use crate::cli::Output;
use crate::config::Config;
use crate::wiring;

pub(super) fn run(config: &Config, output: &Output) -> anyhow::Result<()> {
    let applied = wiring::open(config)?.migrate()?;
    let lines = if applied.is_empty() {
        "The database is of this version already.".to_owned()
    } else {
        format!("Applied:\n  {}", applied.join("\n  "))
    };
    Ok(output.print(&json!({ "applied": applied }), &lines)?)
}

/// What `status` ends with when migrations are pending, so that a script can tell that from a failure.
const PENDING: u8 = 3;

/// Tells what is applied and what is not, and changes nothing.
pub(super) fn status(config: &Config, output: &Output) -> anyhow::Result<ExitCode> {
    let store = SqlStore::open_existing(&config.database.options)?;
    let (applied, pending) = (store.applied_migrations()?, store.pending_migrations()?);
    let states = applied.iter().map(|name| ("applied", name));
    let states = states.chain(pending.iter().map(|name| ("pending", name)));
    let mut lines: Vec<_> = states.map(|(state, name)| format!("{state}  {name}")).collect();
    if !pending.is_empty() {
        lines.push("Run `anteroom migrate`, or start the server, which does it too.".to_owned());
    }
    output.print(&json!({ "applied": applied, "pending": pending }), &lines.join("\n"))?;
    Ok(if pending.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(PENDING) })
}
