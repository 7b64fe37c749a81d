//! Why a database cannot be opened, each in one line that says what to do.

use std::path::PathBuf;

use super::location::Location;

/// A database cannot be opened or migrated.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is of no kind we know.
    #[error(
        "database URL has the unknown scheme {0:?}: write sqlite:PATH, sqlite::memory: or postgres://USER@HOST/DATABASE"
    )]
    UnknownScheme(String),
    /// The URL is of a kind that this program was built without.
    #[error("this program was built without {0}: use the other database or a build that has it")]
    NotCompiledIn(&'static str),
    /// The URL names no file.
    #[error("database URL names no file: write sqlite:PATH, for example sqlite:data/anteroom.db")]
    NoPath,
    /// The URL is none that a PostgreSQL client understands.
    #[error("database URL {0}")]
    Malformed(&'static str),
    /// The folder of the file is not there.
    #[error("folder {} of the database file does not exist: create it or name another place", .0.display())]
    FolderMissing(PathBuf),
    /// The file or its folder cannot be written.
    #[error("database {} cannot be written ({reason}): give this user write access to the file and its folder", .path.display())]
    NotWritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// There is no database, and the caller wants none to be made.
    #[error(
        "there is no database at {0} yet: `anteroom serve` or `anteroom workspace create` makes one, or name the right one"
    )]
    Missing(String),
    /// It can be read and not written.
    #[error(
        "database {0} is read-only: name the one that takes writes, or take default_transaction_read_only off"
    )]
    ReadOnly(String),
    /// Something else is there.
    #[error("{} is not a SQLite database: name another file or move this one away", .0.display())]
    NotADatabase(PathBuf),
    /// The database has tables of another program.
    #[error("database {0} has tables of another program: name an empty database or the right one")]
    NotOurs(String),
    /// A later version of this program has changed the tables.
    #[error(
        "database was migrated by a newer version of this program (migration {0}): run that version, or restore a backup made before"
    )]
    Newer(String),
    /// The server is not there or does not let us in.
    #[error(
        "PostgreSQL at {location} does not let us in ({reason}): check that it runs, its address, user and password"
    )]
    Unreachable {
        /// The URL without its secrets.
        location: String,
        /// What libpq said, its first line.
        reason: String,
    },
    /// The connection would be in clear text, and nobody has agreed to it.
    #[error(
        "PostgreSQL on {0} would be used without TLS, which this build lacks: use a build with TLS, or add sslmode=disable to the URL if the network is trusted"
    )]
    ClearText(String),
    /// Another process writes to the file and does not stop.
    #[error("database {} is being written by another process: wait for it, or stop it", .0.display())]
    Busy(PathBuf),
    /// The database was reached and then failed.
    #[error("database {location} cannot be used ({reason}): look at its own log")]
    Unusable {
        /// The URL without its secrets.
        location: String,
        /// What it said, its first line.
        reason: String,
    },
    /// A migration failed; what it had changed was undone.
    #[error(
        "database {location} could not be migrated ({reason}): nothing was changed by the failed step; report this"
    )]
    Migration {
        /// The URL without its secrets.
        location: String,
        /// What the database said, its first line.
        reason: String,
    },
}

impl OpenError {
    /// A connection that was refused.
    pub(super) fn refused(location: &Location, error: &diesel::ConnectionError) -> Self {
        let reason = first_line(error);
        match location {
            Location::File(path) => Self::NotWritable { path: path.clone(), reason },
            Location::Memory | Location::Postgres(_) => {
                Self::Unreachable { location: location.to_string(), reason }
            }
        }
    }

    /// A statement that failed while the database was looked at.
    pub(super) fn failed(location: &Location, error: &diesel::result::Error) -> Self {
        Self::of(location, first_line(error))
    }

    /// What `reason`, which came from the database, means there.
    pub(super) fn of(location: &Location, reason: String) -> Self {
        match location {
            Location::File(path) if reason.contains("is locked") => Self::Busy(path.clone()),
            Location::File(path) if reason.contains("not a database") || reason.contains("malformed") => {
                Self::NotADatabase(path.clone())
            }
            Location::File(path) if reason.contains("readonly") || reason.contains("unable to open") => {
                Self::NotWritable { path: path.clone(), reason }
            }
            _ => Self::Unusable { location: location.to_string(), reason },
        }
    }
}

/// The first line of what an error says: libpq writes several.
pub(super) fn first_line(error: &dyn std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().trim().to_owned()
}
