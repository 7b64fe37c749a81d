//! Readers of single values, for the fields they are given to.

use actix_web::HttpRequest;
use anteroom_domain::Id;
use serde_json::{Map, Value};

use super::{Fault, Fields, JsonType, Place, Problem};

/// Reads a string and parses it.
pub(crate) fn text<T, E>(
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> impl FnOnce(&Value) -> Result<T, Problem>
where
    Problem: From<E>,
{
    |value| match value {
        Value::String(text) => parse(text).map_err(Problem::from),
        _ => Err(Problem::Type { expected: JsonType::String }),
    }
}

/// Reads a string, whatever it says.
pub(crate) fn any_text(value: &Value) -> Result<String, Problem> {
    text(|text| Ok::<_, Problem>(text.to_owned()))(value)
}

/// Reads an identifier.
pub(crate) fn id<T>(value: &Value) -> Result<Id<T>, Problem> {
    text(|text| text.parse::<Id<T>>().map_err(|_invalid| Problem::Rule("should be a version 4 UUID")))(value)
}

/// Reads a boolean.
pub(crate) fn boolean(value: &Value) -> Result<bool, Problem> {
    value.as_bool().ok_or(Problem::Type { expected: JsonType::Boolean })
}

/// Reads an integer.
pub(crate) fn integer(value: &Value) -> Result<i64, Problem> {
    value.as_i64().ok_or(Problem::Type { expected: JsonType::Integer })
}

/// Reads a whole number that is written in a query; `rule` says that it has to be the least or more.
pub(crate) fn whole_number(least: u64, rule: &'static str) -> impl FnOnce(&Value) -> Result<u64, Problem> {
    text(move |text| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // What is too large to be counted is only larger still.
        let number = digits.then(|| text.parse().unwrap_or(u64::MAX));
        number.filter(|number| *number >= least).ok_or(Problem::Rule(rule))
    })
}

/// Reads a yes or no that is written in a query.
pub(crate) fn flag(text: &str) -> Result<bool, Problem> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Problem::Rule("should be true or false")),
    }
}

/// Reads a map that is taken as it is.
pub(crate) fn map(value: &Value) -> Result<Map<String, Value>, Problem> {
    value.as_object().cloned().ok_or(Problem::Type { expected: JsonType::Object })
}

/// Reads a query string and reports every fault of it.
pub(crate) fn query<T>(request: &HttpRequest, read: impl FnOnce(&mut Fields) -> T) -> Result<T, Vec<Fault>> {
    let mut fields = Fields::of_query(request.query_string());
    let read = read(&mut fields);
    fields.finish(Some(read))
}

/// Refuses any query: the route takes none, and whoever sent one meant something by it.
pub(crate) fn no_query(request: &HttpRequest) -> Result<(), Vec<Fault>> {
    query(request, |_| ())
}

/// An identifier in a path.
pub(crate) fn path_id<T>(name: &str, text: &str) -> Result<Id<T>, Fault> {
    let problem = Problem::Rule("should be a version 4 UUID");
    let fault = |_| Fault { place: Place::Path, path: vec![name.to_owned()], problem, input: text.into() };
    text.parse().map_err(fault)
}
