//! `anteroom config check`.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::Output;
use crate::config::{Config, Setting};

/// Prints every setting and who has set it; fails with every fault.
pub(super) fn check(file: Option<&Path>, output: &Output) -> anyhow::Result<()> {
    match Config::load(file) {
        Ok(config) => Ok(output.print(&shown(&config.settings), &lines(&config.settings))?),
        Err(faults) => {
            if output.json {
                let faults: Vec<_> =
                    faults.iter().map(|fault| json!({ "place": fault.place, "fault": fault.text })).collect();
                output.print(&json!({ "valid": false, "faults": faults }), "")?;
            }
            Err(faults.into())
        }
    }
}

fn shown(settings: &[Setting]) -> Value {
    let settings: serde_json::Map<_, _> = settings
        .iter()
        .map(|setting| (setting.name.to_owned(), json!({ "value": setting.value, "from": setting.place })))
        .collect();
    json!({ "valid": true, "settings": settings })
}

fn lines(settings: &[Setting]) -> String {
    let lines = settings.iter().map(|s| format!("  {:26} {}  ({})", s.name, s.value, s.place));
    format!("The configuration is sound.\n{}", lines.collect::<Vec<_>>().join("\n"))
}
