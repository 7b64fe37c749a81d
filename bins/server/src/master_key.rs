//! Where the master key comes from: the configuration, the file in the data folder, or, for an empty database, nowhere
//! yet: then it is made and kept in that file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anteroom_auth::keys::MasterKey;
use anteroom_domain::Random;
use anyhow::{Context, anyhow, bail};

use crate::config::Config;

/// Where the master key is kept unless the configuration gives it.
pub(crate) fn path(config: &Config) -> PathBuf {
    file_in(&config.data_dir)
}

/// Its file in that data folder.
pub(crate) fn file_in(data_dir: &Path) -> PathBuf {
    data_dir.join("master.key")
}

/// The master key. One is made only when the database is empty, and is durable before this returns.
pub(crate) fn obtain(
    config: &mut Config,
    database_is_empty: bool,
    random: &dyn Random,
) -> anyhow::Result<MasterKey> {
    if let Some(key) = config.master_key.take() {
        return Ok(key);
    }
    let path = path(config);
    if let Some(key) = read(&path)? {
        return Ok(key);
    }
    if !database_is_empty {
        bail!(
            "the database needs its master key and {} is not there: restore that file or set ANTEROOM__MASTER_KEY",
            path.display()
        );
    }
    make_folder(&config.data_dir)?;
    keep(&path, &MasterKey::generate(random)).with_context(|| {
        format!("cannot write {}: give this user write access or set data_dir", path.display())
    })?;
    // Another server may have been quicker: what stands in the file is the key.
    read(&path)?.ok_or_else(|| anyhow!("{} is gone again: something else tidies up there", path.display()))
}

/// Makes the data folder, for its owner only.
pub(crate) fn make_folder(folder: &Path) -> anyhow::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder).map_err(|error| {
        anyhow!(
            "data folder {} cannot be made ({error}): give this user write access there, or set data_dir",
            folder.display()
        )
    })
}

fn read(path: &Path) -> anyhow::Result<Option<MasterKey>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(anyhow!(
                "cannot read {} ({error}): it should be readable by this user",
                path.display()
            ));
        }
    };
    warn_when_others_can_read(path);
    match MasterKey::parse(&text) {
        Ok(key) => Ok(Some(key)),
        Err(error) => Err(anyhow!("{} holds no key ({error}): restore it from a backup", path.display())),
    }
}

/// Writes the key so that after a crash the file has all of it or is not there, and never over another key.
fn keep(path: &Path, key: &MasterKey) -> io::Result<()> {
    let draft = path.with_extension(format!("key.{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(key.encoded().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    // A rename would replace the key of a server that started at the same moment.
    let linked = match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    };
    fs::remove_file(&draft)?;
    linked?;
    sync_folder(path)
}

/// Makes the file's name durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn warn_when_others_can_read(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode());
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "master key can be read by others: chmod 600 it");
    }
}

#[cfg(not(unix))]
fn warn_when_others_can_read(_path: &Path) {}
