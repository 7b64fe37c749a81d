//! A fresh, migrated database per test, copied from one that was migrated once.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use anteroom_store::sql::{SqlOptions, SqlStore};
use tempfile::TempDir;

use crate::postgres;

/// The databases that every test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A database of the throwaway cluster.
    Postgres,
}

/// Where one test's database is.
#[derive(Debug, Clone)]
pub(super) struct Place {
    database: Database,
    url: String,
    /// What else belongs to it; removed with the last app on it.
    folder: Arc<TempDir>,
}

impl Place {
    pub(super) fn fresh(database: Database) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        match database {
            Database::Sqlite => {
                let file = folder.path().join("anteroom.db");
                std::fs::copy(migrated_file(), &file).unwrap();
                // Whatever its log still holds, should the last connection not have folded it back yet.
                let log = migrated_file().with_extension("db-wal");
                if log.is_file() {
                    std::fs::copy(log, file.with_extension("db-wal")).unwrap();
                }
                let url = format!("sqlite:{}", file.display());
                Some(Self { database, url, folder: Arc::new(folder) })
            }
            Database::Postgres => {
                let url = postgres::template("migrated", migrate)?;
                Some(Self { database, url, folder: Arc::new(folder) })
            }
        }
    }

    pub(super) fn open(&self) -> SqlStore {
        SqlStore::open(&SqlOptions::new(self.url.clone())).unwrap()
    }

    /// Where mails are written.
    pub(super) fn outbox(&self) -> PathBuf {
        self.folder.path().join("outbox")
    }

    pub(super) fn database(&self) -> Database {
        self.database
    }
}

/// A migrated SQLite file, made once per process; its folder goes when the machine clears its temporary files.
fn migrated_file() -> &'static PathBuf {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| {
        let file = tempfile::tempdir().unwrap().keep().join("migrated.db");
        migrate(&format!("sqlite:{}", file.display()));
        file
    })
}

fn migrate(url: &str) {
    let options = SqlOptions { connections: 1, ..SqlOptions::new(url) };
    SqlStore::open(&options).unwrap().migrate().unwrap();
}
