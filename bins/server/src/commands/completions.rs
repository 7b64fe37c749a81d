//! `anteroom completions`.

use clap::CommandFactory;

use crate::cli::{Cli, Completions};
use crate::output::put;

pub(super) fn run(completions: &Completions) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Cli::command(), "anteroom", &mut script);
    Ok(put(&script)?)
}
