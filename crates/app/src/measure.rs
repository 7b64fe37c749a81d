//! Counting and timing without a lock: what is measured costs a few atomic operations, whoever may look.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often something has happened.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// It has happened once more.
    pub fn count(&self) {
        self.add(1);
    }

    /// It has happened that many times more.
    pub fn add(&self, times: u64) {
        self.0.fetch_add(times, Ordering::Relaxed);
    }

    /// How often.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The longest time that each of the buckets takes; what is longer still has one more.
pub const BOUNDS: [Duration; 14] = [
    Duration::from_micros(500),
    Duration::from_millis(1),
    Duration::from_micros(2_500),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(25),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_millis(2_500),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// How long something has taken each time.
#[derive(Debug, Default)]
pub struct Timings {
    buckets: [Counter; BOUNDS.len()],
    longer: Counter,
    nanoseconds: Counter,
}

impl Timings {
    /// It has taken that long once more.
    pub fn record(&self, took: Duration) {
        let bucket = self.buckets.iter().zip(BOUNDS).find(|(_, bound)| took <= *bound);
        bucket.map_or(&self.longer, |(bucket, _)| bucket).count();
        self.nanoseconds.add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    /// What was recorded until now.
    pub fn spread(&self) -> Spread {
        Spread {
            buckets: self.buckets.each_ref().map(Counter::value),
            longer: self.longer.value(),
            sum: Duration::from_nanos(self.nanoseconds.value()),
        }
    }
}

/// How a number of times spread over [`BOUNDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// How many were as long as the bound of the same place, and longer than the one before.
    pub buckets: [u64; BOUNDS.len()],
    /// How many were longer than all bounds.
    pub longer: u64,
    /// All of them together.
    pub sum: Duration,
}

impl Spread {
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum::<u64>() + self.longer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_falls_into_the_bucket_whose_bound_it_does_not_pass() {
        let timings = Timings::default();
        let just_longer = Duration::from_millis(1) + Duration::from_nanos(1);
        let times = [Duration::ZERO, Duration::from_millis(1), just_longer, Duration::from_secs(11)];
        for took in times {
            timings.record(took);
        }
        let spread = timings.spread();
        assert_eq!(spread.buckets, [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!((spread.longer, spread.count()), (1, 4));
        assert_eq!(spread.sum, times.into_iter().sum::<Duration>());
    }

    #[test]
    fn bounds_rise() {
        assert!(BOUNDS.is_sorted_by(|shorter, longer| shorter < longer));
    }

    #[test]
    fn nothing_is_lost_when_many_count_at_once() {
        let (counter, timings) = (Counter::default(), Timings::default());
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..1000 {
                        counter.count();
                        timings.record(Duration::from_millis(2));
                    }
                });
            }
        });
        let spread = timings.spread();
        assert_eq!((counter.value(), spread.count()), (16_000, 16_000));
        assert_eq!(spread.sum, Duration::from_secs(32));
    }
}
