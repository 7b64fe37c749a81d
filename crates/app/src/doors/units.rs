//! How long units of work take.

use std::time::Instant;

use anteroom_store::Mode;

use crate::measure::Timings;
use crate::observe::UnitTimes;

/// How long units of either mode took.
#[derive(Default)]
pub(super) struct Units {
    read: Timed,
    write: Timed,
}

#[derive(Default)]
struct Timed {
    wait: Timings,
    took: Timings,
}

/// The wait of a unit for its connection.
pub(super) struct Wait<'t> {
    timed: &'t Timed,
    asked_at: Instant,
}

impl Wait<'_> {
    /// The unit has its connection.
    pub(super) fn end(self) {
        self.timed.wait.record(self.asked_at.elapsed());
    }
}

impl Units {
    /// Times a unit, which ends the wait when it has its connection; one that gets none has not waited for it.
    pub(super) fn timed<T>(&self, mode: Mode, unit: impl FnOnce(Wait<'_>) -> T) -> T {
        let (timed, asked_at) = (self.of(mode), Instant::now());
        let done = unit(Wait { timed, asked_at });
        timed.took.record(asked_at.elapsed());
        done
    }

    /// What was timed until now.
    pub(super) fn times(&self) -> Vec<UnitTimes> {
        let times = |mode| {
            let Timed { wait, took } = self.of(mode);
            UnitTimes { mode, wait: wait.spread(), took: took.spread() }
        };
        vec![times(Mode::Read), times(Mode::Write)]
    }

    fn of(&self, mode: Mode) -> &Timed {
        match mode {
            Mode::Read => &self.read,
            Mode::Write | Mode::Append => &self.write,
        }
    }
}
