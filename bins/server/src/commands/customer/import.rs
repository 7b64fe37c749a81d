//! `anteroom customer import`.

mod refusals;

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use anteroom_app::{App, IMPORT_PIECE, ImportPiece, Imported, Importer, OnConflict, PlacedRecord};
use anteroom_domain::transfer::ImportProgress;
use anteroom_transfer::{Columns, Format, Records, content_hash};
use anyhow::{Context, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::cli::{Conflict, FileColumns, FileFormat, Import};
use refusals::Refusals;

/// The exit code where all that could be taken in is in, and something could not.
const REFUSED: u8 = 4;

pub(super) async fn import(app: &App, ask: &Import) -> anyhow::Result<ExitCode> {
    let workspace = super::super::find_workspace(app, &ask.workspace).await?;
    let format = format_of(ask)?;
    let path = &ask.file;
    let open = || File::open(path).with_context(|| format!("cannot read {}", path.display()));
    let (hash, length) = content_hash(open()?).with_context(|| format!("cannot read {}", path.display()))?;
    let known = app.import_progress(workspace.id, hash).await?;
    let begun = known.filter(|_| !ask.dry_run && !ask.again);
    if let Some(done) = begun.filter(|progress| progress.finished_at.is_some()) {
        let lines = format!("This file was taken in before; --again does so once more.\n{}", told(&done));
        ask.output.print(&shown(&done, ask, None), &lines)?;
        return Ok(code(&done));
    }
    let fresh = ImportProgress::begin(workspace.id, hash, app.now());
    // Whoever begins again takes the place of what there was.
    let is_again = known.is_some() && ask.again && !ask.dry_run;
    let progress = if is_again { app.begin_import_again(fresh).await? } else { begun.unwrap_or(fresh) };
    let bar = bar(length);
    let file = bar.wrap_read(open()?);
    let columns = ask.columns.map(columns_of);
    let mut records = Records::new(file, format, columns).with_context(|| path.display().to_string())?;
    let importer = app.importer(workspace, policy_of(ask.on_conflict), progress, ask.dry_run);
    let mut refusals = Refusals::new(ask);
    let done = run(importer, &mut records, &mut refusals, path).await;
    bar.finish_and_clear();
    let progress = done?;
    let refused_in = refusals.finish()?;
    let mut lines = told(&progress);
    if let Some(file) = &refused_in {
        lines = format!("{lines}\nwhat was refused  {}", file.display());
    }
    if ask.dry_run {
        lines.push_str("\nNothing was changed: leave --dry-run out to take it in.");
    }
    ask.output.print(&shown(&progress, ask, refused_in.as_deref()), &lines)?;
    Ok(code(&progress))
}

/// Takes in what is left of a file.
async fn run(
    mut importer: Importer,
    records: &mut Records<impl std::io::Read>,
    refusals: &mut Refusals,
    path: &Path,
) -> anyhow::Result<ImportProgress> {
    let (done, mut skipped) = (importer.progress().records, 0);
    let mut is_begun = false;
    loop {
        let mut piece = ImportPiece::default();
        let mut refused = Vec::new();
        let mut broken = None;
        while piece.records.len() < IMPORT_PIECE && refused.len() < IMPORT_PIECE {
            let row = match records.read() {
                Ok(Some(row)) => row,
                Ok(None) => {
                    piece.is_last = true;
                    break;
                }
                Err(why) => {
                    broken = Some(why);
                    break;
                }
            };
            if skipped < done {
                skipped += 1;
                continue;
            }
            if !is_begun {
                refusals.go_on_from(row.line)?;
                is_begun = true;
            }
            match row.content {
                Ok(record) => piece.records.push(PlacedRecord { line: row.line, record }),
                Err(faults) => {
                    piece.unreadable += 1;
                    refused.extend(faults.into_iter().map(|fault| (row.line, fault.field, fault.reason)));
                }
            }
        }
        let is_last = piece.is_last;
        match importer.take(piece).await.with_context(|| path.display().to_string())? {
            Imported::Done(more) => {
                refused.extend(more.into_iter().map(|why| (why.line, why.field.to_owned(), why.reason)));
            }
            Imported::Overtaken => bail!("another import of {} is running", path.display()),
        }
        refusals.write(refused)?;
        if let Some(broken) = broken {
            let so_far = told(importer.progress()).replace('\n', ", ");
            return Err(anyhow!(
                "{}: {broken}; what stands before it was dealt with ({so_far})",
                path.display()
            ));
        }
        if is_last {
            return Ok(*importer.progress());
        }
    }
}

fn format_of(ask: &Import) -> anyhow::Result<Format> {
    let by_name = || ask.file.extension().and_then(|ending| ending.to_str()).and_then(Format::parse);
    match ask.format {
        Some(FileFormat::Csv) => Ok(Format::Csv),
        Some(FileFormat::Ndjson) => Ok(Format::Ndjson),
        None => by_name().ok_or_else(|| {
            anyhow!("{} ends neither in .csv nor in .ndjson: say --format", ask.file.display())
        }),
    }
}

fn columns_of(columns: FileColumns) -> Columns {
    match columns {
        FileColumns::Anteroom => Columns::Anteroom,
        FileColumns::Polar => Columns::Polar,
        FileColumns::Medusa => Columns::Medusa,
    }
}

fn policy_of(conflict: Conflict) -> OnConflict {
    match conflict {
        Conflict::Skip => OnConflict::Skip,
        Conflict::Update => OnConflict::Update,
        Conflict::Fail => OnConflict::Fail,
    }
}

/// Moves on a terminal, and is silent elsewhere.
fn bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {bytes_per_sec}  {eta} left");
    let bar = ProgressBar::new(length);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn told(progress: &ImportProgress) -> String {
    let ImportProgress { records, created, updated, skipped, refused, .. } = progress;
    format!(
        "records  {records}\ncreated  {created}\nupdated  {updated}\nskipped  {skipped}\nrefused  {refused}"
    )
}

fn shown(progress: &ImportProgress, ask: &Import, refused_in: Option<&Path>) -> serde_json::Value {
    json!({
        "records": progress.records,
        "created": progress.created,
        "updated": progress.updated,
        "skipped": progress.skipped,
        "refused": progress.refused,
        "dry_run": ask.dry_run,
        "finished": progress.finished_at.is_some(),
        "errors": refused_in.map(|file| file.display().to_string()),
    })
}

fn code(progress: &ImportProgress) -> ExitCode {
    if progress.refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) }
}
