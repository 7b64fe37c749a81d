//! Whether the time of a refused sign-in tells who has an account: ASVS 6.3.8.

use std::time::Instant;

use serde_json::json;

use crate::http;
use crate::report::{Budget, Row, Verdict};
use crate::stage::Stage;

/// How many of each kind are timed.
const EACH: usize = 200;

/// A kind of refusal, and how long each took in milliseconds.
#[derive(Debug)]
struct Refused {
    /// Who is refused.
    who: &'static str,
    /// With what, each once.
    shown: Vec<(String, &'static str)>,
    times: Vec<f64>,
}

impl Refused {
    fn new(who: &'static str, shown: Vec<(String, &'static str)>) -> Self {
        Self { who, shown, times: Vec::new() }
    }
}

const WRONG: &str = "wrong battery staple";

/// Two hundred of each, in turn, over a connection each.
pub(super) fn run(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    let file = |name: &str| std::fs::read_to_string(stage.seed.tokens.join(name));
    let (emails, customers) = (file("emails")?, file("customers")?);
    let some = |skipped: usize, password| {
        let emails = emails.lines().skip(skipped).take(EACH);
        emails.map(|email| (email.to_owned(), password)).collect()
    };
    let nobody = |n| (format!("nobody-{n}@example.com"), WRONG);
    let disabled: Vec<_> = customers.lines().skip(2 * EACH).take(EACH).collect();
    let mut kinds = [
        Refused::new("wrong password", some(0, WRONG)),
        Refused::new("unknown e-mail", (0..EACH).map(nobody).collect()),
        Refused::new("disabled", some(2 * EACH, crate::seed::PASSWORD)),
        // Shows how much chance there is in a figure.
        Refused::new("wrong password again", some(EACH, WRONG)),
    ];
    switch(stage, &disabled, "disable")?;
    for n in 0..EACH {
        for kind in &mut kinds {
            if let Some((email, password)) = kind.shown.get(n) {
                kind.times.push(time(stage, email, password)?);
            }
        }
        // Each kind comes first as often as the others.
        kinds.rotate_left(1);
    }
    switch(stage, &disabled, "enable")?;
    kinds.rotate_right(EACH % 4);
    for kind in &mut kinds {
        kind.times.sort_by(f64::total_cmp);
    }
    let [wrong, others @ ..] = &kinds;
    let verdicts = others.iter().flat_map(|kind| {
        let ratio = middle(&kind.times) / middle(&wrong.times);
        let off = (ratio - 1.0).abs();
        let chance = same_distribution(&wrong.times, &kind.times);
        [
            Verdict::of(
                format!("{}: median off {:.2} ms", kind.who, middle(&wrong.times)),
                off,
                Budget::AtMost(0.05),
            ),
            Verdict::of(format!("{}: chance that it is alike", kind.who), chance, Budget::AtLeast(0.01)),
        ]
    });
    Ok(vec![Row { verdicts: verdicts.collect(), ..stage.row(8, "sign-in-refusals", Some(1)) }])
}

/// How long a refusal takes, in milliseconds.
fn time(stage: &Stage<'_>, email: &str, password: &str) -> anyhow::Result<f64> {
    let body = json!({"email": email, "password": password}).to_string();
    let headers = [("x-publishable-api-key", stage.seed.publishable_key.as_str())];
    let begun_at = Instant::now();
    http::expect(401, stage.server.port, "POST", "/auth/customer/emailpass", &headers, Some(&body))?;
    Ok(begun_at.elapsed().as_secs_f64() * 1e3)
}

fn switch(stage: &Stage<'_>, customers: &[&str], how: &str) -> anyhow::Result<()> {
    let authorization = format!("Bearer {}", stage.seed.access_token);
    for customer in customers {
        let path = format!("/api/customers/{customer}/{how}");
        let headers = [("authorization", authorization.as_str())];
        http::expect(200, stage.server.port, "POST", &path, &headers, None)?;
    }
    Ok(())
}

fn middle(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How likely two samples, sorted, differ as much as these by chance alone: the two-sided test of Kolmogorov and Smirnov, by its
/// limit for large samples.
fn same_distribution(one: &[f64], other: &[f64]) -> f64 {
    let share =
        |sorted: &[f64], value| number(sorted.partition_point(|seen| *seen <= value)) / number(sorted.len());
    let all = one.iter().chain(other);
    let farthest = all.map(|value| (share(one, *value) - share(other, *value)).abs()).fold(0.0, f64::max);
    let (n, m) = (number(one.len()), number(other.len()));
    let root = (n * m / (n + m)).sqrt();
    let lambda = (root + 0.12 + 0.11 / root) * farthest;
    if lambda < 0.2 {
        return 1.0;
    }
    let term = |k: f64| (-2.0 * (k * lambda).powi(2)).exp();
    let sum: f64 = (1..=100_u32).map(|k| if k % 2 == 1 { term(k.into()) } else { -term(k.into()) }).sum();
    (2.0 * sum).clamp(0.0, 1.0)
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_that_differ_are_told_from_those_that_do_not() {
        let even: Vec<f64> = (0..200).map(|n| f64::from(n) * 2.0).collect();
        let odd: Vec<f64> = even.iter().map(|value| value + 1.0).collect();
        let late: Vec<f64> = even.iter().map(|value| value + 60.0).collect();
        assert!(same_distribution(&even, &odd) > 0.99);
        // 0.150 apart with 200 each: 0.022 by the tables.
        let chance = same_distribution(&even, &late);
        assert!((0.015..0.03).contains(&chance), "{chance}");
        assert!(same_distribution(&even, &even.iter().map(|value| value + 200.0).collect::<Vec<_>>()) < 1e-6);
    }
}
