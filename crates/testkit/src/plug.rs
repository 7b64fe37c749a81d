//! Disks that are full, and what a database looks like after its plug was pulled.

use std::process::{Command, Stdio};

use anteroom_store::sql::{SqlOptions, SqlStore, halves};

/// Names each use case of which the database at `url` has a part and not the rest; every customer is taken to have
/// been made with a billing address.
///
/// # Panics
/// When the database cannot be read.
pub fn half_written(url: &str) -> Vec<String> {
    let store = SqlStore::open(&SqlOptions { connections: 1, ..SqlOptions::new(url) }).unwrap();
    halves(&store).unwrap()
}

/// Whether a process may mount a file system of its own, in name spaces of its own; many containers forbid it.
///
/// `false` after saying so once; then the test should end early.
///
/// # Panics
/// When it may not, and `ANTEROOM_TEST_REQUIRE` names `mount`.
pub fn can_mount() -> bool {
    let mut unshare = Command::new("/usr/bin/unshare");
    unshare.args(["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]);
    let can = unshare.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !can {
        crate::required::missing("mount", "this machine lets nobody mount in a user name space");
    }
    can
}
