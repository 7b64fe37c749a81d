//! One file for each command.

mod completions;
mod config;
mod customer;
mod doctor;
mod jobs;
mod key;
mod man;
mod migrate;
mod serve;
mod session;
mod signing_key;
mod token;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

use actix_web::rt::System;
use anteroom_app::App;
use anteroom_domain::text::{Line, Slug};
use anteroom_domain::workspace::Workspace;
use anteroom_store::sql::SqlStore;
use anyhow::{Context, anyhow};

use crate::cli::{Cli, Command};
use crate::config::{Config, Log};
use crate::wiring::Patience;
use crate::{cli, telemetry, wiring};

/// Runs the command of the command line.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let file = cli.config.as_deref();
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(Config::load(file)?),
        Command::Workspace(command) => workspace::run(file, command),
        Command::Token(command) => token::run(file, command),
        Command::Key(command) => key::run(file, command),
        Command::Customer(command) => return customer::run(file, command),
        Command::Session(command) => session::run(file, command),
        Command::Migrate(cli::Migrate { command: Some(cli::MigrateCommand::Status(output)), .. }) => {
            return migrate::status(&load(file)?, &output);
        }
        Command::Jobs(command) => jobs::run(file, command),
        Command::SigningKey(command) => signing_key::run(file, &command),
        Command::Migrate(cli::Migrate { command: None, output }) => migrate::run(&load(file)?, &output),
        Command::Config(cli::Config::Check(output)) => config::check(file, &output),
        Command::Config(cli::Config::Show(output)) => config::show(file, &output),
        Command::Doctor(output) => return doctor::run(file, &output),
        Command::Completions(shell) => completions::run(&shell),
        Command::Man(man) => man::run(&man),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// The configuration of a command that is over at once: its log is for what needs attention.
fn load(file: Option<&Path>) -> anyhow::Result<Config> {
    let mut config = Config::load(file)?.for_a_command();
    config.log = Log { level: "warn".to_owned(), ..config.log };
    telemetry::start(&config.log)?;
    Ok(config)
}

/// Does `work` with the product on the configured database, which has to be there, of this version and begun.
fn with_app<T>(file: Option<&Path>, work: impl AsyncFnOnce(App) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let config = load(file)?;
    let store = wiring::open_begun(&config)?;
    with_store(config, store, work)
}

/// As [`with_app`], but a database that is not there is made.
fn with_new_app<T>(
    file: Option<&Path>,
    work: impl AsyncFnOnce(App) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let config = load(file)?;
    let store = wiring::open(&config)?;
    wiring::prepare_if_empty(&store)?;
    with_store(config, store, work)
}

fn with_store<T>(
    mut config: Config,
    store: SqlStore,
    work: impl AsyncFnOnce(App) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let public_url = config.server.public_url(config.server.listen.port)?;
    let app = wiring::wire(&mut config, &public_url, store, Patience::OfAnOperator)?;
    System::new().block_on(work(app))
}

/// The workspace that a command names.
async fn find_workspace(app: &App, named: &cli::In) -> anyhow::Result<Workspace> {
    let slug = &named.slug;
    let parsed = Slug::parse(slug).with_context(|| format!("--workspace {slug:?}"))?;
    let found = app.workspace_by_slug(parsed).await?;
    found.ok_or_else(|| {
        anyhow!("there is no workspace {slug:?}: `anteroom workspace list` shows those there are")
    })
}

/// A line of text from the option of that name.
fn line(option: &str, text: &str) -> anyhow::Result<Line> {
    let line = Line::parse(text).with_context(|| format!("{option} {text:?}"))?;
    line.ok_or_else(|| anyhow!("{option} should not be empty"))
}
