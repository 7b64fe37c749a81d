//! What happens to a test when a program it needs is not installed.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Says once per process that tests of `part` are skipped because of `why`.
///
/// # Panics
/// When `ANTEROOM_TEST_REQUIRE`, a comma-separated list, names `part`.
pub(crate) fn missing(part: &'static str, why: &str) {
    static SAID: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let required = env::var_os("ANTEROOM_TEST_REQUIRE").unwrap_or_default();
    let mut required = required.to_str().unwrap_or_default().split(',');
    assert!(!required.any(|name| name.trim() == part), "ANTEROOM_TEST_REQUIRE asks for {part}: {why}");
    if SAID.lock().unwrap_or_else(PoisonError::into_inner).insert(part) {
        // Not `eprintln!`, whose output the test harness keeps to itself when the test passes.
        let line = format!("skipped: tests that need {part}: {why}\n");
        io::stderr().write_all(line.as_bytes()).unwrap();
    }
}

/// Whether a program is on PATH; without it the test that asks is skipped, which is said.
///
/// # Panics
/// When `ANTEROOM_TEST_REQUIRE`, a comma-separated list, names the program.
pub fn is_installed(program: &'static str) -> bool {
    let found = on_path(program).is_some();
    if !found {
        missing(program, "it is not on PATH");
    }
    found
}

/// The first file called `name` in a directory of PATH.
pub(crate) fn on_path(name: impl AsRef<OsStr>) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|directory| directory.join(name.as_ref())).find(|file| file.is_file())
}
