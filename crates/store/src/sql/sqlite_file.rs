//! The file that a database is kept in.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::OpenError;

/// What every SQLite database begins with.
const HEADER: &[u8] = b"SQLite format 3\0";

/// Whether there is a file with something in it. A start that was killed leaves an empty one.
pub(super) fn is_begun(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_dir() || metadata.len() > 0)
}

/// Makes the file when there is none, for its owner's eyes only, and looks whether it can be a database of ours.
pub(super) fn prepare(path: &Path) -> Result<(), OpenError> {
    if path.is_dir() {
        return Err(OpenError::NotADatabase(path.into()));
    }
    match open(path) {
        Ok(file) => has_header(file).then_some(()).ok_or_else(|| OpenError::NotADatabase(path.into())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(OpenError::FolderMissing(path.parent().unwrap_or(path).into()))
        }
        Err(error) => Err(OpenError::NotWritable { path: path.into(), reason: error.to_string() }),
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    // The companion files that SQLite adds take their mode from this one.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether the file begins as SQLite's do, or not at all yet: a start that was killed leaves an empty file, or zeros and
/// a journal from which SQLite takes them back. Zeros without one SQLite refuses itself.
fn has_header(file: File) -> bool {
    let mut start = Vec::new();
    let length = u64::try_from(HEADER.len()).unwrap_or_default();
    file.take(length).read_to_end(&mut start).is_ok()
        && (start == HEADER || start.iter().all(|byte| *byte == 0))
}
