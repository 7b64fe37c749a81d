//! When the database was last found away.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anteroom_store::Mode;

/// When a unit last found the database away.
///
/// It may take such a unit a good part of a second to find out. Those who were waiting behind it meanwhile are refused
/// at once instead of each finding out the same in turn; who comes later asks anew. Where writing is not possible,
/// reading may well be, on a full disk for example: so a failed write refuses only those who wait to write.
#[derive(Default)]
pub(super) struct Outage(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    reading: Option<Instant>,
    writing: Option<Instant>,
}

impl Outage {
    /// Notes that a unit of that kind found the database away.
    pub(super) fn note(&self, mode: Mode) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Some(Instant::now());
        match mode {
            Mode::Read => *seen = Seen { reading: now, writing: now },
            Mode::Write | Mode::Append => seen.writing = now,
        }
    }

    /// Whether a unit of that kind has found it away since then.
    pub(super) fn is_since(&self, admitted_at: Instant, mode: Mode) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = match mode {
            Mode::Read => seen.reading,
            Mode::Write | Mode::Append => seen.writing,
        };
        noted.is_some_and(|noted| noted > admitted_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_refuses_writes_and_a_failed_read_both() {
        let (outage, before) = (Outage::default(), Instant::now());
        let refuses = |mode| outage.is_since(before, mode);
        assert!(!refuses(Mode::Read) && !refuses(Mode::Write));
        outage.note(Mode::Write);
        assert!(!refuses(Mode::Read) && refuses(Mode::Write));
        outage.note(Mode::Read);
        assert!(refuses(Mode::Read) && refuses(Mode::Write));
        assert!(!outage.is_since(Instant::now(), Mode::Read), "who comes later asks anew");
    }
}
