//! `fields`: which fields of a record an answer shows.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{AdditionalProperties, AnyOfBuilder, ArrayBuilder, ArrayItems, Object, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::failure::Failure;

/// What a kind of record has to be chosen from. Its `id` is always shown.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its own fields.
    pub(super) own: &'static [&'static str],
    /// The records in it, and their fields.
    pub(super) relations: &'static [(&'static str, &'static [&'static str])],
    /// Lists of what this server has none of. They are shown to those who ask, and empty.
    pub(super) empty: &'static [&'static str],
}

/// Which fields of a record an answer shows: `None` is all that it has.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection(Option<Chosen>);

/// The ways to the fields that are shown, such as `email` and `addresses.city`.
type Chosen = BTreeSet<String>;

impl Selection {
    /// Reads a comma list. Plain names replace what is shown otherwise; `+name` adds to it and `-name` takes away; `*name`
    /// and `name.*` are all fields of a record within. The `+` may have become a space on its way. Refuses what the record
    /// does not have.
    pub(super) fn parse(text: &str, shape: &Shape) -> Result<Self, Failure> {
        let entries: Vec<_> =
            text.split(',').filter(|entry| !entry.trim().is_empty()).map(Entry::of).collect();
        if entries.is_empty() {
            return Ok(Self::default());
        }
        let unknown: Vec<_> = entries.iter().filter(|entry| entry.ways(shape).is_empty()).collect();
        if !unknown.is_empty() {
            return Err(Failure::NotSelectable(unknown.iter().map(|entry| entry.name.to_owned()).collect()));
        }
        let mut shown = if entries.iter().any(Entry::replaces) { Chosen::new() } else { shape.usual() };
        for entry in entries.iter().filter(|entry| entry.sign != Sign::Minus) {
            shown.extend(entry.ways(shape));
        }
        for way in
            entries.iter().filter(|entry| entry.sign == Sign::Minus).flat_map(|entry| entry.ways(shape))
        {
            shown.remove(&way);
        }
        Ok(Self(Some(shown)))
    }
}

impl Shape {
    /// What is shown unless somebody says otherwise.
    fn usual(&self) -> Chosen {
        let own = self.own.iter().map(|name| (*name).to_owned());
        own.chain(self.relations.iter().flat_map(|(name, fields)| within(name, fields))).collect()
    }
}

fn within(name: &str, fields: &[&str]) -> Vec<String> {
    fields.iter().map(|field| format!("{name}.{field}")).collect()
}

/// One of the names in the list.
struct Entry<'a> {
    sign: Sign,
    /// Whether all fields of a record within are meant, and nothing else can be.
    is_expansion: bool,
    name: &'a str,
}

#[derive(PartialEq, Eq)]
enum Sign {
    None,
    Plus,
    Minus,
}

impl<'a> Entry<'a> {
    fn of(text: &'a str) -> Self {
        let (sign, name) = match text.strip_prefix(['+', ' ']) {
            Some(name) => (Sign::Plus, name),
            None => text.strip_prefix('-').map_or((Sign::None, text), |name| (Sign::Minus, name)),
        };
        let name = name.trim();
        let expanded = name.strip_prefix('*').or_else(|| name.strip_suffix(".*"));
        Self { sign, is_expansion: expanded.is_some(), name: expanded.unwrap_or(name) }
    }

    /// Whether it says what is shown, rather than what more or less is.
    fn replaces(&self) -> bool {
        self.sign == Sign::None && !self.is_expansion
    }

    /// The ways to the fields that it means; none if the record has none of that name.
    fn ways(&self, shape: &Shape) -> Vec<String> {
        if let Some((name, fields)) = shape.relations.iter().find(|(name, _)| *name == self.name) {
            return within(name, fields);
        }
        let is_within = || {
            let (name, field) = self.name.split_once('.')?;
            let (_, fields) = shape.relations.iter().find(|(relation, _)| *relation == name)?;
            fields.contains(&field).then_some(())
        };
        let is_own = !self.is_expansion && (shape.own.contains(&self.name) || is_within().is_some());
        if is_own || shape.empty.contains(&self.name) { vec![self.name.to_owned()] } else { Vec::new() }
    }
}

