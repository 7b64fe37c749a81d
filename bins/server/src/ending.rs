//! How long the end of the server may take, counted from the signal that asks for it.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// How long requests and jobs that are under way may take together when the server ends.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// One deadline for all that ends. A clone is the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ending(Arc<OnceLock<Instant>>);

impl Ending {
    /// The server is asked to end. Only the first time counts.
    pub(crate) fn begin(&self, now: Instant) {
        self.0.get_or_init(|| now);
    }

    /// What is left of the time; all of it before anybody has asked.
    pub(crate) fn left(&self, now: Instant) -> Duration {
        let passed = self.0.get().map_or(Duration::ZERO, |begun| now.saturating_duration_since(*begun));
        PATIENCE.saturating_sub(passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_deadline_from_the_first_signal_on() {
        let (ending, now) = (Ending::default(), Instant::now());
        let after = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(ending.left(after(60)), PATIENCE, "nobody has asked");
        ending.clone().begin(now);
        assert_eq!(ending.left(now), PATIENCE);
        ending.begin(after(5));
        assert_eq!(ending.left(after(7)), Duration::from_secs(3));
        assert_eq!(ending.left(after(11)), Duration::ZERO);
    }
}
