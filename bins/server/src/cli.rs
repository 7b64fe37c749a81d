//! The command line.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::KEYS;

const EXAMPLES: &str = "\
Examples:
  anteroom                                           serve; everything is made in ./data
  ANTEROOM__SERVER__LISTEN=0.0.0.0:80 anteroom       the same, on another address
  anteroom workspace create --slug shop --name Shop  a tenant of its own
  anteroom token create --workspace shop --scopes customers:read,customers:write --comment billing
  anteroom key create --workspace shop --title web --origin https://shop.example
  anteroom config check                              every fault of the configuration at once";

/// Customer identity and sessions: one server, two HTTP APIs, a customer portal.
#[derive(Debug, Parser)]
#[command(name = "anteroom", version, after_help = EXAMPLES, after_long_help = long_help())]
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
    /// Make and list workspaces
    #[command(subcommand)]
    Workspace(Workspace),
    /// Make access tokens for the Workspace API
    #[command(subcommand)]
    Token(Token),
    /// Make publishable keys for the Store API
    #[command(subcommand)]
    Key(Key),
    /// List and end a customer's sessions
    #[command(subcommand)]
    Session(Session),
    /// Look at the work that is done from time to time, and do it now
    #[command(subcommand)]
    Jobs(Jobs),
    /// Bring the database to this version
    Migrate(Output),
    /// Look at the configuration
    #[command(subcommand)]
    Config(Config),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Workspace {
    /// Make a workspace
    Create {
        /// Its name in URLs: a-z, 0-9 and hyphens
        #[arg(long)]
        slug: String,
        /// Its name for people
        #[arg(long)]
        name: String,
        /// Customers have no members
        #[arg(long)]
        no_members: bool,
        #[command(flatten)]
        output: Output,
    },
    /// List every workspace
    List(Output),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make an access token; it is shown once
    Create {
        /// Slug of the workspace it opens
        #[arg(long, value_name = "SLUG")]
        workspace: String,
        /// What it may do: all, or names separated by commas
        #[arg(long)]
        scopes: String,
        /// What it is for
        #[arg(long)]
        comment: String,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a publishable key
    Create {
        /// Slug of the workspace it names
        #[arg(long, value_name = "SLUG")]
        workspace: String,
        /// What it is for
        #[arg(long)]
        title: String,
        /// A shop's origin such as <https://shop.example>, which may then call with credentials
        #[arg(long)]
        origin: Option<String>,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Session {
    /// List a customer's live sessions in the portal and the shop
    List {
        /// Slug of the customer's workspace
        #[arg(long, value_name = "SLUG")]
        workspace: String,
        /// The customer
        #[arg(long, value_name = "ID")]
        customer: String,
        #[command(flatten)]
        output: Output,
    },
    /// End a session: its token, cookies and JWTs stop working at once
    Revoke {
        /// The session
        id: String,
        /// Slug of its workspace
        #[arg(long, value_name = "SLUG")]
        workspace: String,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// List every job: when it was last run and is due, and who runs it
    List(Output),
    /// Run a job now, unless another process does
    Run {
        /// The job
        name: String,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Report every fault, or every setting and where it comes from
    Check(Output),
}

#[derive(Debug, Args)]
pub(crate) struct Output {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn long_help() -> String {
    let mut text = format!(
        "{EXAMPLES}\n\nSettings, in anteroom.toml (`listen = \"…\"` below `[server]`) or, stronger, in the environment \
         (ANTEROOM__SERVER__LISTEN):\n"
    );
    for key in &KEYS {
        // Writing to a String does not fail.
        let _ = writeln!(text, "  {:26} {} [default: {}]", key.name, key.meaning, key.fallback);
    }
    text
}
