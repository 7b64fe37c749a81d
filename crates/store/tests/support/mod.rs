//! Databases to try things on.

#![expect(clippy::unwrap_used, reason = "a test that cannot begin has failed")]

use std::path::PathBuf;

pub(crate) use anteroom_testkit::postgres::database as postgres;

use anteroom_store::sql::{SqlOptions, SqlStore};
use tempfile::TempDir;

/// A store without tables.
pub(crate) fn open(url: &str) -> SqlStore {
    SqlStore::open(&SqlOptions::new(url)).unwrap()
}

/// A store with its tables.
pub(crate) fn migrated(url: &str) -> SqlStore {
    let store = open(url);
    store.migrate().unwrap();
    store
}

/// A place for a SQLite file, which is not there yet.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }
}
