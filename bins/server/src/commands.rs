//! One file for each command.

mod config;
mod key;
mod migrate;
mod serve;
mod token;
mod workspace;

use std::future::Future;

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
    let command = match cli.command.unwrap_or(Command::Serve) {
        Command::Config(cli::Config::Check(output)) => return config::check(file, &output),
        other => other,
    };
    let config = Config::load(file)?;
    if matches!(command, Command::Serve) {
        telemetry::start(&config.log)?;
        return System::new().block_on(serve::serve(config));
    }
    // The log of a command that is over at once is for what needs attention.
    telemetry::start(&Log { level: "warn".to_owned(), ..config.log })?;
    match command {
        Command::Migrate(output) => migrate::migrate(&config, &output),
        Command::Workspace(cli::Workspace::Create { slug, name, no_members, output }) => {
            let new = workspace::parse(&slug, &name, !no_members)?;
            with_app(config, async |app| workspace::create(&app, new, &output).await)
        }
        Command::Workspace(cli::Workspace::List(output)) => {
            with_app(config, async |app| workspace::list(&app, &output).await)
        }
        Command::Token(cli::Token::Create { workspace, scopes, comment, output }) => {
            let new = token::parse(&scopes, &comment)?;
            with_app(config, async |app| token::create(&app, &workspace, new, &output).await)
        }
        Command::Key(cli::Key::Create { workspace, title, origin, output }) => {
            let new = key::parse(&title, origin.as_deref())?;
            with_app(config, async |app| key::create(&app, &workspace, new, &output).await)
        }
        Command::Serve | Command::Config(_) => Ok(()),
    }
}
