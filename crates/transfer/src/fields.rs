//! Reading the fields of a record, each fault by itself.

use anteroom_domain::text::InvalidText;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What is wrong with a field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its name, that of the file's own.
    pub field: String,
    /// What is wrong, as what should be.
    pub reason: String,
}

impl Fault {
    pub(crate) fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }
}

/// The fields of a record or of a part of it, taken one after the other.
#[derive(Debug)]
pub(crate) struct Fields {
    map: Map<String, Value>,
    /// Where it stands: empty, or `addresses[0].`.
    place: String,
    pub(crate) faults: Vec<Fault>,
}

impl Fields {
    pub(crate) fn new(map: Map<String, Value>, place: String) -> Self {
        Self { map, place, faults: Vec::new() }
    }

    /// A value, unless there is none.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name).filter(|value| !value.is_null())
    }

    pub(crate) fn fault(&mut self, name: &str, reason: impl Into<String>) {
        self.faults.push(Fault::new(format!("{}{name}", self.place), reason));
    }

    /// A text that is parsed; what is empty is none.
    pub(crate) fn text<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, InvalidText>,
    ) -> Option<T> {
        let Value::String(text) = self.take(name)? else {
            self.fault(name, "should be a text");
            return None;
        };
        if text.trim().is_empty() {
            return None;
        }
        parse(&text).map_err(|invalid| self.fault(name, invalid.0)).ok()
    }

    /// As [`text`](Self::text), where parsing may find nothing.
    pub(crate) fn line<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<Option<T>, InvalidText>,
    ) -> Option<T> {
        self.text(name, parse).flatten()
    }

    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let is_true = match self.take(name) {
            None => Some(false),
            Some(Value::Bool(flag)) => Some(flag),
            Some(Value::String(text)) => match text.trim().to_lowercase().as_str() {
                "true" | "t" | "1" | "yes" => Some(true),
                "false" | "f" | "0" | "no" | "" => Some(false),
                _ => None,
            },
            Some(_) => None,
        };
        is_true.unwrap_or_else(|| {
            self.fault(name, "should be true or false");
            false
        })
    }

    /// A moment in RFC 3339, or as PostgreSQL writes it.
    pub(crate) fn moment(&mut self, name: &str) -> Option<OffsetDateTime> {
        self.text(name, |text| {
            let mut text = text.trim().replacen(' ', "T", 1);
            if text.ends_with("+00") {
                text.push_str(":00");
            }
            let parsed = OffsetDateTime::parse(&text, &Rfc3339);
            let moment = parsed.or(Err(InvalidText("should be a moment such as 2026-01-02T03:04:05Z")))?;
            let (year, utc) = (moment.year(), time::UtcOffset::UTC);
            if !(1970..=9999).contains(&year) {
                return Err(InvalidText("should be a moment since 1970"));
            }
            Ok(moment.to_offset(utc).truncate_to_microsecond())
        })
    }

    /// An object; in a cell, as JSON.
    pub(crate) fn object(&mut self, name: &str) -> Option<Map<String, Value>> {
        let Value::Object(map) = self.json(name)? else {
            self.fault(name, "should be a JSON object");
            return None;
        };
        Some(map)
    }

    /// A list of objects; in a cell, as JSON.
    pub(crate) fn objects(&mut self, name: &str) -> Vec<Map<String, Value>> {
        let list = match self.json(name) {
            None => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => Vec::from([Value::Null]),
        };
        let objects: Option<Vec<_>> = list
            .into_iter()
            .map(|value| match value {
                Value::Object(map) => Some(map),
                _ => None,
            })
            .collect();
        objects.unwrap_or_else(|| {
            self.fault(name, "should be a list of JSON objects");
            Vec::new()
        })
    }

    fn json(&mut self, name: &str) -> Option<Value> {
        match self.take(name)? {
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => match serde_json::from_str(&text) {
                Ok(Value::Null) => None,
                Ok(value) => Some(value),
                Err(_) => {
                    self.fault(name, "should be JSON");
                    None
                }
            },
            value => Some(value),
        }
    }

    /// What is left, which nobody knows.
    pub(crate) fn finish(mut self) -> Vec<Fault> {
        let unknown: Vec<_> = self.map.keys().cloned().collect();
        for name in unknown {
            self.fault(&name, "is not known");
        }
        self.faults
    }
}
