//! What others keep with our records.

use serde_json::{Map, Value};

use crate::text::InvalidText;

/// The merchant's own notes on a customer: a flat map that is replaced as a whole.
///
/// At most 50 keys of 1 to 40 characters; values are strings of 1 to 500 characters, numbers or booleans.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metadata(Map<String, Value>);

impl Metadata {
    /// Parses; each fault names the key it is about, or none when it is about the map.
    pub fn parse(map: Map<String, Value>) -> Result<Self, Vec<(Option<String>, InvalidText)>> {
        let mut faults = Vec::new();
        if map.len() > 50 {
            faults.push((None, InvalidText("should have at most 50 keys")));
        }
        for (key, value) in &map {
            if !(1..=40).contains(&key.chars().count()) || key.contains('\0') {
                faults.push((Some(key.clone()), InvalidText("should have a key of 1 to 40 characters")));
            }
            let fault = match value {
                Value::String(text) if (1..=500).contains(&text.chars().count()) && !text.contains('\0') => {
                    continue;
                }
                Value::String(_) => "should have 1 to 500 characters",
                Value::Number(_) | Value::Bool(_) => continue,
                _ => "should be a string, a number or a boolean",
            };
            faults.push((Some(key.clone()), InvalidText(fault)));
        }
        if faults.is_empty() { Ok(Self(map)) } else { Err(faults) }
    }

    /// These notes, and those of `other` under keys that are free here.
    pub fn filled_from(&self, other: &Self) -> Result<Self, Vec<(Option<String>, InvalidText)>> {
        let mut map = other.0.clone();
        map.extend(self.0.clone());
        Self::parse(map)
    }

    /// Takes a map that a store kept of a parsed one.
    pub fn from_stored(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// The map.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// The shopper's notes on a customer or an address: any JSON object of at most 16 KiB, merged key by key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoreMetadata(Map<String, Value>);

impl StoreMetadata {
    /// The most that may be kept, in bytes of JSON.
    pub const LIMIT: usize = 16 * 1024;

    /// What is kept after `changes`: each key replaces its older value, an empty string removes it.
    ///
    /// A `null` inside is a value like any other. Nothing is changed when the result would be too large.
    pub fn merged(&self, changes: Map<String, Value>) -> Result<Self, InvalidText> {
        let mut map = self.0.clone();
        for (key, value) in changes {
            if value == "" {
                map.remove(&key);
            } else {
                map.insert(key, value);
            }
        }
        let size = serde_json::to_vec(&map).map_or(usize::MAX, |json| json.len());
        if size > Self::LIMIT {
            return Err(InvalidText("should have at most 16 KiB of JSON"));
        }
        if map.iter().any(|(key, value)| has_nul(key, value)) {
            return Err(InvalidText("should have no NUL characters"));
        }
        Ok(Self(map))
    }

    /// Takes a map that a store kept of a parsed one.
    pub fn from_stored(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// The map.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// PostgreSQL's `jsonb` has no NUL; SQLite would take it, and the two must not differ.
fn has_nul(key: &str, value: &Value) -> bool {
    key.contains('\0')
        || match value {
            Value::String(text) => text.contains('\0'),
            Value::Array(items) => items.iter().any(|item| has_nul("", item)),
            Value::Object(map) => map.iter().any(|(key, value)| has_nul(key, value)),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn the_merchants_map_is_flat_and_bounded() {
        assert!(Metadata::parse(map(&json!({"a": "x", "b": 1, "c": 1.5, "d": true}))).is_ok());
        let faults =
            Metadata::parse(map(&json!({"a": null, "b": {}, "c": "", "d": "x".repeat(501)}))).unwrap_err();
        assert_eq!(faults.len(), 4);
        assert!(Metadata::parse((0..50).map(|n| (n.to_string(), json!(n))).collect()).is_ok());
        assert!(Metadata::parse((0..51).map(|n| (n.to_string(), json!(n))).collect()).is_err());
        assert!(Metadata::parse([("k".repeat(41), json!(1))].into_iter().collect()).is_err());
        assert!(Metadata::parse([(String::new(), json!(1))].into_iter().collect()).is_err());
    }

    #[test]
    fn the_shoppers_map_merges_by_key() {
        let kept = StoreMetadata::default().merged(map(&json!({"a": 1, "b": {"c": null}}))).unwrap();
        let kept = kept.merged(map(&json!({"a": "", "d": null}))).unwrap();
        assert_eq!(kept.as_map(), &map(&json!({"b": {"c": null}, "d": null})));
        assert!(kept.merged(map(&json!({"big": "x".repeat(StoreMetadata::LIMIT)}))).is_err());
        assert!(kept.merged(map(&json!({"nul": ["\0"]}))).is_err());
    }
}
