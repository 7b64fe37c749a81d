//! The reader of metrics reads what is sound and refuses what is not.

use std::panic::catch_unwind;

use anteroom_testkit::metrics::Scrape;

const SOUND: &str = "# HELP a_total Things done\n# TYPE a_total counter\na_total{kind=\"x\"} 1\na_total{kind=\"y\"} 2\n\
                     # HELP b Time taken\n# TYPE b histogram\nb_sum 0.5\nb_count 3\nb_bucket{le=\"1\"} 2\n\
                     b_bucket{le=\"+Inf\"} 3\n";

#[test]
fn what_is_sound_is_read() {
    let scrape = Scrape::parse(SOUND);
    assert_eq!((scrape.count("a_total", &[]), scrape.count("a_total", &[("kind", "y")])), (3, 2));
    assert_eq!(scrape.rows("a_total", ["kind"]), [(["x".to_owned()], 1), (["y".to_owned()], 2)].into());
    assert_eq!((scrape.count("b_count", &[]), scrape.count("c", &[])), (3, 0));
    assert!((scrape.number("b_sum") - 0.5).abs() < f64::EPSILON);
    let labels = scrape.families().map(|(name, family)| (name, family.labels().into_iter().collect()));
    assert_eq!(labels.collect::<Vec<(&str, Vec<&str>)>>(), [("a_total", vec!["kind"]), ("b", vec![])]);
}

#[test]
fn what_is_unsound_is_refused() {
    let changes = [
        ("# TYPE a_total counter\n", ""),
        ("a_total counter", "a_total info"),
        ("kind=\"y\"", "kind=\"x\""),
        ("kind=\"y\"", "kind=y"),
        ("a_total{kind=\"x\"}", "other{kind=\"x\"}"),
        ("} 1\n", "} one\n"),
        ("b_count 3", "b_count 4"),
        ("b_sum 0.5\n", ""),
        ("le=\"1\"} 2", "le=\"1\"} 4"),
        ("# HELP b ", "# HELP a_total "),
    ];
    for (from, to) in changes {
        let text = SOUND.replacen(from, to, 1);
        assert_ne!(text, SOUND, "{from}");
        let refused = catch_unwind(|| drop(Scrape::parse(&text)));
        assert!(refused.is_err(), "{from:?} as {to:?} is let through");
    }
    assert!(catch_unwind(|| drop(Scrape::parse(SOUND.strip_suffix('\n').unwrap()))).is_err());
}
