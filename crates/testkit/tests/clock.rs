//! The manual clock and the seeded randomness.

use anteroom_domain::{Clock, Random};
use anteroom_testkit::clock::ManualClock;
use anteroom_testkit::random::SeededRandom;
use time::Duration;

#[test]
fn the_clock_moves_only_when_told() {
    let clock = ManualClock::new();
    let shared = clock.clone();
    assert_eq!(clock.now().to_string(), "2026-01-02 3:04:05.678901 +00:00:00");
    shared.advance(Duration::HOUR);
    assert_eq!(clock.now(), ManualClock::START + Duration::HOUR);
    shared.set(ManualClock::START);
    assert_eq!(clock.now(), ManualClock::START);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let draw = |seed| {
        let random = SeededRandom::new(seed);
        let random: &dyn Random = &random;
        (random.bytes::<16>(), random.bytes::<70>())
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    let (first, second) = draw(1);
    assert!(!second.starts_with(&first), "two draws differ");
}
