//! Workspaces and what opens them.

use clap::Subcommand;

use super::{In, Output, Paging};

#[derive(Debug, Subcommand)]
pub(crate) enum Workspace {
    /// Make a workspace, and the database where there is none
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
    /// End every session in a workspace, and refuse all that it has until it is enabled: running servers do within a second
    ///
    /// Its access tokens, publishable keys, host name and portal are answered like unknown ones. Nothing is deleted, and
    /// tokens and keys work again once it is enabled. To do it again ends what was opened meanwhile, if anything was.
    Disable {
        #[command(flatten)]
        workspace: In,
        #[command(flatten)]
        output: Output,
    },
    /// Open a disabled workspace again; sessions that have ended stay so
    Enable {
        #[command(flatten)]
        workspace: In,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make an access token; it is shown once
    Create {
        #[command(flatten)]
        workspace: In,
        /// What it may do: all, or names separated by commas
        #[arg(long)]
        scopes: String,
        /// What it is for
        #[arg(long)]
        comment: String,
        #[command(flatten)]
        output: Output,
    },
    /// List access tokens, newest first: all of them, but never what they are made of
    List {
        #[command(flatten)]
        workspace: In,
        #[command(flatten)]
        paging: Paging,
        #[command(flatten)]
        output: Output,
    },
    /// Change what an access token is for or may do: running servers hold to it within a second
    Update {
        /// The token's id, as `token list` shows it
        id: String,
        #[command(flatten)]
        workspace: In,
        /// What it is for
        #[arg(long)]
        comment: Option<String>,
        /// What it may do: all, or names separated by commas
        #[arg(long)]
        scopes: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Make an access token in place of another one, which ends a while later; it is shown once
    Rotate {
        /// The token's id, as `token list` shows it
        id: String,
        #[command(flatten)]
        workspace: In,
        /// How many seconds the old token still works, at most seven days
        #[arg(long, value_name = "SECONDS", default_value_t = 86_400, value_parser = clap::value_parser!(u32).range(..=604_800))]
        overlap: u32,
        #[command(flatten)]
        output: Output,
    },
    /// End an access token: running servers refuse it within a second
    Revoke {
        /// The token's id, as `token list` shows it
        id: String,
        #[command(flatten)]
        workspace: In,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a publishable key
    Create {
        #[command(flatten)]
        workspace: In,
        /// What it is for
        #[arg(long)]
        title: String,
        /// A shop's origin such as <https://shop.example>, which may then call with credentials
        #[arg(long)]
        origin: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// List publishable keys, newest first; they are no secrets
    List {
        #[command(flatten)]
        workspace: In,
        #[command(flatten)]
        paging: Paging,
        #[command(flatten)]
        output: Output,
    },
    /// End a publishable key: running servers refuse it within a second
    Revoke {
        /// The key's id, as `key list` shows it
        id: String,
        #[command(flatten)]
        workspace: In,
        #[command(flatten)]
        output: Output,
    },
}
