//! `DELETE /api/customers/{customer_id}/addresses/{address_id}`: takes an address out of a customer's book.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;
use crate::workspace::names::address_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Addresses, "deleteCustomersAddress", "Remove an address")
        .describes("Where it was a default, the customer has none then.")
        .path::<Uuid4>("customer_id", "The customer's id.")
        .path::<Uuid4>("address_id", "The address's id.")
        .answers_nothing(StatusCode::NO_CONTENT, "It is removed.")
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
        .refuses("The customer has no such address.", Error::NotFound(Missing::Address))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (customer, id) = address_in_path(&path)?;
    no_query(&request)?;
    http.app().delete_address(caller.0.workspace.id, customer, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
