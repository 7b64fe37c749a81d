//! Taking in many customers from a file, piece by piece.

mod naming;
mod records;

use std::collections::HashSet;
use std::sync::Arc;

use anteroom_domain::customer::CustomerId;
use anteroom_domain::transfer::{CustomerRecord, ImportProgress};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::{Mode, StoreError, Unit};

use crate::{App, Error};
use naming::Holders;
use records::Making;

/// How many records one unit takes in.
pub const IMPORT_PIECE: usize = 500;

/// What to do with a customer that is there already: by its external id, else by its e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// Leave it as it is.
    Skip,
    /// Give it what the record says; it keeps what the record says nothing of. Addresses and a password are added where it has none.
    Update,
    /// Refuse the record.
    Fail,
}

/// A record of a file, and the line it begins on.
#[derive(Debug, Clone)]
pub struct PlacedRecord {
    /// From 1.
    pub line: u64,
    /// What is to be taken in.
    pub record: CustomerRecord,
}

/// What comes next in a file.
#[derive(Debug, Clone, Default)]
pub struct ImportPiece {
    /// Up to [`IMPORT_PIECE`] that could be read.
    pub records: Vec<PlacedRecord>,
    /// How many stand between them that could not.
    pub unreadable: u64,
    /// Whether nothing comes after it.
    pub is_last: bool,
}

/// A record that was not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRecord {
    /// The line it begins on.
    pub line: u64,
    /// What it is about.
    pub field: &'static str,
    /// What is wrong.
    pub reason: String,
}

/// What came of a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// It was dealt with: all that could be is in, or in a trial would be.
    Done(Vec<RefusedRecord>),
    /// Another import of the same file has come further meanwhile; nothing was done.
    Overtaken,
}

/// Takes in a file. What is dealt with is noted in the units that do so: whoever is interrupted begins again at
/// [`progress`](Self::progress), and nothing is taken in twice.
#[derive(Debug)]
pub struct Importer {
    app: App,
    workspace: Arc<Workspace>,
    on_conflict: OnConflict,
    progress: ImportProgress,
    is_trial: bool,
    /// In a trial, the names that would be taken by now.
    seen: HashSet<String>,
}

/// What one unit has done.
#[derive(Debug, Default)]
struct Tally {
    created: u64,
    updated: u64,
    skipped: u64,
    refused: Vec<RefusedRecord>,
}

impl App {
    /// How far the import of a file has come; `None` when none has begun.
    pub async fn import_progress(
        &self,
        workspace: WorkspaceId,
        content_hash: [u8; 32],
    ) -> Result<Option<ImportProgress>, Error> {
        let find = move |unit: &mut dyn Unit| Ok(unit.import_progress(workspace, &content_hash)?);
        self.doors().db(Mode::Read, find).await
    }

    /// Lets the import of a file that was taken in before begin again.
    pub async fn begin_import_again(&self, progress: ImportProgress) -> Result<ImportProgress, Error> {
        let begin = move |unit: &mut dyn Unit| {
            let before = unit.import_progress(progress.workspace_id, &progress.content_hash)?;
            unit.note_import(&progress, before.map_or(0, |before| before.records))?;
            Ok(())
        };
        self.doors().db(Mode::Write, begin).await?;
        Ok(progress)
    }

    /// Goes on with the import of a file from where it has come; a trial changes nothing, and tells the same.
    pub fn importer(
        &self,
        workspace: Workspace,
        on_conflict: OnConflict,
        progress: ImportProgress,
        is_trial: bool,
    ) -> Importer {
        let (app, workspace) = (self.clone(), Arc::new(workspace));
        Importer { app, workspace, on_conflict, progress, is_trial, seen: HashSet::new() }
    }
}

impl Importer {
    /// How far it has come.
    pub fn progress(&self) -> &ImportProgress {
        &self.progress
    }

    /// Deals with the next piece: with the whole of it, or in trouble with nothing.
    pub async fn take(&mut self, piece: ImportPiece) -> Result<Imported, Error> {
        let piece = Arc::new(piece);
        for _ in 0..5 {
            match self.try_to_take(&piece).await {
                // Somebody has taken a name since it was looked up.
                Err(Error::Store(StoreError::Conflict(_))) => {}
                taken => return taken,
            }
        }
        self.try_to_take(&piece).await
    }

