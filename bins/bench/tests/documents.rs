//! The page about performance names recipes, options and scenarios that are there.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::process::Command;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

fn output(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_anteroom-bench")).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// What stands between backticks and in blocks.
fn words(page: &str) -> Vec<String> {
    page.split(|c: char| c.is_whitespace() || "`(),;".contains(c)).map(str::to_owned).collect()
}

#[test]
fn the_page_names_recipes_that_are_there() {
    let (page, recipes) = (read("docs/performance.md"), read("justfile"));
    let named: Vec<_> = page.match_indices("just bench").map(|(at, _)| &page[at + "just ".len()..]).collect();
    assert!(named.len() > 5, "the test finds the recipes");
    for rest in named {
        let name = rest.split(|c: char| c.is_whitespace() || c == '`').next().unwrap();
        assert!(recipes.contains(&format!("\n{name} *arguments:")), "there is no recipe {name}");
    }
}

#[test]
fn the_page_names_options_and_parts_that_are_there() {
    let (page, help) = (read("docs/performance.md"), output(&["--help"]));
    let options: Vec<_> = words(&page).into_iter().filter(|word| word.starts_with("--")).collect();
    assert!(options.len() > 8, "the test finds the options");
    for option in options {
        assert!(help.contains(&option), "there is no {option}: {help}");
    }
    for part in ["limit", "ceiling", "raw", "flood"] {
        assert!(page.contains(&format!("`anteroom-bench {part}`")), "the page does not name {part}");
        assert!(output(&[part, "--help"]).contains("Usage: anteroom-bench"), "there is no {part}");
    }
}

#[test]
fn the_page_describes_every_scenario() {
    let page = read("docs/performance.md");
    let refused = output(&["--only", "no-such-scenario", "--placement", "p2"]);
    let (_, names) = refused.split_once("there are ").unwrap_or_else(|| panic!("{refused}"));
    let names: Vec<_> = names.lines().next().unwrap_or_default().trim().split(", ").collect();
    assert!(names.len() > 10, "{refused}");
    for name in names {
        assert!(page.contains(&format!("`{name}`")), "the page does not describe {name}");
    }
}
