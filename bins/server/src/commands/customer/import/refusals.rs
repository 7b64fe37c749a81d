//! The file of what was refused: a JSON object a line, with the line of the file, the field and the reason.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::PathBuf;

use anyhow::Context;
use serde_json::{Value, json};

use crate::cli::Import;

/// Written when there is something to write.
pub(super) struct Refusals {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    has_lines: bool,
}

impl Refusals {
    pub(super) fn new(ask: &Import) -> Self {
        let path = ask.errors.clone().unwrap_or_else(|| {
            let mut name = ask.file.clone().into_os_string();
            name.push(".refused.ndjson");
            PathBuf::from(name)
        });
        Self { path, file: None, has_lines: false }
    }

    /// Keeps what an interrupted import has written about lines before that one, and nothing else.
    pub(super) fn go_on_from(&mut self, line: u64) -> anyhow::Result<()> {
        let what = || format!("cannot write {}", self.path.display());
        let kept = match File::open(&self.path) {
            Ok(file) => kept_lines(file, line).with_context(what)?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(what),
        };
        self.has_lines = !kept.is_empty();
        if kept.is_empty() {
            return std::fs::remove_file(&self.path).with_context(what);
        }
        std::fs::write(&self.path, kept.concat()).with_context(what)
    }

    pub(super) fn write(&mut self, refused: Vec<(u64, String, String)>) -> anyhow::Result<()> {
        if refused.is_empty() {
            return Ok(());
        }
        let what = || format!("cannot write {}", self.path.display());
        let file = if let Some(file) = &mut self.file {
            file
        } else {
            let file = OpenOptions::new().create(true).append(true).open(&self.path).with_context(what)?;
            self.file.insert(BufWriter::new(file))
        };
        let mut refused = refused;
        refused.sort_by_key(|(line, ..)| *line);
        for (line, field, reason) in refused {
            let field = Some(field).filter(|field| !field.is_empty());
            let entry = json!({"line": line, "field": field, "reason": reason});
            writeln!(file, "{entry}").with_context(what)?;
        }
        self.has_lines = true;
        file.flush().with_context(what)
    }

    /// Where it is, if there is anything in it.
    pub(super) fn finish(self) -> anyhow::Result<Option<PathBuf>> {
        if let Some(mut file) = self.file {
            file.flush().with_context(|| format!("cannot write {}", self.path.display()))?;
        }
        Ok(self.has_lines.then_some(self.path))
    }
}

/// The lines about what stands before that line.
fn kept_lines(file: File, before: u64) -> std::io::Result<Vec<String>> {
    let mut kept = Vec::new();
    for line in BufReader::new(file).lines() {
        let line = line?;
        let entry: Value = serde_json::from_str(&line).unwrap_or_default();
        if entry.get("line").and_then(Value::as_u64).is_some_and(|at| at < before) {
            kept.push(line + "\n");
        }
    }
    Ok(kept)
}
