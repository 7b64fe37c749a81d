//! Where values come from: the file and, stronger, the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use config::{Environment, File, FileFormat, Map, Source, Value, ValueKind};

use super::faults::{Fault, Faults};

const DEFAULT_FILE: &str = "anteroom.toml";
const PREFIX: &str = "ANTEROOM__";

/// A value as somebody wrote it.
#[derive(Debug)]
pub(super) struct Given {
    /// What it is called where it was written: a variable, or a key in the file.
    pub(super) place: String,
    /// Its text; `None` when it is a list.
    pub(super) text: Option<String>,
}

/// What was set, by key.
pub(super) type Values = BTreeMap<String, Given>;

/// What a key is called as a variable.
pub(crate) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())
}

/// Adds what the file sets. The default file may be missing.
pub(super) fn read_file(named: Option<&Path>, values: &mut Values, faults: &mut Faults) {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => return,
        Err(error) => {
            let text = format!("cannot be read ({error}): name another file with --config");
            return faults.add(Fault { place: path.display().to_string(), text });
        }
    };
    match File::from_str(&text, FileFormat::Toml).collect() {
        Ok(table) => flatten(table, "", &mut |key, text| {
            values.insert(key.clone(), Given { place: format!("{key} in {}", path.display()), text });
        }),
        Err(error) => faults.add(Fault { place: path.display().to_string(), text: in_one_line(&error) }),
    }
}

/// Adds what variables set. An empty one sets nothing, except where that would be dangerous to believe.
pub(super) fn read_environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    values: &mut Values,
    faults: &mut Faults,
) {
    let mut ours = Map::new();
    for (name, value) in variables {
        let Ok(name) = name.into_string() else { continue };
        if !name.to_uppercase().starts_with(PREFIX) {
            continue;
        }
        match value.into_string() {
            Ok(value) => drop(ours.insert(name, value)),
            // The value is not repeated: it may be a secret.
            Err(_) => faults.add(Fault { place: name, text: "should be UTF-8".to_owned() }),
        }
    }
    let source =
        Environment::with_prefix("ANTEROOM").prefix_separator("__").separator("__").source(Some(ours));
    let table = match source.collect() {
        Ok(table) => table,
        Err(error) => {
            return faults.add(Fault { place: "the environment".to_owned(), text: in_one_line(&error) });
        }
    };
    flatten(table, "", &mut |key, text| {
        let is_empty = text.as_ref().is_some_and(String::is_empty);
        if is_empty && key == "master_key" {
            // A secret that failed to arrive must not quietly become a new key.
            faults.add(Fault {
                place: variable(&key),
                text: "is empty: give the key, or leave the variable out to use the file".to_owned(),
            });
        } else if !is_empty || super::keys::find(&key).is_none() {
            values.insert(key.clone(), Given { place: variable(&key), text });
        }
    });
}

fn flatten(table: Map<String, Value>, section: &str, keep: &mut dyn FnMut(String, Option<String>)) {
    for (name, value) in table {
        let key = if section.is_empty() { name } else { format!("{section}.{name}") };
        match value.kind {
            ValueKind::Table(table) => flatten(table, &key, keep),
            ValueKind::Array(_) | ValueKind::Nil => keep(key, None),
            scalar => keep(key, Some(scalar.to_string())),
        }
    }
}

/// The first and the last line: between them stands the text of the file, which may have secrets.
fn in_one_line(error: &config::ConfigError) -> String {
    let text = error.to_string();
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [first, .., last] => {
            let place = first.strip_prefix("TOML parse error ").unwrap_or(first);
            format!("is no TOML {place}: {last}")
        }
        _ => format!("is no TOML: {text}"),
    }
}
