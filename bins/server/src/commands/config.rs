//! `anteroom config check` and `show`.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::Output;
use crate::config::{Config, DEFAULT, Faults, Setting};
use crate::output::table;
use crate::wiring;

/// Says that the configuration is sound and what was set; fails with every fault.
pub(super) fn check(file: Option<&Path>, output: &Output) -> anyhow::Result<()> {
    match Config::load(file) {
        Ok(config) => match wiring::templates(&config).1 {
            faults if faults.is_empty() => {
                Ok(output.print(&checked(&config.settings), &summary(&config.settings))?)
            }
            faults => refuse(faults, output),
        },
        Err(faults) => refuse(faults, output),
    }
}

/// Prints every fault for programs, and fails with them for people.
fn refuse(faults: Faults, output: &Output) -> anyhow::Result<()> {
    if output.json {
        let faults: Vec<_> =
            faults.iter().map(|fault| json!({ "place": fault.place, "fault": fault.text })).collect();
        output.print(&json!({ "valid": false, "faults": faults }), "")?;
    }
    Err(faults.into())
}

/// Prints every setting and who has set it.
pub(super) fn show(file: Option<&Path>, output: &Output) -> anyhow::Result<()> {
    let settings = Config::load(file)?.settings;
    let rows = settings.iter().map(|s| [s.name.to_owned(), s.value.clone(), s.place.clone()]);
    Ok(output.print(&shown(&settings), &table(["SETTING", "VALUE", "FROM"], rows))?)
}

fn checked(settings: &[Setting]) -> Value {
    json!({ "valid": true, "settings": shown(settings) })
}

fn shown(settings: &[Setting]) -> Value {
    let members = settings
        .iter()
        .map(|setting| (setting.name.to_owned(), json!({ "value": setting.value, "from": setting.place })));
    Value::Object(members.collect())
}

/// What was set, so that a file that was not read, or a variable that did not arrive, is noticed.
fn summary(settings: &[Setting]) -> String {
    let set: Vec<_> = settings.iter().filter(|setting| setting.place != DEFAULT).collect();
    let rows = set.iter().map(|s| format!("  {:26} {}  ({})", s.name, s.value, s.place));
    let first = match set.len() {
        0 => "The configuration is sound: every setting has its default.".to_owned(),
        _ => "The configuration is sound. Set, the rest having its default (`anteroom config show`):"
            .to_owned(),
    };
    std::iter::once(first).chain(rows).collect::<Vec<_>>().join("\n")
}
