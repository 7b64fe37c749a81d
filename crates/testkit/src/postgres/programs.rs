//! Where the server's programs are and who may run them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::leash::User;
use crate::required::on_path;

/// The directory that holds `initdb`, `postgres`, `createdb` and `psql`: PATH first, then Debian's newest version.
pub(super) fn find() -> Option<PathBuf> {
    let on_path =
        on_path("initdb").and_then(|initdb| Some(fs::canonicalize(initdb).ok()?.parent()?.to_owned()));
    let mut versions: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path()))
        .collect();
    versions.sort_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    let debian = versions.into_iter().rev().map(|version| version.join("bin"));
    on_path.into_iter().chain(debian).find(|directory| complete(directory))
}

fn complete(directory: &Path) -> bool {
    ["initdb", "postgres", "createdb", "psql"].iter().all(|program| directory.join(program).is_file())
}

/// The user to run the server as when `ours`, a directory just made, belongs to root, which the server refuses.
pub(super) fn other_user(ours: &Path) -> Option<User> {
    if fs::metadata(ours).unwrap().uid() != 0 {
        return None;
    }
    let user = ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| Some(User { id: number_of(name, "-u")?, group: number_of(name, "-g")? }));
    Some(user.expect("PostgreSQL refuses to run as root, and there is no user postgres or nobody"))
}

fn number_of(user: &str, which: &str) -> Option<u32> {
    let output = Command::new("id").args([which, user]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