/// A record, shown as it was asked for.
#[derive(Debug)]
pub(super) struct Shown<'a, T> {
    record: T,
    selection: &'a Selection,
    shape: &'static Shape,
}

impl<'a, T: Record> Shown<'a, T> {
    pub(super) fn new(record: T, selection: &'a Selection) -> Self {
        Self { record, selection, shape: T::SHAPE }
    }
}

/// What can be shown in part.
pub(super) trait Record {
    /// What it has.
    const SHAPE: &'static Shape;
}

impl<T: Serialize> Serialize for Shown<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Selection(Some(chosen)) = self.selection else { return self.record.serialize(serializer) };
        let Value::Object(mut record) = serde_json::to_value(&self.record).map_err(S::Error::custom)? else {
            return Err(S::Error::custom("a record is an object"));
        };
        keep("", &mut record, chosen);
        for name in self.shape.empty.iter().filter(|name| chosen.contains(**name)) {
            record.insert((*name).to_owned(), Value::Array(Vec::new()));
        }
        record.serialize(serializer)
    }
}

/// Keeps the fields that were chosen, and those within that were; `way` leads to the record.
fn keep(way: &str, record: &mut Map<String, Value>, chosen: &Chosen) {
    record.retain(|name, value| {
        let way = format!("{way}{name}");
        if name == "id" || chosen.contains(&way) {
            return true;
        }
        let way = format!("{way}.");
        let goes_on = chosen.iter().any(|chosen| chosen.starts_with(&way));
        if let (true, Value::Array(within)) = (goes_on, value) {
            within.iter_mut().filter_map(Value::as_object_mut).for_each(|record| keep(&way, record, chosen));
        }
        goes_on
    });
}

/// Either the whole record or some of its fields.
impl<T: ToSchema + Record> ToSchema for Shown<'_, T> {
    fn name() -> Cow<'static, str> {
        format!("Shown{}", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        let mut whole = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut whole);
        schemas.extend(in_part(&whole, T::SHAPE.empty));
        schemas.append(&mut whole);
    }
}

impl<T: ToSchema + Record> PartialSchema for Shown<'_, T> {
    fn schema() -> RefOr<Schema> {
        let whole = Ref::from_schema_name(T::name());
        AnyOfBuilder::new().item(whole).item(Ref::from_schema_name(selected(&T::name()))).into()
    }
}

fn selected(name: &str) -> String {
    format!("Selected{name}")
}

