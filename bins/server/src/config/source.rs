//! Where values come from: the file and, stronger, the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::ops::Range;
use std::path::Path;

use toml::de::{DeInteger, DeTable, DeValue};

use super::faults::{Fault, Faults};

const DEFAULT_FILE: &str = "anteroom.toml";
const PREFIX: &str = "ANTEROOM__";

/// A value as somebody wrote it.
#[derive(Debug)]
pub(super) struct Given {
    /// Where it was written: a variable, or a key, its file and its line.
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

/// Adds what the file sets, or everything that keeps it from being TOML. The default file may be missing.
pub(super) fn read_file(named: Option<&Path>, values: &mut Values, faults: &mut Faults) {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let place = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => return,
        Err(error) => {
            let text = format!("cannot be read ({error}): name another file with --config");
            return faults.add(Fault { place, text });
        }
    };
    let (table, errors) = DeTable::parse_recoverable(&text);
    let is_sound = errors.is_empty();
    for error in errors {
        // The message alone: what stands in the file may be a secret.
        let line = line(&text, &error.span().unwrap_or_default());
        let text = format!("is no TOML in line {line}: {}", error.message());
        faults.add(Fault { place: place.clone(), text });
    }
    if is_sound {
        flatten(table.get_ref(), "", &mut |key, span, value| {
            let place = format!("{key} in {place} (line {})", line(&text, &span));
            values.insert(key, Given { place, text: scalar(value) });
        });
    }
}

/// Adds what variables set. An empty one sets nothing, except where that would be dangerous to believe.
pub(super) fn read_environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    values: &mut Values,
    faults: &mut Faults,
) {
    for (name, value) in variables {
        let Ok(place) = name.into_string() else { continue };
        let upper = place.to_uppercase();
        let Some(key) = upper.strip_prefix(PREFIX) else { continue };
        let key = key.to_lowercase().replace("__", ".");
        let Ok(text) = value.into_string() else {
            // The value is not repeated: it may be a secret.
            faults.add(Fault { place, text: "should be UTF-8".to_owned() });
            continue;
        };
        let place = variable(&key);
        if text.is_empty() && key == "master_key" {
            // A secret that failed to arrive must not quietly become a new key.
            let text = "is empty: give the key, or leave the variable out to use the file".to_owned();
            faults.add(Fault { place, text });
        } else if !text.is_empty() || super::keys::find(&key).is_none() {
            values.insert(key, Given { place, text: Some(text) });
        }
    }
}

/// Gives `keep` every key with the place of its name, and its value.
fn flatten(table: &DeTable<'_>, section: &str, keep: &mut dyn FnMut(String, Range<usize>, &DeValue<'_>)) {
    for (name, value) in table {
        let (own, place) = (name.get_ref(), name.span());
        let key = if section.is_empty() { own.to_string() } else { format!("{section}.{own}") };
        match value.get_ref() {
            DeValue::Table(table) => flatten(table, &key, keep),
            value => keep(key, place, value),
        }
    }
}

/// The text of a value; `None` when it is a list.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(decimal(number)),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(moment) => Some(moment.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// A number in another base as people count; one too large for that stays as it was written.
fn decimal(number: &DeInteger<'_>) -> String {
    i64::from_str_radix(number.as_str(), number.radix())
        .map_or_else(|_| number.as_str().to_owned(), |number| number.to_string())
}

/// The line of a text in which a place of it lies, counted from 1.
fn line(text: &str, span: &Range<usize>) -> usize {
    text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
}
