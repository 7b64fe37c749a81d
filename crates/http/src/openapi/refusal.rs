//! How a failure looks to the clients of each API, as the documents show it.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::content::{Content, ContentBuilder};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{HeaderBuilder, Ref, RefOr};

use super::operation::Refusal;

use crate::failure::Failure;
use crate::status::{Audience, status};
use crate::{storefront, workspace};
use workspace::problem::{Problem, TokenProblem, ValidationProblem, Words};

/// A failure as it is answered.
struct Shown {
    status: StatusCode,
    bodies: Vec<Shape>,
    /// Names of headers that come along.
    headers: Vec<(&'static str, &'static str)>,
}

/// One form of a body.
struct Shape {
    content_type: &'static str,
    schema: RefOr<Schema>,
    example: Value,
}

/// Schemas by their names, in the order in which they were met.
pub(super) type Schemas = Vec<(String, RefOr<Schema>)>;

/// What is answered with one status: when, and with which bodies by content type.
#[derive(Default)]
struct Answered {
    whens: Vec<&'static str>,
    shapes: BTreeMap<&'static str, Vec<(&'static str, Shape)>>,
    headers: Vec<(&'static str, &'static str)>,
}

/// The refusals by their status, each with what is answered then.
pub(super) fn answered(
    refusals: &[Refusal],
    audience: Audience,
    schemas: &mut Schemas,
) -> BTreeMap<StatusCode, Response> {
    let mut by_status: BTreeMap<StatusCode, Answered> = BTreeMap::new();
    for Refusal { when, failure } in refusals {
        let shown = show(failure, audience, schemas);
        let answered = by_status.entry(shown.status).or_default();
        answered.whens.push(when);
        answered.headers.extend(shown.headers);
        for shape in shown.bodies {
            answered.shapes.entry(shape.content_type).or_default().push((when, shape));
        }
    }
    by_status.into_iter().map(|(status, answered)| (status, answered.response())).collect()
}

impl Answered {
    fn response(self) -> Response {
        let response = ResponseBuilder::new().description(self.whens.join(" "));
        let response = self
            .headers
            .into_iter()
            .fold(response, |response, (name, description)| response.header(name, text_header(description)));
        let bodies = self.shapes.into_iter();
        bodies.fold(response, |response, (kind, shapes)| response.content(kind, content(shapes))).build()
    }
}

fn content(shapes: Vec<(&str, Shape)>) -> Content {
    let mut schemas: Vec<RefOr<Schema>> = Vec::new();
    let mut examples: Vec<(String, RefOr<utoipa::openapi::example::Example>)> = Vec::new();
    let mut seen: Vec<Value> = Vec::new();
    for (when, Shape { schema, example, .. }) in shapes {
        if !schemas.contains(&schema) {
            schemas.push(schema);
        }
        if !seen.contains(&example) && example != "" {
            let shown = ExampleBuilder::new().summary(when).value(Some(example.clone())).build();
            examples.push((format!("example{}", seen.len() + 1), shown.into()));
            seen.push(example);
        }
    }
    let schema = match schemas.as_slice() {
        [one] => one.clone(),
        several => {
            let several = several.iter().cloned().fold(OneOfBuilder::new(), OneOfBuilder::item);
            RefOr::T(several.build().into())
        }
    };
    ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples).build()
}

/// A header that is a text.
pub(super) fn text_header(description: &str) -> utoipa::openapi::Header {
    let text = ObjectBuilder::new().schema_type(Type::String);
    HeaderBuilder::new().schema(Some(text)).description(Some(description)).build()
}

/// Shows a failure, and notes the schemas of its body.
fn show(failure: &Failure, audience: Audience, schemas: &mut Schemas) -> Shown {
    let status = status(failure, audience);
    let mut headers = Vec::new();
    let bodies = match audience {
        Audience::Merchant => {
            if workspace::problem::challenge(failure).is_some() {
                headers.push(("WWW-Authenticate", "What the bearer of a token is asked for (RFC 6750)."));
            }
            let words = workspace::problem::words(failure);
            let schema = match &words {
                Words::Problem(_) => reference::<Problem>(schemas),
                Words::Token(_) => reference::<TokenProblem>(schemas),
                Words::Invalid(_) => reference::<ValidationProblem>(schemas),
            };
            vec![json_shape(schema, json!(words))]
        }
        Audience::Shop => {
            let body = storefront::problem::body(failure);
            let mut shapes = vec![json_shape(reference::<storefront::problem::Body>(schemas), json!(body))];
            if status == StatusCode::UNAUTHORIZED && storefront::problem::is_gate(failure) {
                shapes.push(text_shape("text/plain", "Unauthorized"));
            }
            shapes
        }
        Audience::Reader => vec![text_shape("text/html", "")],
    };
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.push(("Retry-After", "In how many seconds to try again."));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.push(("Retry-After", "In how many seconds to try again."));
        headers.push(("RateLimit-Limit", "How many requests an address has a minute."));
        headers.push(("RateLimit-Remaining", "How many it has left: none."));
        headers.push(("RateLimit-Reset", "In how many seconds it has one again."));
    }
    Shown { status, bodies, headers }
}

fn json_shape(schema: RefOr<Schema>, example: Value) -> Shape {
    Shape { content_type: "application/json", schema, example }
}

fn text_shape(content_type: &'static str, example: &str) -> Shape {
    let schema = ObjectBuilder::new().schema_type(Type::String).build();
    Shape { content_type, schema: RefOr::T(schema.into()), example: example.into() }
}

fn reference<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    T::schemas(schemas);
    schemas.push((T::name().into_owned(), T::schema()));
    RefOr::Ref(Ref::from_schema_name(T::name()))
}