/// The records among the schemas, of which the first is the outermost, as they are when fields were chosen.
fn in_part(whole: &[(String, RefOr<Schema>)], empty: &[&str]) -> Vec<(String, RefOr<Schema>)> {
    let records = whole.iter().filter_map(|(name, schema)| match schema {
        RefOr::T(Schema::Object(object)) if object.properties.contains_key("id") => Some((name, object)),
        _ => None,
    });
    let records: Vec<(&String, &Object)> = records.collect();
    let is_record = |reference: &Ref| {
        let name = reference.ref_location.rsplit('/').next();
        name.filter(|name| records.iter().any(|(record, _)| *record == name)).map(selected)
    };
    let mut in_part = Vec::new();
    for (place, (name, record)) in records.iter().enumerate() {
        let mut part = Object::clone(record);
        part.required = vec!["id".to_owned()];
        part.description = Some("The fields that were asked for.".to_owned());
        // What was asked for is there and nothing else, even to a client that expects new fields.
        part.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        for field in part.properties.values_mut() {
            if let RefOr::T(Schema::Array(list)) = field
                && let ArrayItems::RefOrSchema(items) = &mut list.items
                && let RefOr::Ref(reference) = &**items
                && let Some(selected) = is_record(reference)
            {
                **items = Ref::from_schema_name(selected).into();
            }
        }
        for list in empty.iter().filter(|_| place == 0) {
            let none = ArrayBuilder::new().items(Object::new()).max_items(Some(0));
            part.properties.insert((*list).to_owned(), none.into());
        }
        in_part.push((selected(name), RefOr::T(Schema::Object(part))));
    }
    in_part
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    struct Tree(Value);

    impl Record for Tree {
        const SHAPE: &'static Shape = &Shape {
            own: &["id", "name", "age"],
            relations: &[("leaves", &["id", "color", "size"])],
            empty: &["birds"],
        };
    }

    fn shown(fields: &str) -> Result<Value, Vec<String>> {
        let leaf = |id| json!({"id": id, "color": "green", "size": 3});
        let tree = Tree(json!({"id": 1, "name": "elm", "age": 9, "leaves": [leaf(1), leaf(2)]}));
        match Selection::parse(fields, Tree::SHAPE) {
            Ok(selection) => Ok(json!(Shown::new(tree, &selection))),
            Err(Failure::NotSelectable(names)) => Err(names),
            Err(other) => unreachable!("{other}"),
        }
    }

    #[test]
    fn plain_names_replace_and_signs_change_what_is_shown() {
        let leaves = json!([{"id": 1, "color": "green", "size": 3}, {"id": 2, "color": "green", "size": 3}]);
        let whole = json!({"id": 1, "name": "elm", "age": 9, "leaves": leaves});
        let but = |names: &[&str]| {
            let mut tree = whole.clone();
            for name in names {
                tree.as_object_mut().unwrap().remove(*name);
            }
            tree
        };
        for (fields, expected) in [
            ("", whole.clone()),
            (",", whole.clone()),
            ("id", json!({"id": 1})),
            ("name", json!({"id": 1, "name": "elm"})),
            ("name,+age", json!({"id": 1, "name": "elm", "age": 9})),
            ("name, age", json!({"id": 1, "name": "elm", "age": 9})),
            ("-name", but(&["name"])),
            ("-id", whole.clone()),
            ("name,-name", json!({"id": 1})),
            ("-name,-leaves", but(&["name", "leaves"])),
            ("-*leaves", but(&["leaves"])),
            ("+name", whole.clone()),
            ("*leaves", whole.clone()),
            ("leaves.*", whole.clone()),
            ("+leaves.*", whole.clone()),
            ("id,*leaves", json!({"id": 1, "leaves": leaves})),
            ("leaves", json!({"id": 1, "leaves": leaves})),
            (
                "leaves.color",
                json!({"id": 1, "leaves": [{"id": 1, "color": "green"}, {"id": 2, "color": "green"}]}),
            ),
            (
                "age,*leaves,-leaves.color",
                json!({"id": 1, "age": 9, "leaves": [{"id": 1, "size": 3}, {"id": 2, "size": 3}]}),
            ),
            ("name,*birds", json!({"id": 1, "name": "elm", "birds": []})),
            ("birds", json!({"id": 1, "birds": []})),
        ] {
            assert_eq!(shown(fields).as_ref(), Ok(&expected), "{fields:?}");
        }
        assert_eq!(shown("+birds").unwrap()["birds"], json!([]));
    }

    #[test]
    fn what_a_record_does_not_have_is_refused_by_name() {
        for (fields, names) in [
            ("x", &["x"][..]),
            ("name,x,+y,-z,*age,leaves.x,x.*", &["x", "y", "z", "age", "leaves.x", "x"]),
            ("*name", &["name"]),
            ("leaves.color.red", &["leaves.color.red"]),
            ("birds.id", &["birds.id"]),
            ("Name", &["Name"]),
            ("leaves.", &["leaves."]),
        ] {
            assert_eq!(
                shown(fields),
                Err(names.iter().map(|name| (*name).to_owned()).collect()),
                "{fields:?}"
            );
        }
    }
}
