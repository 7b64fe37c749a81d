//! The older format, made from the newer one.

/// In OpenMetrics a counter is called without the `_total` of its samples, and the text ends with a mark; the older
/// format, which is the same otherwise, calls it as its samples are called.
pub(super) fn from_open_metrics(text: &str) -> String {
    let mut classic = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let type_line =
            if line.starts_with("# HELP ") { lines.peek().copied().unwrap_or_default() } else { line };
        let words: Vec<_> = line.splitn(4, ' ').collect();
        match words.as_slice() {
            ["#", "EOF"] => continue,
            ["#", what @ ("HELP" | "TYPE"), name, rest] if type_line.ends_with(" counter") => {
                classic.extend(["# ", what, " ", name, "_total ", rest]);
            }
            _ => classic.push_str(line),
        }
        classic.push('\n');
    }
    classic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_called_as_their_samples_are() {
        let open = "# HELP a_doors Doors of every counter\n# TYPE a_doors gauge\na_doors 1\n\
                    # HELP a_calls Calls made\n# TYPE a_calls counter\na_calls_total{b=\"c\"} 2\n# EOF\n";
        let classic = "# HELP a_doors Doors of every counter\n# TYPE a_doors gauge\na_doors 1\n\
                       # HELP a_calls_total Calls made\n# TYPE a_calls_total counter\na_calls_total{b=\"c\"} 2\n";
        assert_eq!(from_open_metrics(open), classic);
    }
}
