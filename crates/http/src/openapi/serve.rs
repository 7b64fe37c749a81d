//! `GET /openapi/{file}`: the documents.

use actix_web::http::header::{CACHE_CONTROL, ETAG, EntityTag, IF_NONE_MATCH};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::scalars::DocumentFile;
use super::{Document, Operation, Tag};
use crate::failure::Failure;
use crate::route::{Route, Who};
use crate::{Http, caller};

pub(crate) static ROUTES: &[Route] = &[Route {
    method: Method::GET,
    path: "/openapi/{file}",
    who: Who::Anyone,
    handler: || web::to(handle),
    operation,
}];

fn operation() -> Operation {
    Operation::new(Tag::Server, "getOpenApi", "Get an OpenAPI document")
        .describes(
            "This documentation in OpenAPI 3.1. Its `ETag` changes with the server's version and address.",
        )
        .path::<DocumentFile>("file", "Which document.")
        .header::<super::scalars::Text>("If-None-Match", "The `ETag` of the document that is at hand.")
        .answers::<Value>("The document.", json!({"openapi": "3.1.0"}))
        .with_header("ETag", "Tells the document from an older one.")
        .answers_nothing(StatusCode::NOT_MODIFIED, "The document at hand is this one.")
        .with_header("ETag", "The document's tag.")
        .refuses("There is no such document.", Failure::NoSuchRoute)
}

async fn handle(
    http: web::Data<Http>,
    file: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let name = file.strip_suffix(".json").ok_or(Failure::NoSuchRoute)?;
    let document = Document::ALL.into_iter().find(|document| document.name() == name);
    let document = document.and_then(|document| http.written(document)).ok_or(Failure::NoSuchRoute)?;
    let tag = EntityTag::new_weak(document.version.clone());
    let at_hand = caller::header(&request, IF_NONE_MATCH.as_str()).unwrap_or_default();
    let is_at_hand = at_hand.split(',').any(|known| known.trim() == tag.to_string());
    let mut answer = if is_at_hand { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((CACHE_CONTROL, "no-cache")).insert_header((ETAG, tag.to_string()));
    if is_at_hand {
        return Ok(answer.finish());
    }
    Ok(answer.content_type("application/json").body(document.text.clone()))
}
