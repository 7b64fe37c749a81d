//! Measures the product against what the same machine can do, and says which budgets it meets.
//!
//! Begin with `bench.rs`, which runs the scenarios of `scenarios/`; `limit/` and `raw/` are what they are compared with.
//! What the figures mean is in `docs/performance.md`.

mod bench;
mod cli;
mod database;
mod figure;
mod flood;
mod http;
mod limit;
mod machine;
mod process;
mod raw;
mod report;
mod scenarios;
mod seed;
mod server;
mod stage;
mod wrk;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Part};

fn main() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    match cli.part {
        None => return bench::run(&cli.options),
        Some(Part::Limit(limit)) => limit::check::run(&limit),
        Some(Part::Ceiling(ceiling)) => limit::create::run(&ceiling),
        Some(Part::Raw(raw)) => raw::run(&raw),
        Some(Part::Flood(flood)) => flood::run(&flood),
    }?;
    Ok(ExitCode::SUCCESS)
}
