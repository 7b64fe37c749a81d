//! The folders of the installation: there, writable, with room, and nobody else's business.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};

use super::{Finding, Verdict};
use crate::config::Config;
use crate::master_key;

const CHECK: &str = "disk";
const MEBIBYTE: u64 = 1024 * 1024;
/// The log of a busy database alone takes some of it.
const WARN_BELOW: u64 = 1024 * MEBIBYTE;
const FAIL_BELOW: u64 = 64 * MEBIBYTE;

/// Every folder that is written into, each once.
pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let mut folders = BTreeSet::new();
    if config.database.in_data_dir || config.master_key.is_none() {
        folders.insert(config.data_dir.clone());
    }
    folders.extend(config.database.options.file().map(|file| folder_of(&file)));
    folders.iter().map(|folder| examine_folder(folder)).collect()
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

fn examine_folder(folder: &Path) -> Finding {
    let name = folder.display();
    if !folder.is_dir() {
        return Finding::fail(
            CHECK,
            format!("folder {name} is not there"),
            "start the server, which makes it; or set data_dir or database.url to where it is",
        );
    }
    if access(folder, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let advice = "give this user write access, or run as its owner";
        return Finding::fail(CHECK, format!("folder {name} cannot be written"), advice);
    }
    match statvfs(folder) {
        Ok(disk) => room(folder, disk.f_bavail.saturating_mul(disk.f_frsize)),
        Err(error) => {
            let what = format!("how much room folder {name} has cannot be told ({error})");
            Finding::warn(CHECK, what, "look with df")
        }
    }
}

fn room(folder: &Path, free: u64) -> Finding {
    let what = format!("folder {} can be written and has {} MiB free", folder.display(), free / MEBIBYTE);
    let advice = "make room: a full disk refuses every sign-in";
    match judge(free) {
        Verdict::Ok => Finding::ok(CHECK, what),
        Verdict::Warn => Finding::warn(CHECK, what, advice),
        Verdict::Fail => Finding::fail(CHECK, what, advice),
    }
}

fn judge(free: u64) -> Verdict {
    if free < FAIL_BELOW {
        Verdict::Fail
    } else if free < WARN_BELOW {
        Verdict::Warn
    } else {
        Verdict::Ok
    }
}

/// Whether others on this machine can read what is there.
pub(super) fn permissions(config: &Config) -> Vec<Finding> {
    const CHECK: &str = "permissions";
    let database = config.database.options.file();
    let private = [
        (config.data_dir.clone(), "700"),
        (master_key::path(config), "600"),
        (database.unwrap_or_default(), "600"),
    ];
    let open: Vec<_> =
        private.iter().filter(|(path, _)| mode(path).is_some_and(|mode| mode & 0o077 != 0)).collect();
    if open.is_empty() {
        return vec![Finding::ok(
            CHECK,
            "nobody else on this machine has access to the data folder, the master key or the database",
        )];
    }
    let told = open.iter().map(|(path, wanted)| {
        let path = path.display();
        Finding::warn(
            CHECK,
            format!("others on this machine have access to {path}"),
            format!("chmod {wanted} {path}"),
        )
    });
    told.collect()
}

fn mode(path: &Path) -> Option<u32> {
    fs::metadata(path).ok().map(|metadata| metadata.permissions().mode())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_room_is_told_before_there_is_none() {
        assert_eq!(judge(1024 * MEBIBYTE), Verdict::Ok);
        assert_eq!(judge(1024 * MEBIBYTE - 1), Verdict::Warn);
        assert_eq!(judge(64 * MEBIBYTE), Verdict::Warn);
        assert_eq!(judge(64 * MEBIBYTE - 1), Verdict::Fail);
        assert_eq!(judge(0), Verdict::Fail);
    }
}
