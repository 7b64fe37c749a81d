//! Reads values one by one and keeps every fault.

use std::ffi::OsString;
use std::path::Path;

use super::faults::{Fault, Faults};
use super::keys::{self, Fallback, KEYS, Key};
use super::source::{self, Given, Values};

/// The place of a setting that nobody has set.
pub(crate) const DEFAULT: &str = "default";

/// A setting as it is in force, for people to read.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Its key.
    pub(crate) name: &'static str,
    /// Its value, unless it is a secret.
    pub(crate) value: String,
    /// Who has set it.
    pub(crate) place: String,
}

#[derive(Debug)]
pub(super) struct Reader {
    values: Values,
    faults: Faults,
}

impl Reader {
    /// Collects what was set. Unknown keys are faults.
    pub(super) fn new(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        let (mut values, mut faults) = (Values::new(), Faults::default());
        source::read_file(file, &mut values, &mut faults);
        // The file's own unknown keys would be hidden by variables of the same name.
        refuse_unknown(&values, &mut faults);
        let mut stronger = Values::new();
        source::read_environment(variables, &mut stronger, &mut faults);
        refuse_unknown(&stronger, &mut faults);
        values.append(&mut stronger);
        Self { values, faults }
    }

    /// The value of `key`; `None` when there is none, or a fault was found.
    pub(super) fn read<T>(&mut self, key: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let known = keys::find(key)?;
        let parsed = match (self.values.get(key), &known.fallback) {
            (Some(Given { text: Some(text), .. }), _) => parse(text).map_err(|fault| not(known, fault, text)),
            (Some(Given { text: None, .. }), _) => Err("should be one value, not a list".to_owned()),
            (None, Fallback::Value(text)) => parse(text),
            (None, Fallback::Derived(_)) => return None,
        };
        parsed.map_err(|fault| self.refuse(key, fault)).ok()
    }

    /// Whether somebody has set `key`.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Notes that the value of `key` will not do.
    pub(super) fn refuse(&mut self, key: &str, text: impl Into<String>) {
        let place = self.values.get(key).map_or_else(|| key.to_owned(), |given| given.place.clone());
        self.faults.add(Fault { place, text: text.into() });
    }

    /// Every setting and who has set it; where nobody has, the value in `derived` or else the fallback as it is written.
    pub(super) fn settings(&self, derived: &[(&str, String)]) -> Vec<Setting> {
        KEYS.iter()
            .map(|key| {
                let (value, place) = self.in_force(key, derived);
                Setting { name: key.name, value, place }
            })
            .collect()
    }

    /// The value of a setting for people, and who has set it.
    fn in_force(&self, key: &Key, derived: &[(&str, String)]) -> (String, String) {
        if let Some(given) = self.values.get(key.name) {
            let text = given.text.clone().filter(|_| !key.secret);
            return (text.unwrap_or_else(|| "(hidden)".to_owned()), given.place.clone());
        }
        let value = derived.iter().find(|(name, _)| *name == key.name);
        let value = value.map_or_else(|| key.fallback.to_string(), |(_, value)| value.clone());
        (value, DEFAULT.to_owned())
    }

    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Faults> {
        match value {
            Some(value) if self.faults.iter().next().is_none() => Ok(value),
            _ => Err(self.faults),
        }
    }
}

fn refuse_unknown(values: &Values, faults: &mut Faults) {
    for (key, given) in values.iter().filter(|(key, _)| keys::find(key).is_none()) {
        let is_variable = given.place == source::variable(key);
        let text = match keys::nearest(key) {
            Some(near) if is_variable => {
                format!("is no setting: do you mean {}?", source::variable(near.name))
            }
            Some(near) => format!("is no setting: do you mean {}?", near.name),
            None => "is no setting: `anteroom --help` lists them".to_owned(),
        };
        faults.add(Fault { place: given.place.clone(), text });
    }
}

fn not(key: &Key, fault: String, text: &str) -> String {
    if key.secret { fault } else { format!("{fault}, not {text:?}") }
}
