//! `GET` where only forms are sent to: a page reloaded, or a tab that a phone brings back, is shown the portal.

use actix_web::HttpResponse;

use super::page::see_other;
use super::visitor::Visitor;

pub(super) async fn handle(visitor: Visitor) -> HttpResponse {
    see_other(&visitor.portal())
}
