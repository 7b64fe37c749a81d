//! Time that stands still until a test moves it.

use std::sync::{Arc, Mutex, PoisonError};

use anteroom_domain::Clock;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// A clock that starts at [`ManualClock::START`]; its clones show the same time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<OffsetDateTime>>);

impl ManualClock {
    /// Where every clock starts; a fraction that ends in no zero shows whether microseconds survive.
    pub const START: OffsetDateTime = datetime!(2026-01-02 03:04:05.678901 UTC);

    /// A clock standing at [`ManualClock::START`].
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Self::START)))
    }

    /// Moves the clock on, or back by a negative `step`.
    pub fn advance(&self, step: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += step;
    }

    /// Puts the clock at `moment`.
    pub fn set(&self, moment: OffsetDateTime) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = moment;
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
