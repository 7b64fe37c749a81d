//! The command line.

mod access;
mod operation;
mod people;
mod shared;
#[cfg(test)]
mod tests;
mod transfer;

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::KEYS;

pub(crate) use access::{Key, Token, Workspace};
pub(crate) use operation::{Completions, Config, Jobs, Man, Migrate, MigrateCommand, SigningKey};
pub(crate) use people::{Customer, CustomerName, Session, SessionOwner};
pub(crate) use shared::{In, Output, Paging};
pub(crate) use transfer::{Conflict, Export, FileColumns, FileFormat, Import};

/// One a line, with what it does.
pub(crate) const EXAMPLES: &str = "\
anteroom                                           serve; everything is made in ./data
ANTEROOM__SERVER__LISTEN=0.0.0.0:80 anteroom       the same, on another address
anteroom workspace create --slug shop --name Shop  a tenant of its own
anteroom token create --workspace shop --scopes customers:read,customers:write --comment billing
anteroom token list --workspace shop               what was made, and when it was last used
anteroom key create --workspace shop --title web --origin https://shop.example
anteroom customer show --workspace shop --external-id usr_42
anteroom customer import customers.csv --workspace shop --dry-run
anteroom config check                              every fault of the configuration at once
anteroom doctor                                    what keeps this installation from working";

/// Every exit code and what it means.
pub(crate) const EXIT_CODES: [(u8, &str); 5] = [
    (0, "done"),
    (1, "failed, or doctor found a failure"),
    (2, "the command line is wrong"),
    (3, "migrate status found pending migrations"),
    (4, "customer import refused some records, and took in the others"),
];

/// Where settings are made.
pub(crate) const SETTINGS: &str = "in anteroom.toml (`listen = \"…\"` below `[server]`) or, stronger, in the environment \
(ANTEROOM__SERVER__LISTEN)";

/// Customer identity and sessions: one server, two HTTP APIs, a customer portal.
#[derive(Debug, Parser)]
#[command(name = "anteroom", version, after_help = examples(), after_long_help = long_help())]
pub(crate) struct Cli {
    /// Read this configuration file instead of ./anteroom.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server; also what happens without a command
    Serve,
    /// Make, list, disable and enable workspaces
    #[command(subcommand)]
    Workspace(Workspace),
    /// Make, list, change, rotate and revoke access tokens for the Workspace API
    #[command(subcommand)]
    Token(Token),
    /// Make, list and revoke publishable keys for the Store API
    #[command(subcommand)]
    Key(Key),
    /// List and show customers, and take them in and out as files
    #[command(subcommand)]
    Customer(Customer),
    /// List and end a customer's sessions
    #[command(subcommand)]
    Session(Session),
    /// Look at the work that is done from time to time, and do it now
    #[command(subcommand)]
    Jobs(Jobs),
    /// List and rotate the keys that sign JWTs
    #[command(subcommand)]
    SigningKey(SigningKey),
    /// Bring the database to this version
    Migrate(Migrate),
    /// Look at the configuration
    #[command(subcommand)]
    Config(Config),
    /// Look for what keeps this installation from working, and change nothing
    Doctor(Output),
    /// Print what a shell needs to complete these commands
    Completions(Completions),
    /// Print the manual page
    Man(Man),
}

fn examples() -> String {
    format!("Examples:\n  {}", EXAMPLES.replace('\n', "\n  "))
}

fn long_help() -> String {
    let codes = EXIT_CODES.map(|(code, meaning)| format!("{code} {meaning}")).join("; ");
    let mut text = format!("{}\n\nExit codes: {codes}.\n\nSettings, {SETTINGS}:\n", examples());
    for key in &KEYS {
        // Writing to a String does not fail.
        let _ = writeln!(text, "  {:26} {} [default: {}]", key.name, key.meaning, key.fallback);
    }
    text
}
