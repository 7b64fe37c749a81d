//! The parameters of a query string, which may be named several times, and by keys.

use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::{Fields, Place, Problem};

impl Fields {
    /// The parameters of a query string: texts, and lists of texts where one is named several times.
    pub(crate) fn of_query(query: &str) -> Self {
        let mut map = Map::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match map.entry(name) {
                Entry::Vacant(first) => drop(first.insert(value.into())),
                Entry::Occupied(mut known) => match known.get_mut() {
                    Value::Array(values) => values.push(value.into()),
                    first => *first = Value::Array(vec![first.take(), value.into()]),
                },
            }
        }
        Self::new(Place::Query, map)
    }

    /// A parameter that may be given several times: what was read each time, in that order.
    pub(crate) fn repeated<T>(&mut self, name: &str, parse: impl Fn(&Value) -> Result<T, Problem>) -> Vec<T> {
        let values = every_one(self.take_all(name)).into_iter();
        values.filter_map(|value| self.parsed(name, value, &parse)).collect()
    }

    /// The parameters `name[key]`, by keys of the caller's own, each of which may be given several times.
    pub(crate) fn keyed<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&str, &Value) -> Result<T, Problem>,
    ) -> Vec<(String, Vec<T>)> {
        #[cfg(test)]
        self.asked.insert(self.path_to(name));
        let key = |field: &str| -> Option<String> {
            let key = field.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
            Some(key.to_owned())
        };
        let named: Vec<_> = self.map.keys().filter_map(|field| Some((field.clone(), key(field)?))).collect();
        let mut read = Vec::new();
        for (field, key) in named {
            let values = every_one(self.map.remove(&field)).into_iter();
            let values = values.filter_map(|value| self.parsed(&field, value, |value| parse(&key, value)));
            let values = values.collect();
            read.push((key, values));
        }
        read
    }
}

/// What a parameter was given, each time it was named.
fn every_one(given: Option<Value>) -> Vec<Value> {
    match given {
        None => Vec::new(),
        Some(Value::Array(values)) => values,
        Some(value) => vec![value],
    }
}
