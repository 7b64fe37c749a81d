//! How a failure looks to the clients of each API, as the documents show it.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};

use crate::failure::Failure;
use crate::status::{Audience, status};
use crate::{storefront, workspace};
use workspace::problem::{Problem, TokenProblem, ValidationProblem, Words};

/// A failure as it is answered.
pub(super) struct Shown {
    pub(super) status: StatusCode,
    pub(super) bodies: Vec<Shape>,
    /// Names of headers that come along.
    pub(super) headers: Vec<(&'static str, &'static str)>,
}

/// One form of a body.
pub(super) struct Shape {
    pub(super) content_type: &'static str,
    pub(super) schema: RefOr<Schema>,
    pub(super) example: Value,
}

/// Shows a failure, and notes the schemas of its body.
pub(super) fn show(
    failure: &Failure,
    audience: Audience,
    schemas: &mut Vec<(String, RefOr<Schema>)>,
) -> Shown {
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
    Shown { status, bodies, headers }
}

fn json_shape(schema: RefOr<Schema>, example: Value) -> Shape {
    Shape { content_type: "application/json", schema, example }
}

fn text_shape(content_type: &'static str, example: &str) -> Shape {
    let schema = ObjectBuilder::new().schema_type(Type::String).build();
    Shape { content_type, schema: RefOr::T(schema.into()), example: example.into() }
}

fn reference<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) -> RefOr<Schema> {
    T::schemas(schemas);
    schemas.push((T::name().into_owned(), T::schema()));
    RefOr::Ref(Ref::from_schema_name(T::name()))
}
