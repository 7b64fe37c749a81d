//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::machine::Placement;

/// Measures the product against what the same machine can do, and says which budgets it meets.
#[derive(Debug, Parser)]
#[command(name = "anteroom-bench", args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) part: Option<Part>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// What is measured, and how long.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// On which database.
    #[arg(long, value_enum, default_value_t = Databases::Both)]
    pub(crate) database: Databases,
    /// One short round: under two minutes a database. Its figures are rough.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only the scenarios whose names begin so; all if left out.
    #[arg(long, num_args = 1.., value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// How often each figure is measured: 3 if left out, 1 with --quick.
    #[arg(long)]
    pub(crate) rounds: Option<u32>,
    /// How long each measurement takes: 5 if left out, 1 with --quick.
    #[arg(long)]
    pub(crate) seconds: Option<u32>,
    /// Where the processes run: p1, the server alone on core 0 and everything else on core 1; p2, everything everywhere.
    #[arg(long, value_enum, default_value_t = Placement::P1)]
    pub(crate) placement: Placement,
    /// The product, built already; it is built beside this program if left out.
    #[arg(long, value_name = "PATH")]
    pub(crate) server: Option<PathBuf>,
    /// Where everything is kept while it runs: a new folder beside this program if left out. It should be on a disk.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    /// How many sessions of each kind there are: 100,000 if left out, 20,000 with --quick.
    #[arg(long)]
    pub(crate) sessions: Option<usize>,
    /// How many customers the lists are of: 100,000 if left out, 10,000 with --quick.
    #[arg(long)]
    pub(crate) customers: Option<usize>,
    /// Also writes the figures here.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// One database or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Databases {
    Sqlite,
    Postgres,
    Both,
}

/// A process of the bench itself.
#[derive(Debug, Subcommand)]
pub(crate) enum Part {
    /// Serves session checks from memory and nothing else: the limit of the machine.
    Limit(Limit),
    /// Serves the creation of sessions in grouped inserts and nothing else.
    Ceiling(Ceiling),
    /// Measures one thing without HTTP, and prints it as JSON.
    #[command(subcommand)]
    Raw(Raw),
    /// Asks at a rate of its own, and prints what it saw as JSON.
    Flood(Flood),
}

/// What the limit of session checks serves.
#[derive(Debug, Args)]
pub(crate) struct Limit {
    /// Port on the loopback address.
    #[arg(long)]
    pub(crate) port: u16,
    /// The cookies of the sessions, a line each.
    #[arg(long)]
    pub(crate) cookies: PathBuf,
    /// A file with the body that is answered.
    #[arg(long)]
    pub(crate) body: PathBuf,
}

/// What the ceiling of creations serves.
#[derive(Debug, Args)]
pub(crate) struct Ceiling {
    /// Port on the loopback address.
    #[arg(long)]
    pub(crate) port: u16,
    /// An empty database.
    #[arg(long)]
    pub(crate) database: String,
    /// How many connections write.
    #[arg(long)]
    pub(crate) writers: usize,
    /// How long the answered body is.
    #[arg(long)]
    pub(crate) body: usize,
}

/// One thing without HTTP.
#[derive(Debug, Subcommand)]
pub(crate) enum Raw {
    /// Durable inserts into a SQLite file, one after the other.
    SqliteInserts {
        /// An empty database.
        #[arg(long)]
        database: String,
        /// How many rows a transaction has.
        #[arg(long)]
        rows: usize,
        /// How long.
        #[arg(long)]
        seconds: u32,
    },
    /// Reads from a SQLite file by key, one after the other.
    SqliteReads {
        /// An empty database.
        #[arg(long)]
        database: String,
        /// How long.
        #[arg(long)]
        seconds: u32,
    },
    /// Argon2id hashes with the product's parameters, on every core that it may use.
    Hashes {
        /// How long.
        #[arg(long)]
        seconds: u32,
    },
}

/// An open loop: requests go out when they are due, whether or not the ones before were answered.
#[derive(Debug, Args)]
pub(crate) struct Flood {
    /// Port on the loopback address.
    #[arg(long)]
    pub(crate) port: u16,
    /// The folder of tokens.
    #[arg(long)]
    pub(crate) tokens: PathBuf,
    /// What is asked.
    #[arg(long, value_enum)]
    pub(crate) ask: Ask,
    /// How many requests a second are due.
    #[arg(long)]
    pub(crate) rate: f64,
    /// How many of them may be unanswered.
    #[arg(long)]
    pub(crate) connections: usize,
    /// How long.
    #[arg(long)]
    pub(crate) seconds: u32,
}

/// What an open loop asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ask {
    /// `GET /store/customers/me` with cookies.
    Check,
    /// `POST /api/customer-sessions/`.
    Create,
    /// `POST /auth/customer/emailpass`.
    SignIn,
}

impl Ask {
    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Create => "create",
            Self::SignIn => "sign-in",
        }
    }
}
