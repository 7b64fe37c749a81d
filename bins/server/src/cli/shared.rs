//! Arguments that several commands have.

use clap::Args;

/// How a command prints.
#[derive(Debug, Args)]
pub(crate) struct Output {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where a command looks.
#[derive(Debug, Args)]
pub(crate) struct In {
    /// Slug of the workspace
    #[arg(long = "workspace", value_name = "SLUG")]
    pub(crate) slug: String,
}

/// Which piece of a list a command prints.
#[derive(Debug, Args)]
pub(crate) struct Paging {
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) limit: u32,
    /// Which page, from 1
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) page: u32,
}
