//! What was measured.

use serde::{Deserialize, Serialize};

/// One measurement: how many a second, and how long each took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    /// Requests a second.
    pub(crate) rate: f64,
    /// Median, in milliseconds.
    pub(crate) p50: f64,
    /// Of a hundred requests one takes longer, in milliseconds.
    pub(crate) p99: f64,
}

/// Several rounds of one measurement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Rounds {
    /// Of each value the median.
    pub(crate) median: Figure,
    /// From the lowest rate to the highest, in hundredths of the median.
    pub(crate) spread: f64,
}

impl Rounds {
    /// The medians of at least one round.
    pub(crate) fn of(figures: &[Figure]) -> Self {
        let of = |value: fn(&Figure) -> f64| median(figures.iter().map(value));
        let median = Figure { rate: of(|f| f.rate), p50: of(|f| f.p50), p99: of(|f| f.p99) };
        let lowest = figures.iter().map(|figure| figure.rate).fold(f64::INFINITY, f64::min);
        let highest = figures.iter().map(|figure| figure.rate).fold(0.0, f64::max);
        Self { median, spread: (highest - lowest) / median.rate * 100.0 }
    }
}

/// The value in the middle; of two, the lower one.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

/// A number for a calculation with others.
pub(crate) fn float(number: u64) -> f64 {
    const STEP: u64 = 1 << 32;
    let half = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    half(number / STEP) * 4_294_967_296.0 + half(number % STEP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_give_the_middle_and_how_far_they_are_apart() {
        let figure = |rate| Figure { rate, p50: 1.0 / rate, p99: rate };
        let rounds = Rounds::of(&[figure(90.0), figure(120.0), figure(100.0)]);
        assert_eq!(rounds.median, Figure { rate: 100.0, p50: 0.01, p99: 100.0 });
        assert!((rounds.spread - 30.0).abs() < 1e-9);
    }

    #[test]
    fn large_numbers_stay_what_they_are() {
        assert!(float(0).abs() < 0.5);
        assert!((float(5_000_000_001) - 5_000_000_001.0).abs() < 0.5);
    }
}
