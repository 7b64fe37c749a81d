//! The `anteroom` program: reads the configuration, puts the product together and runs one command.
//!
//! Nothing here is a rule of the product. Begin with `commands.rs`, then `wiring.rs`; `config.rs` is the one place
//! that reads the environment.

mod background;
mod cli;
mod commands;
mod config;
mod doctor;
mod ending;
mod first_start;
mod master_key;
mod metrics;
mod output;
mod telemetry;
mod wiring;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match commands::run(cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            for line in complaint(&error) {
                // Where nobody hears it, the exit code tells.
                let _ = writeln!(io::stderr(), "anteroom: {line}");
            }
            ExitCode::FAILURE
        }
    }
}

/// One line for an error with its causes; one for each fault of the configuration.
fn complaint(error: &anyhow::Error) -> Vec<String> {
    match error.downcast_ref::<config::Faults>() {
        Some(faults) => faults.iter().map(ToString::to_string).collect(),
        None => vec![format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")],
    }
}
