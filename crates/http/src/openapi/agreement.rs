//! Holds what the documents say of requests to the parsers that read them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Document, follows, inline};
use crate::body::FromBody;
use crate::fields::{Fault, Fields, Place, Problem};
use crate::route::{Route, routes};

type Way = Vec<String>;

/// Reads a query.
pub(super) type ReadsQuery = Box<dyn Fn(&mut Fields)>;

/// How an endpoint reads its body.
pub(super) struct Examined(fn(Map<String, Value>) -> Reading);

/// What came of reading a body.
struct Reading {
    asked: BTreeSet<Way>,
    faults: Vec<Fault>,
}

impl Examined {
    pub(super) fn of<T: FromBody>() -> Self {
        Self(|map| {
            let mut fields = Fields::new(Place::Body, map);
            let read = T::read(&mut fields);
            let asked = fields.asked.clone();
            Reading { asked, faults: fields.finish(read).map(drop).err().unwrap_or_default() }
        })
    }

    fn read(&self, body: &Value) -> Reading {
        (self.0)(body.as_object().unwrap().clone())
    }

    /// Every field that the parser knows, within objects too.
    fn known(&self) -> BTreeSet<Way> {
        let mut known = self.read(&json!({})).asked;
        // Each field as an empty object, so that those which are objects are gone into.
        let objects: Map<_, _> = known.iter().map(|way| (way[0].clone(), json!({}))).collect();
        known.append(&mut self.read(&Value::Object(objects)).asked);
        known
    }
}

/// A route's description in JSON, and the schemas that it refers to.
struct Described {
    what: String,
    operation: Value,
    schemas: Value,
}

impl Described {
    fn of(route: &Route) -> Self {
        let (operation, schemas) = follows::complete(route, (route.operation)());
        Self {
            what: format!("{} {}", route.method, route.path),
            operation: json!(operation),
            schemas: json!(inline::readable(schemas.into_iter().collect())),
        }
    }

    fn body(&self) -> &Value {
        &self.operation["requestBody"]["content"]["application/json"]
    }

    /// What a schema refers to: itself, or the one that it names, or the one besides `null` that it may be.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(name) = schema["$ref"].as_str() {
            return self.resolved(&self.schemas[name.rsplit('/').next().unwrap()]);
        }
        match schema["oneOf"].as_array().map(Vec::as_slice) {
            Some([one, null] | [null, one]) if null["type"] == "null" => self.resolved(one),
            _ => schema,
        }
    }

    /// Every field of a closed object: whether it has to be there, and whether it may be `null`.
    fn fields(&self, schema: &Value, to: &Way, found: &mut BTreeMap<Way, (bool, bool)>) {
        let object = self.resolved(schema);
        if object.get("properties").is_none() {
            return;
        }
        assert_eq!(object["additionalProperties"], json!(false), "{}: {to:?} is closed", self.what);
        let required = object["required"].as_array().cloned().unwrap_or_default();
        for (name, field) in object["properties"].as_object().unwrap() {
            let way: Way = to.iter().cloned().chain([name.clone()]).collect();
            let may_be_null =
                field["oneOf"].as_array().is_some_and(|all| all.iter().any(|one| one["type"] == "null"))
                    || field["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("null")));
            found.insert(way.clone(), (required.contains(&json!(name)), may_be_null));
            self.fields(field, &way, found);
        }
    }

    fn validator(&self, schema: &Value) -> jsonschema::Validator {
        let mut schema = schema.clone();
        schema["components"] = json!({"schemas": self.schemas});
        jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
    }
}

fn with(body: &mut Value, way: &[String], value: Value) {
    let object = body.as_object_mut().unwrap();
    match way {
        [name] => drop(object.insert(name.clone(), value)),
        [name, rest @ ..] => with(object.entry(name).or_insert_with(|| json!({})), rest, value),
        [] => unreachable!("a field has a name"),
    }
}

/// The bodies that are read as [`FromBody`], with their descriptions.
fn bodies() -> impl Iterator<Item = (Described, Examined)> {
    routes().filter_map(|route| {
        let examined = (route.operation)().body?.examined?;
        Some((Described::of(route), examined))
    })
}

#[test]
fn a_body_is_described_with_the_fields_that_its_parser_asks_for() {
    let mut seen = 0;
    for (described, examined) in bodies() {
        let mut fields = BTreeMap::new();
        described.fields(&described.body()["schema"], &Vec::new(), &mut fields);
        let known = examined.known();
        assert_eq!(fields.keys().cloned().collect::<BTreeSet<_>>(), known, "{}", described.what);
        seen += 1;
    }
    assert!(seen >= 9, "{seen} bodies");
}

