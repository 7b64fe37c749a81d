//! The installation itself.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::Shell;

use super::Output;

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
pub(crate) enum SigningKey {
    /// List the keys: when each signs, and until when what it has signed is good
    List(Output),
    /// Make a key that takes over in an hour; until then it is published, and running servers read it
    Rotate(Output),
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Migrate {
    #[command(subcommand)]
    pub(crate) command: Option<MigrateCommand>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    /// Tell which migrations are applied and which are pending, and change nothing; exit code 3 when some are pending
    Status(Output),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Report every fault with the place where it stands
    Check(Output),
    /// Show every setting and who has set it; secrets stay hidden
    Show(Output),
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write a page for each command into this folder instead, which has to be there
    #[arg(long)]
    pub(crate) folder: Option<PathBuf>,
}
