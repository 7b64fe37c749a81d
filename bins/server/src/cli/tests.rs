//! The command line holds together, and documents name commands that are there.

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use super::Cli;
use crate::config::KEYS;

const OPERATIONS: &str = include_str!("../../../../docs/operations.md");

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

/// A command that a document names.
#[derive(Debug)]
struct Named<'a> {
    line: &'a str,
    /// It stands in a shell block, to be pasted, and not in a sentence, where its arguments may be left out.
    is_whole: bool,
}

/// What stands before a command that is for the installation of a machine.
const AS_THE_SERVER: &str = "sudo -u anteroom ";

/// The commands of a document: lines of its blocks, and code in its text, that begin with `anteroom`.
fn commands(document: &str) -> Vec<Named<'_>> {
    let mut found = Vec::new();
    let mut in_block = false;
    for line in document.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if in_block && line.trim_start_matches(AS_THE_SERVER).starts_with("anteroom ") {
            found.push(Named {
                line: line.trim_start_matches(AS_THE_SERVER).split(" #").next().unwrap_or_default(),
                is_whole: true,
            });
        } else if !in_block {
            let code = line.split('`').skip(1).step_by(2).filter(|code| code.starts_with("anteroom "));
            found.extend(code.map(|line| Named { line, is_whole: false }));
        }
    }
    found
}

/// The words of a line, as far as quotation marks are concerned; the rest of a pipe or a redirection is not ours.
fn words(line: &str) -> Vec<String> {
    let line = line.split([';', '|', '>', '&']).next().unwrap_or_default();
    let mut words = Vec::new();
    for (n, part) in line.split('"').enumerate() {
        if n % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn every_command_of_the_documents_parses() {
    for (name, document, least) in
        [("docs/operations.md", OPERATIONS, 20), ("README.md", include_str!("../../../../README.md"), 3)]
    {
        let commands = commands(document);
        assert!(commands.len() >= least, "{name}: the test finds the commands: {commands:#?}");
        for Named { line, is_whole } in commands {
            for command in alternatives(line) {
                match Cli::try_parse_from(words(&command)).map_err(|error| error.kind()) {
                    Ok(_) | Err(ErrorKind::DisplayHelp) => {}
                    Err(ErrorKind::MissingRequiredArgument) if !is_whole => {}
                    Err(kind) => panic!("{name}: {command}: {kind:?}"),
                }
            }
        }
    }
}

#[test]
fn commands_for_operators_name_the_user_and_the_settings_of_the_server() {
    let (_, used) = OPERATIONS.split_once("\n## First start\n").unwrap();
    let named = commands(used).into_iter().filter(|named| named.is_whole);
    let elsewhere: Vec<_> = named
        .filter(|named| {
            let whole = format!("\n{AS_THE_SERVER}{}", named.line);
            !named.line.starts_with("anteroom --config /etc/anteroom/anteroom.toml ")
                || !used.contains(&whole)
        })
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
}

/// `a b|c d` is `a b d` and `a c d`.
fn alternatives(command: &str) -> Vec<String> {
    let Some(word) = command
        .split_whitespace()
        .find(|word| word.contains('|') && word.chars().all(|c| c.is_ascii_lowercase() || c == '|'))
    else {
        return vec![command.to_owned()];
    };
    word.split('|').flat_map(|choice| alternatives(&command.replacen(word, choice, 1))).collect()
}

#[test]
fn the_page_for_operators_lists_every_setting_as_it_is() {
    let settings = OPERATIONS.split("\n## ").find(|section| section.starts_with("Settings\n")).unwrap();
    let rows = settings.lines().filter(|line| line.starts_with("| `"));
    let listed: Vec<_> = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>()).collect();
    let expected = KEYS.iter().map(|key| {
        let variable = format!("ANTEROOM__{}", key.name.replace('.', "__").to_uppercase());
        [format!("`{}`", key.name), format!("`{variable}`"), key.fallback.to_string()]
    });
    let shown: Vec<_> = listed.iter().map(|row| [1, 2, 3].map(|n| row[n].to_owned())).collect();
    assert_eq!(shown, expected.collect::<Vec<_>>());
    for (row, key) in listed.iter().zip(&KEYS) {
        assert!(row.len() == 6 && !row[4].is_empty(), "{row:?}");
        assert_eq!(row[4].contains("a secret"), key.secret, "{row:?}");
    }
}

#[test]
fn the_page_for_operators_lists_every_command_that_people_run() {
    let command = Cli::command();
    for command in command.get_subcommands() {
        let ways = ["anteroom ", "anteroom --config /etc/anteroom/anteroom.toml "];
        let is_there = ways.iter().any(|way| OPERATIONS.contains(&format!("{way}{}", command.get_name())));
        assert!(is_there, "{}", command.get_name());
    }
}
