//! Holds every answer that a test gets to the OpenAPI documents: whatever the product answers is declared.

use std::sync::OnceLock;

use anteroom_http::{Document, Http};
use jsonschema::Validator;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::call::Answer;

/// What the documents declare, read once.
static DECLARED: OnceLock<Vec<Declared>> = OnceLock::new();

/// An answer that a route may give.
struct Declared {
    method: String,
    /// The path's segments; one in braces stands for any.
    path: Vec<String>,
    status: u16,
    headers: Vec<String>,
    /// By content type; none for an answer without a body.
    bodies: Vec<(String, Validator)>,
}

/// Reads the documents of a server, unless those of another were read: they differ in addresses only.
pub(super) fn learn(http: &Http) {
    DECLARED.get_or_init(|| {
        let documents =
            Document::ALL.map(|document| serde_json::from_slice(&http.document(document)).unwrap());
        documents.iter().flat_map(declared).collect()
    });
}

fn declared(document: &Value) -> Vec<Declared> {
    let mut found = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            for (status, answer) in members(&operation["responses"]) {
                let bodies = members(&answer["content"]);
                found.push(Declared {
                    method: method.to_uppercase(),
                    path: path.split('/').map(str::to_owned).collect(),
                    status: status.parse().unwrap(),
                    headers: members(&answer["headers"]).map(|(name, _)| name.to_lowercase()).collect(),
                    bodies: bodies.map(|(kind, body)| (kind.clone(), validator(document, body))).collect(),
                });
            }
        }
    }
    found
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn validator(document: &Value, body: &Value) -> Validator {
    let mut schema = body.get("schema").cloned().unwrap();
    let components = document.get("components").cloned().unwrap();
    schema.as_object_mut().unwrap().insert("components".to_owned(), components);
    closed(&mut schema);
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
}

/// A client has to expect fields that it does not know; the product has none that it does not declare.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(closed);
            if object.get("type").is_some_and(|kind| kind == "object") && object.contains_key("properties") {
                object.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(closed),
        _ => {}
    }
}

/// Holds an answer to the documents.
///
/// # Panics
/// When they do not declare it.
pub(super) fn check(method: &str, path: &str, answer: &Answer) {
    let what = format!("{method} {path}: {} {}", answer.status, answer.text());
    assert!(!answer.header("x-request-id").is_empty(), "{what} has no request id");
    let kind = answer.header("content-type").split(';').next().unwrap_or_default().trim().to_owned();
    let asked = if method == "HEAD" { "GET" } else { method };
    let candidates = routes_of(path);
    let Some(candidates) = candidates.filter(|all| all.iter().any(|declared| declared.method == asked))
    else {
        // No route has the path, or none of them the method; a preflight is answered by none either.
        let is_preflight = method == "OPTIONS" && answer.status == 204;
        assert!(is_preflight || matches!(answer.status, 404 | 405), "{what} is documented nowhere");
        assert!(
            is_preflight || method == "HEAD" || is_problem(path, &kind, answer),
            "{what} is no error of its API"
        );
        return;
    };
    let declared = candidates.iter().find(|one| one.method == asked && one.status == answer.status);
    let Some(declared) = declared else { unreachable!("{what} has a status that is not declared") };
    for header in
        ["set-cookie", "www-authenticate", "retry-after", "location", "etag", "idempotency-replayed"]
    {
        let is_sent = answer.headers.contains_key(header);
        let is_declared = declared.headers.iter().any(|name| name == header);
        assert!(!is_sent || is_declared, "{what} has a header that is not declared: {header}");
    }
    if kind.is_empty() && answer.body.is_empty() {
        assert!(declared.bodies.is_empty() || method == "HEAD", "{what} has no body");
        return;
    }
    let body = declared.bodies.iter().find(|(declared, _)| *declared == kind);
    let Some((_, validator)) = body else {
        unreachable!("{what} has a content type that is not declared: {kind}")
    };
    if method != "HEAD" {
        let body = if kind == "application/json" { answer.json() } else { answer.text().into() };
        let faults: Vec<_> = validator
            .iter_errors(&body)
            .map(|fault| format!("{} at {}", fault, fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{what} is not as declared: {faults:#?}");
    }
}

/// What is declared for a path; `None` when no route has it. A name goes before a parameter.
fn routes_of(path: &str) -> Option<Vec<&'static Declared>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let decoded = |segment| percent_decode_str(segment).decode_utf8_lossy();
    let segments: Vec<_> = path.split('/').map(decoded).collect();
    let matches = |declared: &&Declared| {
        declared.path.len() == segments.len()
            && declared.path.iter().zip(&segments).all(|(declared, segment)| {
                *declared == *segment || (declared.starts_with('{') && !segment.is_empty())
            })
    };
    let all: Vec<_> = DECLARED.get()?.iter().filter(matches).collect();
    let names =
        |declared: &Declared| declared.path.iter().filter(|segment| !segment.starts_with('{')).count();
    let best = all.iter().map(|declared| names(declared)).max()?;
    Some(all.into_iter().filter(|declared| names(declared) == best).collect())
}

/// Whether an answer outside the documents is an error in the shape of the API that the path belongs to.
fn is_problem(path: &str, kind: &str, answer: &Answer) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    match &*percent_decode_str(first).decode_utf8_lossy() {
        "api" | "health" | ".well-known" | "openapi" => {
            kind == "application/json" && has_text(answer, "error")
        }
        "auth" | "store" => kind == "application/json" && has_text(answer, "message"),
        _ => kind == "text/html",
    }
}

fn has_text(answer: &Answer, field: &str) -> bool {
    answer.json().get(field).is_some_and(Value::is_string)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::app::{Database, run};

    #[test]
    fn what_is_not_declared_is_noticed() {
        run(Database::Sqlite, |app| async move {
            let honest = app.merchant("GET", "/api/workspace").send().await;
            let noticed = |method: &str, path: &str, change: &dyn Fn(&mut Answer)| {
                let mut answer = honest.clone();
                change(&mut answer);
                catch_unwind(AssertUnwindSafe(|| check(method, path, &answer))).is_err()
            };
            let path = "/api/workspace";
            assert!(!noticed("GET", path, &|_| {}), "an honest answer passes");
            assert!(noticed("GET", path, &|answer| answer.status = 201));
            assert!(noticed("GET", path, &|answer| answer.body = b"{}".to_vec()));
            assert!(noticed("GET", path, &|answer| answer.body.clear()));
            assert!(noticed("GET", path, &|answer| {
                let mut body = answer.json();
                body.as_object_mut().unwrap().insert("secret".to_owned(), json!(1));
                answer.body = body.to_string().into_bytes();
            }));
            for (name, value) in [("content-type", "text/html"), ("set-cookie", "a=b")] {
                assert!(noticed("GET", path, &|answer| {
                    answer.headers.insert(name, value.parse().unwrap());
                }));
            }
            assert!(noticed("GET", path, &|answer| drop(answer.headers.remove("x-request-id"))));
            assert!(noticed("POST", path, &|_| {}), "a method without a route");
            assert!(noticed("GET", "/api/unknown", &|_| {}), "a path without a route");
        });
    }
}
