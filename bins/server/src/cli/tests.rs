//! The command line holds together, and documents name commands that are there.

use clap::{CommandFactory, Parser};

use super::Cli;

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

/// The commands of a document: lines of its shell blocks, and code in its text, that begin with `anteroom`.
fn commands(document: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_block = false;
    for line in document.lines() {
        if line.starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            found.extend(
                line.find("anteroom ")
                    .filter(|at| *at == 0 || line[..*at].ends_with(' '))
                    .map(|at| &line[at..]),
            );
        } else {
            found.extend(line.split('`').skip(1).step_by(2).filter(|code| code.starts_with("anteroom ")));
        }
    }
    let without_comment = |line: &str| line.split(" #").next().unwrap_or_default().to_owned();
    found.into_iter().map(without_comment).collect()
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
    for (name, document, least) in [
        ("docs/operations.md", include_str!("../../../../docs/operations.md"), 20),
        ("README.md", include_str!("../../../../README.md"), 3),
    ] {
        let commands = commands(document);
        assert!(commands.len() >= least, "{name}: the test finds the commands: {commands:#?}");
        for command in commands {
            // `token list|revoke` stands for two commands, and a page may stop at a command that has others.
            for alternative in alternatives(&command) {
                if let Err(error) = Cli::try_parse_from(words(&alternative)) {
                    assert!(!error.use_stderr(), "{name}: {alternative}\n{error}");
                }
            }
        }
    }
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
