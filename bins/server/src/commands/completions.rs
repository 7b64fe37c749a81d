//! `anteroom completions`.

use std::io::{self, Write};

use clap::CommandFactory;

use crate::cli::{Cli, Completions};

pub(super) fn run(completions: &Completions) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Cli::command(), "anteroom", &mut script);
    Ok(io::stdout().lock().write_all(&script)?)
}
