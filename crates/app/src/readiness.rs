//! Whether the server can do its work.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anteroom_store::{Mode, StoreError};

use crate::{App, Error};

/// How long the last write speaks for the next ones: whoever asks often costs one small write a second.
const SPEAKS_FOR: Duration = Duration::from_secs(1);

impl App {
    /// Whether the database can be read, and as of at most a second ago written: a full disk, a lock that somebody
    /// else holds and a server that only reads leave nobody ready.
    pub async fn check_ready(&self) -> Result<(), Error> {
        self.doors().db(Mode::Read, |unit| Ok(unit.installation().map(|_| ())?)).await?;
        if !self.0.last_write.is_old() {
            return self.0.last_write.outcome();
        }
        let written = self.doors().db(Mode::Write, |unit| Ok(unit.write_nothing_new()?)).await;
        self.0.last_write.note(written.is_ok());
        written
    }
}

/// What became of the last write that was tried for the sake of knowing.
#[derive(Debug, Default)]
pub(crate) struct LastWrite(Mutex<Tried>);

#[derive(Debug, Default)]
struct Tried {
    at: Option<Instant>,
    failed: bool,
}

impl LastWrite {
    /// Whether it is time to try again. Who is told so does it, and everybody else goes by what was known before.
    fn is_old(&self) -> bool {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = tried.at.is_none_or(|at| at.elapsed() >= SPEAKS_FOR);
        if is_old {
            tried.at = Some(Instant::now());
        }
        is_old
    }

    fn note(&self, succeeded: bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failed = !succeeded;
    }

    fn outcome(&self) -> Result<(), Error> {
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).failed {
            return Err(StoreError::Unavailable("the last write has failed".into()).into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tries_and_the_others_go_by_what_came_of_it() {
        let last = LastWrite::default();
        assert!(last.is_old());
        assert!(!last.is_old(), "one of two who ask at once");
        assert!(last.outcome().is_ok());
        last.note(false);
        assert!(matches!(last.outcome(), Err(Error::Unavailable(_))));
        last.note(true);
        assert!(last.outcome().is_ok());
    }
}