#[test]
fn a_field_is_described_as_required_where_its_absence_is_a_fault() {
    for (described, examined) in bodies() {
        let mut fields = BTreeMap::new();
        described.fields(&described.body()["schema"], &Vec::new(), &mut fields);
        for (way, (required, may_be_null)) in &fields {
            let what = format!("{}: {way:?}", described.what);
            let missing = |body: &Value| {
                let is_missing = |fault: &Fault| fault.path == *way && fault.problem == Problem::Missing;
                examined.read(body).faults.iter().any(is_missing)
            };
            let mut alone = json!({});
            if let [parent @ .., _] = way.as_slice()
                && !parent.is_empty()
            {
                with(&mut alone, parent, json!({}));
            }
            // A field is not required that another one can stand for.
            let mut others = alone.clone();
            for other in fields.keys().filter(|other| other.len() == way.len() && *other != way) {
                with(&mut others, other, json!("x"));
            }
            assert_eq!(missing(&alone) && missing(&others), *required, "{what} is required");
            let mut null = alone;
            with(&mut null, way, Value::Null);
            let is_at_fault = examined.read(&null).faults.iter().any(|fault| fault.path == *way);
            let stands_alone = *required || !missing(&null);
            assert!(!stands_alone || is_at_fault != *may_be_null, "{what} may be null");
            with(&mut null, &[way.as_slice(), &["colour".to_owned()]].concat()[way.len()..], json!(1));
            let unknown = examined.read(&null).faults;
            assert!(unknown.iter().any(|fault| fault.problem == Problem::Unknown), "{what}: {unknown:?}");
        }
    }
}

#[test]
fn the_example_of_a_body_is_read_without_fault_and_is_as_described() {
    for (described, examined) in bodies() {
        let example = &described.body()["example"];
        assert_eq!(examined.read(example).faults, [], "{}", described.what);
    }
    let mut seen = 0;
    for described in routes().map(Described::of) {
        for content in described.operation["requestBody"]["content"].as_object().into_iter().flatten() {
            let Some(example) = content.1.get("example") else { continue };
            let faults: Vec<_> = described
                .validator(&content.1["schema"])
                .iter_errors(example)
                .map(|e| e.to_string())
                .collect();
            assert!(faults.is_empty(), "{}: {faults:?}", described.what);
            seen += 1;
        }
    }
    assert!(seen >= 13, "{seen} examples");
}

#[test]
fn the_examples_of_answers_are_as_described() {
    let mut seen = 0;
    for described in routes().map(Described::of) {
        for (status, answer) in described.operation["responses"].as_object().unwrap() {
            for content in answer["content"].as_object().into_iter().flatten() {
                let named = content.1["examples"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(_, example)| &example["value"]);
                let validator = described.validator(&content.1["schema"]);
                for example in named.chain(content.1.get("example")) {
                    let faults: Vec<_> = validator.iter_errors(example).map(|e| e.to_string()).collect();
                    assert!(faults.is_empty(), "{} {status}: {faults:?} in {example}", described.what);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 100, "{seen} examples");
}

#[test]
fn the_parameters_are_those_that_are_read() {
    for route in routes() {
        let (described, operation) = (Described::of(route), (route.operation)());
        let named = |place: &str| -> BTreeSet<String> {
            let all = described.operation["parameters"].as_array().into_iter().flatten();
            all.filter(|parameter| parameter["in"] == place)
                .map(|p| p["name"].as_str().unwrap().to_owned())
                .collect()
        };
        let in_path: BTreeSet<_> =
            route.path.split(['{', '}']).skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(named("path"), in_path, "{}", described.what);
        if let Some(read) = &operation.reads_query {
            let mut fields = Fields::of_query("");
            read(&mut fields);
            let asked: BTreeSet<_> = fields.asked.into_iter().flatten().collect();
            assert_eq!(named("query"), asked, "{}", described.what);
        } else if route.path.starts_with("/api") {
            assert!(named("query").is_empty(), "{} says how it reads them", described.what);
        }
    }
}

#[test]
fn every_route_has_a_name_of_its_own_in_its_document() {
    for document in Document::ALL {
        let operations = routes().map(|route| (route.operation)());
        let ids: Vec<_> =
            operations.filter(|own| own.tag.document() == document).map(|operation| operation.id).collect();
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{ids:?}");
    }
}
