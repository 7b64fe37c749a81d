//! `GET` where only forms are sent to: a page reloaded, or a tab that a phone brings back, is shown the portal.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::page::see_other;
use super::visitor::Visitor;
use crate::openapi::scalars::Text;
use crate::openapi::{Operation, Tag};

pub(super) fn enter() -> Operation {
    operation("reloadEntry")
}

pub(super) fn profile() -> Operation {
    operation("reloadProfile")
}

pub(super) fn sign_out() -> Operation {
    operation("reloadSignOut")
}

fn operation(id: &'static str) -> Operation {
    Operation::new(Tag::Pages, id, "Lead back to the portal")
        .describes("A form's address that is opened again shows the portal.")
        .path::<Text>("slug", "The workspace.")
        .answers_nothing(StatusCode::SEE_OTHER, "On to the portal.")
        .with_header("Location", "The portal.")
}

pub(super) async fn handle(visitor: Visitor) -> HttpResponse {
    see_other(&visitor.portal())
}
