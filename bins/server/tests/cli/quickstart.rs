//! `docs/quickstart.md`, followed to the letter.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use anteroom_testkit::is_installed;
use serde_json::Value;

use crate::sandbox::Sandbox;

const PAGE: &str = include_str!("../../../../docs/quickstart.md");
/// Printed between the steps, so that each has its own output.
const MARK: &str = "==== the next step ====";

/// A fenced block of commands, and the answers that the page shows below it.
struct Step {
    commands: String,
    answers: Option<Answers>,
}

enum Answers {
    /// JSON documents, one after the other.
    Json(String),
    /// To the letter.
    Text(String),
}

/// The steps of the page. A block of answers belongs to the commands before it.
fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        let text = block.join("\n");
        match language {
            "sh" => steps.push(Step { commands: text, answers: None }),
            "json" | "text" => {
                let answers = if language == "json" { Answers::Json(text) } else { Answers::Text(text) };
                let before = steps.last_mut().unwrap().answers.replace(answers);
                assert!(before.is_none(), "two blocks of answers for the same commands");
            }
            other => panic!("a block that is neither commands nor answers: {other:?}"),
        }
    }
    steps
}

/// The JSON texts that stand one after the other.
fn documents(text: &str) -> Vec<Value> {
    let values = serde_json::Deserializer::from_str(text).into_iter();
    values.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Whether the page shows what was answered; `…` ends a text that goes on as it likes.
fn shows(page: &Value, answer: &Value) -> bool {
    match (page, answer) {
        (Value::String(shown), Value::String(text)) => match shown.strip_suffix('…') {
            Some(beginning) => text.starts_with(beginning),
            None => shown == text,
        },
        (Value::Array(shown), Value::Array(entries)) => {
            shown.len() == entries.len()
                && shown.iter().zip(entries).all(|(shown, entry)| shows(shown, entry))
        }
        (Value::Object(shown), Value::Object(members)) => {
            shown.keys().eq(members.keys()) && shown.iter().all(|(name, shown)| shows(shown, &members[name]))
        }
        (shown, answer) => shown == answer,
    }
}

fn compare(commands: &str, shown: &[Value], answered: &[Value]) {
    assert_eq!(shown.len(), answered.len(), "{commands}\n{answered:?}");
    for (shown, answer) in shown.iter().zip(answered) {
        assert!(shows(shown, answer), "{commands}\nthe page shows {shown:#}\nthe answer is {answer:#}");
    }
}

#[test]
fn the_quickstart_does_what_it_says() {
    if !is_installed("curl") {
        return;
    }
    let steps = steps();
    let (start, rest) = steps.split_first().unwrap();
    assert_eq!(start.commands, "cargo run --release");
    let sandbox = Sandbox::new();
    let server = sandbox.serve();
    let program = Path::new(env!("CARGO_BIN_EXE_anteroom")).parent().unwrap().display();
    let mut script = format!("set -euo pipefail\nunset \"${{!ANTEROOM__@}}\"\nPATH=\"{program}:$PATH\"\n");
    for step in rest {
        // Where the server listens and where the program is are the two things that differ here.
        let commands = step.commands.replace("http://127.0.0.1:8080", &server.url());
        writeln!(script, "{commands}\necho; echo '{MARK}'").unwrap();
    }
    let output = Command::new("bash").args(["-c", &script]).current_dir(sandbox.path(".")).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success() && err.is_empty(), "{out}\n{err}");

    let outputs: Vec<_> = out.split(MARK).collect();
    let mut compared = 0;
    for (step, output) in rest.iter().zip(outputs) {
        match &step.answers {
            None => continue,
            Some(Answers::Text(shown)) => assert_eq!(output.trim(), shown, "{}", step.commands),
            Some(Answers::Json(shown)) => compare(&step.commands, &documents(shown), &documents(output)),
        }
        compared += 1;
    }
    assert!(compared >= 9, "the page shows answers");
}
