//! The one place where units of work are run.

use anteroom_store::{Mode, Store, StoreError, Unit};

use super::outage::Outage;
use super::units::Units;
use super::watch::Watch;
use crate::Error;
use crate::measure::Counter;

/// Units of work, and what is known of the database by how they fare.
#[derive(Default)]
pub(super) struct Work {
    pub(super) outage: Outage,
    pub(super) units: Units,
    /// Units and commands that found the database away or waited behind one that did.
    pub(super) turned_away: Counter,
}

/// Why a unit failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// It has changed nothing.
    Undone(Error),
    /// It failed at its commit: nobody knows whether it has changed something.
    AtCommit(Error),
}

impl Work {
    /// Runs one unit of work; a writing one is committed when `work` succeeds.
    pub(super) fn run<T>(
        &self,
        store: &dyn Store,
        mode: Mode,
        watch: &Watch,
        work: impl FnOnce(&mut dyn Unit) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let done = self.units.timed(mode, |wait| {
            let mut unit = store.begin(mode)?;
            wait.end();
            let value = work(&mut *unit).map_err(Failure::Undone)?;
            if mode.writes() {
                unit.commit().map_err(|error| Failure::AtCommit(error.into()))?;
            }
            Ok(value)
        });
        match &done {
            Err(Failure::Undone(Error::Unavailable(_)) | Failure::AtCommit(Error::Unavailable(_))) => {
                self.outage.note(mode);
                watch.failed();
            }
            _ => watch.finished(),
        }
        done
    }

    /// Counts an answer that says that the database is away.
    pub(super) fn answered<T>(&self, answer: Result<T, Error>) -> Result<T, Error> {
        if matches!(answer, Err(Error::Unavailable(_) | Error::TimedOut { .. })) {
            self.turned_away.count();
        }
        answer
    }
}

impl From<StoreError> for Failure {
    /// A unit that did not begin.
    fn from(error: StoreError) -> Self {
        Self::Undone(error.into())
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Undone(error) | Failure::AtCommit(error) => error,
        }
    }
}
