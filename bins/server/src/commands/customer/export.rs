//! `anteroom customer export`.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anteroom_app::App;
use anteroom_transfer::{Format, Writer};
use anyhow::Context;

use crate::cli::{Export, FileFormat};

pub(super) async fn export(app: &App, ask: &Export) -> anyhow::Result<()> {
    let workspace = super::super::find_workspace(app, &ask.workspace).await?;
    let format = match ask.format {
        FileFormat::Csv => Format::Csv,
        FileFormat::Ndjson => Format::Ndjson,
    };
    let mut out = out(ask.file.as_deref())?;
    let writer = Writer::new(format, ask.with_password_hashes);
    let mut exporter = app.exporter(workspace.id, ask.with_password_hashes);
    let what = || match &ask.file {
        Some(file) => format!("cannot write {}", file.display()),
        None => "cannot write to standard output".to_owned(),
    };
    out.write_all(&writer.head()).with_context(what)?;
    loop {
        let records = exporter.next().await?;
        if records.is_empty() {
            return out.flush().with_context(what);
        }
        out.write_all(&writer.piece(&records)).with_context(what)?;
    }
}

/// A file for its owner alone: it holds who everybody is.
fn out(file: Option<&Path>) -> anyhow::Result<Box<dyn Write>> {
    let Some(path) = file else { return Ok(Box::new(BufWriter::new(io::stdout()))) };
    let opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    Ok(Box::new(BufWriter::new(opened.with_context(|| format!("cannot write {}", path.display()))?)))
}
