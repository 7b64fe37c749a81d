//! Documents that name things of the tree name things that are there.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// Names such as `ot_03_sixteen_submissions_one_success`, which carry the id of a line of the security contract.
fn carries_an_id(name: &str) -> bool {
    let mut parts = name.splitn(3, '_');
    let area = parts.next().unwrap_or_default();
    let line = parts.next().unwrap_or_default();
    let areas = ["pw", "lg", "ot", "mf", "oa", "se", "ck", "jw", "ac", "ap", "lo", "rl"];
    areas.contains(&area)
        && line.len() == 2
        && line.bytes().all(|b| b.is_ascii_digit())
        && parts.next().is_some()
}

/// The names of every function in the tree.
fn functions() -> BTreeSet<String> {
    let mut files = Vec::new();
    for folder in ["crates", "bins"] {
        sources(&root().join(folder), &mut files);
    }
    let rests = files.iter().flat_map(|text| text.split("fn ").skip(1));
    rests.map(|rest| rest.split(['(', '<']).next().unwrap_or_default().to_owned()).collect()
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap()
}

#[test]
fn the_page_about_faults_names_a_test_for_each_that_is_there() {
    let (page, functions) = (page("faults.md"), functions());
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() > 10, "the test finds the table");
    for row in rows {
        let tests = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let is_test = |name: &&str| name.matches('_').count() > 2;
        let named: Vec<_> = tests.split('`').skip(1).step_by(2).filter(is_test).collect();
        assert!(!named.is_empty(), "no test: {row}");
        for name in named {
            assert!(functions.contains(name), "{name} is not in the tree");
        }
    }
    let listed: BTreeSet<_> = page.split('`').skip(1).step_by(2).collect();
    let forgotten = functions.iter().filter(|name| name.starts_with("rl_02_") || name.starts_with("rl_03_"));
    let forgotten: Vec<_> = forgotten.filter(|name| !listed.contains(name.as_str())).collect();
    assert!(forgotten.is_empty(), "not on the page: {forgotten:#?}");
}

#[test]
fn the_security_page_lists_the_tests_that_carry_its_ids() {
    let defined: BTreeSet<_> = functions().into_iter().filter(|name| carries_an_id(name)).collect();
    let page = page("security.md");
    let listed = page.split('`').skip(1).step_by(2).filter(|name| carries_an_id(name));
    let listed: BTreeSet<_> = listed.map(str::to_owned).collect();
    assert!(defined.len() > 100, "the test finds the tests");
    let (missing, stale): (Vec<_>, Vec<_>) =
        (defined.difference(&listed).collect(), listed.difference(&defined).collect());
    assert!(
        missing.is_empty() && stale.is_empty(),
        "not on the page: {missing:#?}\nnot in the tree: {stale:#?}"
    );
}
