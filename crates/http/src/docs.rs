//! `/docs`: the documentation of the APIs as pages.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::assets;
use crate::failure::Failure;
use crate::openapi::scalars::DocumentName;
use crate::openapi::{Document, Operation, Tag};
use crate::portal::{Frame, page};
use crate::route::{Route, Who};

/// Nothing but our own files. The library that shows the reference sets styles from its script, hence the inline ones.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; \
                      frame-ancestors 'none'";

pub(crate) static ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/docs",
        who: Who::Anyone,
        handler: || web::to(index),
        operation: describe_index,
    },
    Route {
        method: Method::GET,
        path: "/docs/{document}",
        who: Who::Anyone,
        handler: || web::to(reference),
        operation: describe_reference,
    },
];

fn describe_index() -> Operation {
    Operation::new(Tag::Server, "showDocs", "Show the documentation")
        .describes("A page that leads to one page a document.")
        .answers_text(StatusCode::OK, "The page.", "text/html")
}

#[derive(Template)]
#[template(path = "docs/index.html")]
struct Index {
    frame: Frame<'static>,
    style: &'static str,
    version: &'static str,
    documents: [Document; 3],
}

async fn index() -> Result<HttpResponse, Failure> {
    let (frame, style) = (Frame::default(), assets::DOCS_STYLE.url());
    let index = Index { frame, style, version: env!("CARGO_PKG_VERSION"), documents: Document::ALL };
    page(StatusCode::OK, &index)
}

fn describe_reference() -> Operation {
    Operation::new(Tag::Server, "showReference", "Show a document")
        .describes("An OpenAPI document as a page.")
        .path::<DocumentName>("document", "Which document.")
        .answers_text(StatusCode::OK, "The page.", "text/html")
        .refuses("There is no such document.", Failure::NoSuchRoute)
}

#[derive(Template)]
#[template(path = "docs/reference.html")]
struct Reference {
    document: Document,
    documents: [Document; 3],
    icon: &'static str,
    style: &'static str,
    script: &'static str,
    library: &'static str,
}

async fn reference(name: web::Path<String>) -> Result<HttpResponse, Failure> {
    let document = Document::ALL.into_iter().find(|document| document.name() == name.as_str());
    let reference = Reference {
        document: document.ok_or(Failure::NoSuchRoute)?,
        documents: Document::ALL,
        icon: assets::ICON.url(),
        style: assets::DOCS_STYLE.url(),
        script: assets::DOCS_SCRIPT.url(),
        library: assets::DOCS_LIBRARY.url(),
    };
    let mut answer = page(StatusCode::OK, &reference)?;
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(answer)
}
