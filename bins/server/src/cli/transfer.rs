//! Customers on their way in and out.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{In, Output};

/// How the records of a file are written down.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FileFormat {
    /// Comma-separated values
    Csv,
    /// A JSON object a line
    Ndjson,
}

/// Whose names the columns of a file have.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FileColumns {
    /// Ours: what `customer export` writes
    Anteroom,
    /// Polar's, and Rapidly's
    Polar,
    /// Medusa's
    Medusa,
}

/// What to do with a customer that is there already.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Conflict {
    /// Leave it as it is
    Skip,
    /// Give it what the file says
    Update,
    /// Refuse the record
    Fail,
}

/// What `customer import` is told.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The file, UTF-8
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) workspace: In,
    /// How the file is written; left out, its name ends so
    #[arg(long, value_enum)]
    pub(crate) format: Option<FileFormat>,
    /// Whose names its columns have; left out, they tell
    #[arg(long, value_enum)]
    pub(crate) columns: Option<FileColumns>,
    /// What to do with a customer that has the same external id, or else the same e-mail
    #[arg(long, value_enum, default_value = "skip")]
    pub(crate) on_conflict: Conflict,
    /// Change nothing, and tell what would be refused
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Begin again with a file that was taken in before
    #[arg(long)]
    pub(crate) again: bool,
    /// Where to write what was refused: a JSON object a line; left out, beside the file
    #[arg(long, value_name = "FILE")]
    pub(crate) errors: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What `customer export` is told.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) workspace: In,
    /// How to write it
    #[arg(long, value_enum, default_value = "ndjson")]
    pub(crate) format: FileFormat,
    /// Where to; left out, it is printed
    #[arg(long = "output", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Also write the hashes of passwords: whoever has them can try passwords on them
    #[arg(long)]
    pub(crate) with_password_hashes: bool,
}