    async fn try_to_take(&mut self, piece: &Arc<ImportPiece>) -> Result<Imported, Error> {
        let before = self.progress;
        let (app, workspace, on_conflict) = (self.app.clone(), Arc::clone(&self.workspace), self.on_conflict);
        let (read, is_trial) = (Arc::clone(piece), self.is_trial);
        let seen = is_trial.then(|| std::mem::take(&mut self.seen));
        let mode = if is_trial { Mode::Read } else { Mode::Write };
        let dealt = self
            .app
            .in_background(mode, move |unit| {
                let mut dealing = Dealing::new(&app, &workspace, on_conflict, unit, &read, seen)?;
                for placed in &read.records {
                    dealing.deal(unit, placed)?;
                }
                dealing.flush(unit)?;
                let Dealing { tally, trial, .. } = dealing;
                let after = progress_after(&before, &tally, &read, app.now());
                if trial.is_none() && !unit.note_import(&after, before.records)? {
                    return Ok(None);
                }
                Ok(Some((after, tally.refused, trial)))
            })
            .await?;
        let Some((after, refused, trial)) = dealt else { return Ok(Imported::Overtaken) };
        self.progress = after;
        self.seen = trial.unwrap_or_default();
        Ok(Imported::Done(refused))
    }
}

fn progress_after(
    before: &ImportProgress,
    tally: &Tally,
    piece: &ImportPiece,
    now: time::OffsetDateTime,
) -> ImportProgress {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    ImportProgress {
        records: before.records + count(piece.records.len()) + piece.unreadable,
        created: before.created + tally.created,
        updated: before.updated + tally.updated,
        skipped: before.skipped + tally.skipped,
        refused: before.refused + count(tally.refused.len()) + piece.unreadable,
        changed_at: now,
        finished_at: piece.is_last.then_some(now),
        ..*before
    }
}

/// One unit's work on a piece.
struct Dealing<'a> {
    making: Making<'a>,
    on_conflict: OnConflict,
    holders: Holders,
    tally: Tally,
    /// What would be there by now, where nothing is written.
    trial: Option<HashSet<String>>,
}

impl<'a> Dealing<'a> {
    fn new(
        app: &'a App,
        workspace: &'a Workspace,
        on_conflict: OnConflict,
        unit: &mut dyn Unit,
        piece: &ImportPiece,
        trial: Option<HashSet<String>>,
    ) -> Result<Self, Error> {
        let holders = Holders::of(unit, workspace.id, piece)?;
        Ok(Self { making: Making::new(app, workspace), on_conflict, holders, tally: Tally::default(), trial })
    }

    fn deal(&mut self, unit: &mut dyn Unit, placed: &PlacedRecord) -> Result<(), Error> {
        let record = &placed.record;
        let refused =
            |(field, reason): (&'static str, String)| RefusedRecord { line: placed.line, field, reason };
        if let Err(why) = self.making.check(record) {
            self.tally.refused.push(refused(why));
            return Ok(());
        }
        let is_seen = self.trial.as_ref().is_some_and(|seen| names(record).any(|name| seen.contains(&name)));
        let holder = self.holders.holder(record);
        let dealt = match (holder, self.on_conflict) {
            (Some(holder), _) if holder.deleted_at.is_some() => {
                Err(("external_id", "leads to a customer that another one went up in".to_owned()))
            }
            (Some(_), OnConflict::Skip) => {
                self.tally.skipped += 1;
                Ok(())
            }
            (None, OnConflict::Skip) if is_seen => {
                self.tally.skipped += 1;
                Ok(())
            }
            (None, OnConflict::Update) if is_seen => {
                self.tally.updated += 1;
                Ok(())
            }
            (Some(holder), OnConflict::Fail) => Err(naming::taken(record, holder)),
            (None, OnConflict::Fail) if is_seen => Err(("email", "stands in the file before".to_owned())),
            (Some(holder), OnConflict::Update) => {
                let (id, names) = (holder.id, naming::same_names(record, holder));
                if names.is_ok() {
                    self.update(unit, id, record)?;
                }
                names
            }
            (None, _) if record.password_hash.is_some() && self.holders.is_signed_in_by(record) => {
                Err(("password_hash", "somebody has registered with this e-mail".to_owned()))
            }
            (None, _) => {
                self.tally.created += 1;
                match &mut self.trial {
                    Some(seen) => seen.extend(names(record)),
                    None => self.holders.add(self.making.make(record)),
                }
                Ok(())
            }
        };
        self.tally.refused.extend(dealt.err().map(refused));
        Ok(())
    }

    /// Gives a customer what the record says, after those that were made before are there.
    fn update(&mut self, unit: &mut dyn Unit, id: CustomerId, record: &CustomerRecord) -> Result<(), Error> {
        self.flush(unit)?;
        self.tally.updated += 1;
        if self.trial.is_some() {
            return Ok(());
        }
        self.making.update(unit, id, record, self.holders.is_signed_in_by(record))
    }

    /// Writes what was made.
    fn flush(&mut self, unit: &mut dyn Unit) -> Result<(), Error> {
        let made = self.making.made();
        if made.customers.is_empty() {
            return Ok(());
        }
        Ok(unit.insert_records(&made)?)
    }
}

/// The names that a record takes.
fn names(record: &CustomerRecord) -> impl Iterator<Item = String> {
    let email = format!("e{}", record.email.key());
    let external_id = record.external_id.as_ref().map(|id| format!("x{}", id.as_str()));
    std::iter::once(email).chain(external_id)
}
