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
    /// Every sample: the name it goes by, which is that of the family or begins with it, its labels and its value.
    pub samples: Vec<(String, Labels, String)>,
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
        let without_type = families.iter().find(|(_, family)| family.kind.is_empty());
        assert!(without_type.is_none(), "{without_type:?}");
        let scrape = Self(families);
        scrape.0.iter().filter(|(_, family)| family.kind == "histogram").for_each(histogram_is_sound);
        scrape
    }

    /// Every family, by name.
    pub fn families(&self) -> impl Iterator<Item = (&str, &Family)> {
        self.0.iter().map(|(name, family)| (name.as_str(), family))
    }

    /// What is counted by all samples of that name that have these labels among theirs.
    ///
    /// # Panics
    /// When one of them is no whole number.
    pub fn count(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        self.matching(name, labels).map(|value| value.parse::<u64>().expect(value)).sum()
    }

    /// What all samples of that name come to, such as seconds.
    ///
    /// # Panics
    /// When one of them is no number.
    pub fn number(&self, name: &str) -> f64 {
        self.matching(name, &[]).map(|value| value.parse::<f64>().expect(value)).sum()
    }

    /// The samples of that name, each as the values of these labels and what was counted.
    ///
    /// # Panics
    /// When one of them is no whole number.
    pub fn rows<const N: usize>(&self, name: &str, labels: [&str; N]) -> BTreeMap<[String; N], u64> {
        let samples = self.samples().filter(|(found, _, _)| found == name);
        samples
            .map(|(_, found, value)| {
                let values = labels.map(|label| found.get(label).cloned().unwrap_or_default());
                (values, value.parse().expect(value))
            })
            .collect()
    }

    fn samples(&self) -> impl Iterator<Item = &(String, Labels, String)> {
        self.0.values().flat_map(|family| &family.samples)
    }

    fn matching(&self, name: &str, labels: &[(&str, &str)]) -> impl Iterator<Item = &str> {
        let matching = self.samples().filter(move |(found, all, _)| {
            found == name && labels.iter().all(|(key, value)| all.get(*key).is_some_and(|v| v == value))
        });
        matching.map(|(_, _, value)| value.as_str())
    }
}

/// `name{label="value",…} number`
fn sample(line: &str) -> (String, Labels, String) {
    let (series, value) = line.rsplit_once(' ').expect(line);
    value.parse::<f64>().expect(line);
    let value = value.to_owned();
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
        let mut buckets =
            of("_bucket").filter(|(_, found, _)| labels.iter().all(|(k, v)| found.get(k) == Some(v)));
        let counts: Vec<u64> = buckets.clone().map(|(_, _, value)| value.parse().expect(name)).collect();
        assert!(counts.is_sorted(), "{name} {labels:?}");
        let last = buckets.next_back().map(|(_, found, value)| (found.get("le").map(String::as_str), value));
        assert_eq!(last, Some((Some("+Inf"), count)), "{name} {labels:?}");
        assert!(of("_sum").any(|(_, found, _)| found == labels), "{name} {labels:?}");
    }
}
