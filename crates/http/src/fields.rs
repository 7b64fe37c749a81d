//! Reading what was sent, field by field, so that every fault of it is reported at once.

mod fault;
mod query;
mod span;
mod values;

use anteroom_app::change::Change;
use anteroom_domain::text::InvalidText;
use serde_json::{Map, Value};

pub(crate) use fault::{Fault, JsonType, Place, Problem};
pub(crate) use values::{
    any_text, boolean, flag, id, integer, map, no_query, path_id, query, text, whole_number,
};

/// The fields of an object that was sent, taken out one after the other; what is left at the end is unknown.
#[derive(Debug)]
pub(crate) struct Fields {
    place: Place,
    path: Vec<String>,
    map: Map<String, Value>,
    faults: Vec<Fault>,
    /// The ways to all fields that were asked for, sent or not.
    #[cfg(test)]
    pub(crate) asked: std::collections::BTreeSet<Vec<String>>,
}

impl Fields {
    pub(crate) fn new(place: Place, map: Map<String, Value>) -> Self {
        Self::at(place, Vec::new(), map)
    }

    fn at(place: Place, path: Vec<String>, map: Map<String, Value>) -> Self {
        Self {
            place,
            path,
            map,
            faults: Vec::new(),
            #[cfg(test)]
            asked: std::collections::BTreeSet::new(),
        }
    }

