//! The parameters of a query string, which may be named several times, and by keys.

use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::{Fields, Place, Problem};

impl Fields {
    /// The parameters of a query string: texts, and lists of texts where one is named several times.
    pub(crate) fn of_query(query: &str) -> Self {
        Self::of_query_spelled(query, str::to_owned)
    }

    /// The parameters of a query string as the library `qs` writes it: `name[]` and `name[0]` are entries of a list, and
    /// `name.key` is `name[key]`.
    pub(crate) fn of_query_in_qs(query: &str) -> Self {
        Self::of_query_spelled(query, |name| with_key_in_brackets(without_place(name)))
    }

    fn of_query_spelled(query: &str, spelled: impl Fn(&str) -> String) -> Self {
        let mut map = Map::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match map.entry(spelled(&name)) {
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

/// `name` of `name[]` and `name[0]`.
fn without_place(name: &str) -> &str {
    match name.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
        Some((list, place)) if !list.is_empty() && place.bytes().all(|byte| byte.is_ascii_digit()) => list,
        _ => name,
    }
}

/// `name[key]` of `name.key`.
fn with_key_in_brackets(name: &str) -> String {
    match name.split_once('.') {
        Some((outer, key)) if !outer.is_empty() && !key.is_empty() && !key.contains(['.', '[']) => {
            format!("{outer}[{key}]")
        }
        _ => name.to_owned(),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_keys_are_read_as_qs_writes_them() {
        for (query, expected) in [
            ("a=1&b=2", json!({"a": "1", "b": "2"})),
            ("a=1&a=2", json!({"a": ["1", "2"]})),
            ("a[]=1&a[]=2", json!({"a": ["1", "2"]})),
            ("a%5B0%5D=1&a%5B1%5D=2&a=3", json!({"a": ["1", "2", "3"]})),
            ("a[12]=1", json!({"a": "1"})),
            ("a[$gte]=1&a.$lt=2", json!({"a[$gte]": "1", "a[$lt]": "2"})),
            ("a[$in][]=1&a.$in[1]=2", json!({"a[$in]": ["1", "2"]})),
            (
                "a.b.c=1&.a=2&a.=3&[]=4&[0]=5",
                json!({"a.b.c": "1", ".a": "2", "a.": "3", "[]": "4", "[0]": "5"}),
            ),
            ("a[b]=1&a[-1]=2", json!({"a[b]": "1", "a[-1]": "2"})),
            ("", json!({})),
        ] {
            assert_eq!(Value::Object(Fields::of_query_in_qs(query).map), expected, "{query}");
        }
    }
}
