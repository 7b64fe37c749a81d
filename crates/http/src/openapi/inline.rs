//! Makes schemas good to read: single values are written out where they are used, so that a reader follows references
//! to objects only, and an answer's fields are all there.

use std::collections::BTreeMap;

use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, OneOf, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};

/// The schemas of a document by their names.
pub(super) type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Replaces every reference to the schema of a single value by that schema, and drops it from the list.
pub(super) fn readable(schemas: Schemas) -> Schemas {
    let (scalars, mut objects): (Schemas, Schemas) =
        schemas.into_iter().partition(|(_, schema)| matches!(schema, RefOr::T(schema) if is_scalar(schema)));
    for schema in objects.values_mut() {
        write_out(schema, &scalars);
    }
    objects
}

fn is_scalar(schema: &Schema) -> bool {
    let Schema::Object(Object { schema_type: SchemaType::Type(kind), .. }) = schema else { return false };
    matches!(kind, Type::String | Type::Integer | Type::Number | Type::Boolean)
}

fn write_out(schema: &mut RefOr<Schema>, scalars: &Schemas) {
    match schema {
        RefOr::Ref(reference) => {
            if let Some(scalar) = referenced(reference, scalars) {
                *schema = scalar;
            }
        }
        RefOr::T(Schema::Object(object)) => {
            object.properties.values_mut().for_each(|property| write_out(property, scalars));
            if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
                write_out(values, scalars);
            }
            if object.additional_properties.is_none() {
                require_what_may_be_null(object);
            }
        }
        RefOr::T(Schema::Array(array)) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                write_out(items, scalars);
            }
        }
        RefOr::T(Schema::OneOf(one_of)) => {
            one_of.items.iter_mut().for_each(|item| write_out(item, scalars));
            if let Some(scalar) = nullable(one_of) {
                *schema = RefOr::T(Schema::Object(scalar));
            }
        }
        RefOr::T(_) => {}
    }
}

/// What a reference to a single value stands for; the description at the place of use wins.
fn referenced(reference: &Ref, scalars: &Schemas) -> Option<RefOr<Schema>> {
    let name = reference.ref_location.strip_prefix("#/components/schemas/")?;
    let mut scalar = scalars.get(name)?.clone();
    if let RefOr::T(Schema::Object(object)) = &mut scalar
        && !reference.description.is_empty()
    {
        object.description = Some(reference.description.clone());
    }
    Some(scalar)
}

/// A single value that may be `null`, in one schema.
fn nullable(one_of: &OneOf) -> Option<Object> {
    let is_null = |item: &RefOr<Schema>| {
        matches!(item, RefOr::T(Schema::Object(Object { schema_type: SchemaType::Type(Type::Null), .. })))
    };
    let [one, other] = one_of.items.as_slice() else { return None };
    let scalar = match (is_null(one), is_null(other)) {
        (true, false) => other,
        (false, true) => one,
        _ => return None,
    };
    let RefOr::T(schema @ Schema::Object(object)) = scalar else { return None };
    let SchemaType::Type(kind) = &object.schema_type else { return None };
    if !is_scalar(schema) {
        return None;
    }
    let mut object = object.clone();
    object.schema_type = SchemaType::Array(vec![kind.clone(), Type::Null]);
    if let Some(names) = &mut object.enum_values {
        names.push(serde_json::Value::Null);
    }
    object.description = one_of.description.clone().or(object.description);
    Some(object)
}

/// A field of an answer that holds nothing is `null`, and never left out.
fn require_what_may_be_null(object: &mut Object) {
    let may_be_null = |schema: &RefOr<Schema>| match schema {
        RefOr::T(Schema::Object(Object { schema_type: SchemaType::Array(kinds), .. })) => {
            kinds.contains(&Type::Null)
        }
        RefOr::T(Schema::OneOf(_)) => true,
        _ => false,
    };
    for (name, property) in &object.properties {
        if may_be_null(property) && !object.required.contains(name) {
            object.required.push(name.clone());
        }
    }
}
