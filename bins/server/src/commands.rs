//! One file for each command.

mod config;
mod jobs;
mod key;
mod migrate;
mod serve;
mod session;
mod token;
mod workspace;

use std::path::Path;

use actix_web::rt::System;
use anteroom_app::App;
use anteroom_domain::text::{Line, Slug};
use anteroom_domain::workspace::Workspace;
use anyhow::{Context, anyhow};

use crate::cli::{Cli, Command};
use crate::config::{Config, Log};
use crate::{cli, telemetry, wiring};

/// Runs the command of the command line.
pub(crate) fn run(cli: Cli) -> anyhow::Result<()> {
    let file = cli.config.as_deref();
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(Config::load(file)?),
        Command::Workspace(cli::Workspace::Create { slug, name, no_members, output }) => {
            let new = workspace::parse(&slug, &name, !no_members)?;
            with_app(file, async |app| workspace::create(&app, new, &output).await)
        }
        Command::Workspace(cli::Workspace::List(output)) => {
            with_app(file, async |app| workspace::list(&app, &output).await)
        }
        Command::Token(cli::Token::Create { workspace, scopes, comment, output }) => {
            let new = token::parse(&scopes, &comment)?;
            with_app(file, async |app| token::create(&app, &workspace, new, &output).await)
        }
        Command::Key(cli::Key::Create { workspace, title, origin, output }) => {
            let new = key::parse(&title, origin.as_deref())?;
            with_app(file, async |app| key::create(&app, &workspace, new, &output).await)
        }
        Command::Session(cli::Session::List { workspace, customer, output }) => {
            let customer = session::customer(&customer)?;
            with_app(file, async |app| session::list(&app, &workspace, customer, &output).await)
        }
        Command::Session(cli::Session::Revoke { id, workspace, output }) => {
            let id = session::id(&id)?;
            with_app(file, async |app| session::revoke(&app, &workspace, id, &output).await)
        }
        Command::Jobs(cli::Jobs::List(output)) => with_app(file, async |app| jobs::list(&app, &output).await),
        Command::Jobs(cli::Jobs::Run { name, output }) => {
            let name = jobs::name(&name)?;
            with_app(file, async |app| jobs::run(&app, name, &output).await)
        }
        Command::Migrate(output) => migrate::run(&load(file)?, &output),
        Command::Config(cli::Config::Check(output)) => config::check(file, &output),
    }
}

/// The configuration of a command that is over at once: its log is for what needs attention.
fn load(file: Option<&Path>) -> anyhow::Result<Config> {
    let mut config = Config::load(file)?;
    config.log = Log { level: "warn".to_owned(), ..config.log };
    telemetry::start(&config.log)?;
    Ok(config)
}

/// Does `work` with the product on the configured database, which may be empty but not of an older version.
fn with_app(file: Option<&Path>, work: impl AsyncFnOnce(App) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut config = load(file)?;
    let public_url = config.server.public_url(config.server.listen.port)?;
    let store = wiring::open(&config)?;
    wiring::prepare_if_empty(&store)?;
    let app = wiring::wire(&mut config, &public_url, store)?;
    System::new().block_on(work(app))
}

/// The workspace of that slug.
async fn find_workspace(app: &App, slug: &str) -> anyhow::Result<Workspace> {
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
