//! The OpenAPI documents, told from the table of routes and the handlers' own types.
//!
//! Each endpoint has a function that says what is its own ([`Operation`]); what its row in the table says already is
//! added in one place ([`follows`]), and [`document`] puts the three documents together. So a route without a
//! description does not compile, and the tests hold every answer that any of them gets to the documents.

#[cfg(test)]
mod agreement;
mod document;
pub(crate) mod examples;
mod follows;
mod inline;
mod operation;
mod refusal;
pub(crate) mod scalars;
pub(crate) mod schema;
mod security;
mod serve;
mod tag;

pub use document::Document;
pub(crate) use document::Written;
pub(crate) use operation::Operation;
pub(crate) use serve::ROUTES;
pub(crate) use tag::Tag;