    /// Whether a field was sent with a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    /// A field that may be absent; an explicit `null` is the same as absent.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<T> {
        let value = self.take(name).filter(|value| !value.is_null())?;
        self.parsed(name, value, parse)
    }

    /// The same, of a secret: no fault echoes it.
    pub(crate) fn optional_secret<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<T> {
        self.silently(|fields| fields.optional(name, parse))
    }

    /// A field that must be there; `null` is not.
    pub(crate) fn required<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<T> {
        match self.take(name) {
            Some(value) if !value.is_null() => self.parsed(name, value, parse),
            _ => {
                self.fault(name, Problem::Missing, Value::Null);
                None
            }
        }
    }

    /// A required field whose value is a secret: no fault echoes it.
    pub(crate) fn required_secret<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<T> {
        self.silently(|fields| fields.required(name, parse))
    }

    /// A list that must be there; `null` is not. Each entry's fault is of its own.
    pub(crate) fn required_list<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&Value) -> Result<T, Problem>,
    ) -> Option<Vec<T>> {
        match self.take(name) {
            Some(value) if !value.is_null() => self.list(name, value, parse),
            _ => {
                self.fault(name, Problem::Missing, Value::Null);
                None
            }
        }
    }

    /// A field of an update that can be replaced but not emptied: absent keeps, `null` is at fault.
    pub(crate) fn replacement<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<T> {
        let value = self.take(name)?;
        self.parsed(name, value, parse)
    }

    /// A list in an update that can be replaced but not emptied by `null`; each entry's fault is of its own.
    pub(crate) fn replacement_list<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&Value) -> Result<T, Problem>,
    ) -> Option<Vec<T>> {
        let value = self.take(name)?;
        self.list(name, value, parse)
    }

    /// A field of an update: absent keeps, `null` clears, and so does what `parse` finds blank.
    pub(crate) fn change<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<Option<T>, Problem>,
    ) -> Change<T> {
        match self.take(name) {
            None => Change::Keep,
            Some(Value::Null) => Change::Clear,
            Some(value) => match self.parsed(name, value, parse) {
                Some(Some(value)) => Change::Set(value),
                Some(None) => Change::Clear,
                None => Change::Keep,
            },
        }
    }

    /// As [`change`](Self::change), of a secret: no fault echoes it.
    pub(crate) fn change_secret<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<Option<T>, Problem>,
    ) -> Change<T> {
        self.silently(|fields| fields.change(name, parse))
    }

    /// An object that may be absent; its own faults are ours.
    pub(crate) fn optional_object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name).filter(|value| !value.is_null())?;
        self.object(name, value, read)
    }

    /// An object in an update: absent keeps, `null` clears.
    pub(crate) fn change_object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Change<T> {
        match self.take(name) {
            None => Change::Keep,
            Some(Value::Null) => Change::Clear,
            Some(value) => self.object(name, value, read).map_or(Change::Keep, Change::Set),
        }
    }

    /// A map of the caller's own keys that may be absent, with a rule for the map as a whole.
    pub(crate) fn optional_map<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(Map<String, Value>) -> Result<T, Vec<(Option<String>, InvalidText)>>,
    ) -> Option<T> {
        let value = self.take(name).filter(|value| !value.is_null())?;
        self.map(name, value, parse)
    }

    /// A map of the caller's own keys in an update: absent keeps, `null` clears.
    pub(crate) fn change_map<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(Map<String, Value>) -> Result<T, Vec<(Option<String>, InvalidText)>>,
    ) -> Change<T> {
        match self.take(name) {
            None => Change::Keep,
            Some(Value::Null) => Change::Clear,
            Some(value) => self.map(name, value, parse).map_or(Change::Keep, Change::Set),
        }
    }

    /// Reads without echoing in a fault what was sent.
    fn silently<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.faults.len();
        let read = read(self);
        self.faults.iter_mut().skip(before).for_each(|fault| fault.input = Value::Null);
        read
    }

    /// Adds a fault that only several fields together show.
    pub(crate) fn fault(&mut self, name: &str, problem: Problem, input: Value) {
        let fault = Fault { place: self.place, path: self.path_to(name), problem, input };
        self.faults.push(fault);
    }

    /// What was read, unless there was a fault or something unknown is left.
    pub(crate) fn finish<T>(mut self, read: Option<T>) -> Result<T, Vec<Fault>> {
        self.refuse_the_rest();
        match read {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(self.faults),
        }
    }

    fn list<T>(
        &mut self,
        name: &str,
        value: Value,
        parse: impl Fn(&Value) -> Result<T, Problem>,
    ) -> Option<Vec<T>> {
        let Value::Array(entries) = value else {
            self.fault(name, Problem::Type { expected: JsonType::Array }, value);
            return None;
        };
        let mut inner = Self::at(self.place, self.path_to(name), Map::new());
        let entries = entries.into_iter().enumerate();
        let read = entries.filter_map(|(n, entry)| inner.parsed(&n.to_string(), entry, &parse)).collect();
        let sound = inner.faults.is_empty();
        self.faults.append(&mut inner.faults);
        sound.then_some(read)
    }

    fn object<T>(
        &mut self,
        name: &str,
        value: Value,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let Value::Object(map) = value else {
            self.fault(name, Problem::Type { expected: JsonType::Object }, value);
            return None;
        };
        let mut inner = Self::at(self.place, self.path_to(name), map);
        let read = read(&mut inner);
        inner.refuse_the_rest();
        #[cfg(test)]
        self.asked.append(&mut inner.asked);
        let sound = inner.faults.is_empty();
        self.faults.append(&mut inner.faults);
        read.filter(|_| sound)
    }

    fn map<T>(
        &mut self,
        name: &str,
        value: Value,
        parse: impl FnOnce(Map<String, Value>) -> Result<T, Vec<(Option<String>, InvalidText)>>,
    ) -> Option<T> {
        let Value::Object(map) = value else {
            self.fault(name, Problem::Type { expected: JsonType::Object }, value);
            return None;
        };
        let input = map.clone();
        parse(map)
            .map_err(|faults| {
                for (key, invalid) in faults {
                    let value = key.as_ref().and_then(|key| input.get(key)).cloned().unwrap_or_default();
                    let mut path = self.path_to(name);
                    path.extend(key);
                    self.faults.push(Fault {
                        place: self.place,
                        path,
                        problem: invalid.into(),
                        input: value,
                    });
                }
            })
            .ok()
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        match self.take_all(name) {
            Some(Value::Array(_)) if self.place == Place::Query => {
                self.fault(name, Problem::Rule("should be given once"), Value::Null);
                None
            }
            taken => taken,
        }
    }

    fn take_all(&mut self, name: &str) -> Option<Value> {
        #[cfg(test)]
        self.asked.insert(self.path_to(name));
        self.map.remove(name)
    }

    /// The values of unknown fields are not echoed: who mistypes `token` would find it in a log.
    fn refuse_the_rest(&mut self) {
        let unknown: Vec<String> = self.map.keys().cloned().collect();
        for name in unknown {
            self.fault(&name, Problem::Unknown, Value::Null);
        }
        self.map.clear();
    }

    fn parsed<T>(
        &mut self,
        name: &str,
        value: Value,
        parse: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<T> {
        parse(&value).map_err(|problem| self.fault(name, problem, value)).ok()
    }

    fn path_to(&self, name: &str) -> Vec<String> {
        self.path.iter().cloned().chain([name.to_owned()]).collect()
    }
}
