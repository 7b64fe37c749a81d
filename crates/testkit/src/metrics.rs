//! Metrics as whoever collects them reads them.

use std::collections::{BTreeMap, BTreeSet};

/// The labels of a sample.
pub type Labels = BTreeMap<String, String>;

/// A text of metrics, read strictly.
#[derive(Debug)]
pub struct Scrape(BTreeMap<String, Family>);

/// All samples of one name.
#[derive(Debug)]
pub struct Family {
    /// `counter`, `gauge` or `histogram`.
    pub kind: String,
    /// What it says about itself.
    pub help: String,
    /// Every sample, with the name it goes by: that of the family, perhaps with a suffix.
    pub samples: Vec<(String, Labels, f64)>,
}

impl Family {
    /// The names of the labels that tell its samples apart, `le` aside.
    pub fn labels(&self) -> BTreeSet<&str> {
        let names = self.samples.iter().flat_map(|(_, labels, _)| labels.keys().map(String::as_str));
        names.filter(|name| *name != "le").collect()
    }
}

impl Scrape {
    /// Reads the classic text format.
    ///
    /// # Panics
    /// When a line is none of that format, a sample has no family, or a histogram contradicts itself.
    pub fn parse(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line has an end");
        let mut families: BTreeMap<String, Family> = BTreeMap::new();
        let mut last = String::new();
        for line in text.lines() {
            if let Some(comment) = line.strip_prefix("# HELP ") {
                let (name, help) = comment.split_once(' ').expect(line);
                let family = Family { kind: String::new(), help: help.to_owned(), samples: Vec::new() };
                assert!(families.insert(name.to_owned(), family).is_none(), "{name} is there once");
                name.clone_into(&mut last);
            } else if let Some(comment) = line.strip_prefix("# TYPE ") {
                let (name, kind) = comment.split_once(' ').expect(line);
                assert_eq!(name, last, "the type comes after the help");
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                kind.clone_into(&mut families.get_mut(name).expect(line).kind);
            } else {
                let (name, labels, value) = sample(line);
                let family = families.get_mut(&last).expect(line);
                let rest = name.strip_prefix(&last).expect(line);
                let suffixes: &[&str] =
                    if family.kind == "histogram" { &["_sum", "_count", "_bucket"] } else { &[""] };
                assert!(suffixes.contains(&rest), "{line} is no sample of {last}");
                let is_new = family.samples.iter().all(|(n, l, _)| (n, l) != (&name, &labels));
                assert!(is_new, "{line} is there once");
                family.samples.push((name, labels, value));
            }
        }
        let scrape = Self(families);
        scrape.0.iter().filter(|(_, family)| family.kind == "histogram").for_each(histogram_is_sound);
        scrape
    }

    /// Every family, by name.
    pub fn families(&self) -> impl Iterator<Item = (&str, &Family)> {
        self.0.iter().map(|(name, family)| (name.as_str(), family))
    }

    /// The values of all samples of that name that have these labels among theirs, added up.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let samples = self.0.values().flat_map(|family| &family.samples);
        let matching = samples.filter(|(n, l, _)| {
            n == name && labels.iter().all(|(key, value)| l.get(*key).is_some_and(|v| v == value))
        });
        matching.map(|(_, _, value)| value).sum()
    }

    /// The samples of that name, as the values of these labels and what they come to.
    pub fn rows<const N: usize>(&self, name: &str, labels: [&str; N]) -> BTreeMap<[String; N], f64> {
        let samples = self.0.values().flat_map(|family| &family.samples).filter(|(n, _, _)| n == name);
        samples
            .map(|(_, found, value)| (labels.map(|label| found.get(label).cloned().unwrap_or_default()), *value))
            .collect()
    }
}

/// `name{label="value",…} number`
fn sample(line: &str) -> (String, Labels, f64) {
    let (series, value) = line.rsplit_once(' ').expect(line);
    let value = value.parse().expect(line);
    let Some((name, labels)) = series.split_once('{') else {
        return (series.to_owned(), Labels::new(), value);
    };
    let labels = labels.strip_suffix('}').expect(line);
    let pairs = labels.split(',').map(|pair| {
        let (label, quoted) = pair.split_once('=').expect(line);
        let text = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).expect(line);
        assert!(!text.contains(['"', '\\']), "no value of ours needs escaping: {line}");
        (label.to_owned(), text.to_owned())
    });
    (name.to_owned(), pairs.collect(), value)
}

/// Buckets never fall, and the last of them has all that was counted.
fn histogram_is_sound((name, family): (&String, &Family)) {
    let of = |suffix: &str| {
        let wanted = format!("{name}{suffix}");
        family.samples.iter().filter(move |(n, _, _)| *n == wanted)
    };
    for (_, labels, count) in of("_count") {
        let buckets = of("_bucket").filter(|(_, found, _)| labels.iter().all(|(k, v)| found.get(k) == Some(v)));
        let buckets: Vec<_> = buckets.map(|(_, found, value)| (found["le"].as_str(), *value)).collect();
        assert!(buckets.is_sorted_by_key(|(_, value)| *value), "{name} {labels:?}");
        assert_eq!(buckets.last(), Some(&("+Inf", *count)), "{name} {labels:?}");
        assert!(of("_sum").any(|(_, found, _)| found == labels), "{name} {labels:?}");
    }
}
