//! The machine's own clock and randomness: the one place where both are asked. Tests bring others.

use anteroom_domain::{Clock, Random};
use time::OffsetDateTime;

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock that everybody else is told to ask")]
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc().truncate_to_microsecond()
    }
}

/// The randomness of the operating system.
///
/// Without it no token and no id can be made, and nobody who asks can go on: the process ends.
#[derive(Debug, Clone, Copy)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            eprintln!(
                "anteroom: the operating system gives no random bytes ({error}): the program cannot go on"
            );
            std::process::abort();
        }
    }
}
