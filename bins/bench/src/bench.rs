//! A whole run: what is asked for, on each database, and the table in the end.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};

use crate::cli::Options;
use crate::database::Database;
use crate::machine;
use crate::report::Report;
use crate::scenarios;
use crate::stage::Stage;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: u32,
    pub(crate) seconds: u32,
    pub(crate) sessions: usize,
    pub(crate) customers: usize,
    pub(crate) quick: bool,
}

/// Measures, prints the table, and fails when a budget is not met.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    scenarios::check_names(&options.only)?;
    machine::check(options.placement)?;
    let program = std::env::current_exe()?;
    let beside = program.parent().context("a folder of this program")?;
    let product = match &options.server {
        Some(path) => path.canonicalize().with_context(|| format!("--server {}", path.display()))?,
        None => build(beside)?,
    };
    let folder = match &options.folder {
        Some(folder) => machine::folder(folder)?,
        None => machine::folder(beside)?,
    };
    let mut report = Report::default();
    let outcome = measure(options, &product, &folder, &mut report);
    println!("{}", report.table());
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    drop(std::fs::remove_dir_all(&folder));
    outcome?;
    Ok(if report.is_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn measure(options: &Options, product: &Path, folder: &Path, report: &mut Report) -> anyhow::Result<()> {
    let effort = Effort {
        rounds: options.rounds.unwrap_or(if options.quick { 1 } else { 3 }).max(1),
        seconds: options.seconds.unwrap_or(if options.quick { 1 } else { 5 }).max(1),
        sessions: options.sessions.unwrap_or(if options.quick { 20_000 } else { 100_000 }),
        customers: options.customers.unwrap_or(if options.quick { 10_000 } else { 100_000 }).max(1),
        quick: options.quick,
    };
    for database in Database::all(options.database, folder)? {
        let folder = folder.join(database.name().to_lowercase());
        let mut stage = Stage::set(&database, product, &folder, options.placement, effort)?;
        scenarios::run(&mut stage, &options.only, report);
    }
    Ok(())
}

/// Builds the product as packages are built, and says where it is.
fn build(beside: &Path) -> anyhow::Result<PathBuf> {
    eprintln!("building the product with the profile dist; --server PATH takes one that is built already");
    let status =
        Command::new("cargo").args(["build", "--locked", "--profile", "dist", "-p", "anteroom"]).status();
    if !status.context("cargo")?.success() {
        bail!("the product does not build");
    }
    let product = beside.join("anteroom");
    if !product.is_file() {
        bail!("{} is not there: name the product by --server", product.display());
    }
    Ok(product)
}
