//! Databases to be measured on.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anteroom_testkit::postgres::OwnServer;
use anyhow::Context;

use crate::cli::Databases;
use crate::machine::{Placement, Side};

/// A kind of database, ready to give new ones.
#[derive(Debug)]
pub(crate) enum Database {
    /// Files.
    Sqlite,
    /// A server of the bench's own, as durable as by default.
    Postgres(OwnServer),
}

impl Database {
    /// The databases that were asked for. A server's files are in `folder`.
    pub(crate) fn all(which: Databases, folder: &Path) -> anyhow::Result<Vec<Self>> {
        let mut all = Vec::new();
        if which != Databases::Postgres {
            all.push(Self::Sqlite);
        }
        if which != Databases::Sqlite {
            let parent = folder.join("postgres");
            fs::create_dir_all(&parent)?;
            // The server runs as another user when this one is root.
            fs::set_permissions(&parent, fs::Permissions::from_mode(0o1777))?;
            let server = OwnServer::start_durable(&parent).context("PostgreSQL is not installed")?;
            all.push(Self::Postgres(server));
        }
        Ok(all)
    }

    /// Moves the server's processes to their cores; those that it starts from then on follow.
    pub(crate) fn place(&self, placement: Placement) -> anyhow::Result<()> {
        match self {
            Self::Sqlite => Ok(()),
            Self::Postgres(server) => {
                server.processes().iter().try_for_each(|process| placement.pin(Side::Rest, process))
            }
        }
    }

    /// The name in tables.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Whether it is files.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite)
    }

    /// The URL of a new, empty database; a file is in `folder`.
    pub(crate) fn create(&self, folder: &Path) -> anyhow::Result<String> {
        match self {
            Self::Sqlite => {
                fs::create_dir_all(folder)?;
                Ok(format!("sqlite:{}", folder.join("anteroom.db").display()))
            }
            Self::Postgres(server) => Ok(server.database()),
        }
    }
}
