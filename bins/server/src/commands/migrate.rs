//! `anteroom migrate`.

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
