//! `DELETE /api/customers/{customer_id}/sessions`: ends every session of a customer and its members.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};
use serde_json::json;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;
use crate::workspace::session::Receipt;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "revokeCustomersSessions", "End a customer's sessions")
        .describes("Every session of the customer and its members ends at once, of every kind; where several servers share a database, on the others within a second.")
        .path::<Uuid4>("customer_id", "The customer's id.")
        .answers::<Receipt>("They have ended.", json!({"revoked": 3}))
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let id = path_id("customer_id", &path)?;
    no_query(&request)?;
    let revoked = http.app().revoke_sessions_of_customer(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::Ok().json(Receipt { revoked }))
}
