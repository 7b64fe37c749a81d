//! A PostgreSQL server for this test process alone, started at the first use.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

mod cluster;
mod own;
mod programs;

use cluster::{Cluster, Disk};
pub use own::{OwnServer, Paused};

/// The URL of a new, empty database.
///
/// `None`, after saying so once, where no server is installed; then the test should end early.
///
/// # Panics
/// When the server is installed but does not work, or is missing and `ANTEROOM_TEST_REQUIRE` names `postgres`.
pub fn database() -> Option<String> {
    let cluster = cluster()?;
    Some(cluster.url(&cluster.create(None)))
}

/// The URL of a new copy of the database that `prepare` made, which runs once per process and `key`.
///
/// `prepare` gets the URL of an empty database and must have closed its connections when it returns: the
/// server copies a database only while nobody is connected to it. `None` and panics as in [`database`].
pub fn template(key: &str, prepare: impl FnOnce(&str)) -> Option<String> {
    static TEMPLATES: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    let cluster = cluster()?;
    // Held while copying too: two copies of one template at the same time would disturb each other.
    let mut templates = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
    if !templates.contains_key(key) {
        let name = cluster.create(None);
        prepare(&cluster.url(&name));
        templates.insert(key.to_owned(), name);
    }
    Some(cluster.url(&cluster.create(templates.get(key).map(String::as_str))))
}

/// Runs statements in the database at `url` and gives what they print, a line per row, columns divided by `|`. They are
/// one transaction, unless they say otherwise.
///
/// # Panics
/// When one fails.
pub fn sql(url: &str, statements: &str) -> String {
    let programs = programs::find().expect("a URL comes from an installed server");
    let output = Command::new(programs.join("psql")).args(["-XAtq", "-c", statements, url]).output().unwrap();
    assert!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(|| start(Disk::Everyones, &[])).as_ref()
}

/// A new server with more settings or others; `None` where none is installed.
fn start(disk: Disk<'_>, settings: &[&str]) -> Option<Cluster> {
    let cluster = programs::find().map(|programs| Cluster::start(programs, disk, settings));
    if cluster.is_none() {
        crate::required::missing(
            "postgres",
            "no initdb, postgres, createdb, psql on PATH or in /usr/lib/postgresql/*/bin",
        );
    }
    cluster
}
