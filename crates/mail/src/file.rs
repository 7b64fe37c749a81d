//! Mails as files.

use std::fs::{DirBuilder, OpenOptions, rename};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::transport::{HandOver, Transport, Undelivered};
use crate::{Mail, Unwritable};

/// Writes each mail into a folder, as `ID.eml`: for development, and for a mail server that picks them up there.
#[derive(Debug, Clone)]
pub struct FileTransport {
    folder: PathBuf,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
    #[error("file cannot be written")]
    File(#[from] io::Error),
}

impl FileTransport {
    /// Writes into that folder, which is made with the first mail.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where it writes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn write(&self, mail: &Mail) -> Result<PathBuf, Failure> {
        let bytes = mail.write()?;
        make_folder(&self.folder)?;
        let path = self.folder.join(format!("{}.eml", mail.id));
        // Whoever looks for mails finds them whole.
        let unfinished = path.with_extension("part");
        write(&unfinished, &bytes)?;
        rename(&unfinished, &path)?;
        Ok(path)
    }
}

impl Transport for FileTransport {
    /// Writes the file at once, which takes a moment.
    fn hand_over<'a>(&'a self, mail: &'a Mail) -> HandOver<'a> {
        Box::pin(async move {
            let path = self.write(mail).map_err(Undelivered::for_now)?;
            tracing::info!(mail.id = %mail.id, path = %path.display(), "a mail is in {}", path.display());
            Ok(())
        })
    }
}

/// For its owner only: a mail may open an account.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
