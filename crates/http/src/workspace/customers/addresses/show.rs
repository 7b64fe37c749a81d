//! `GET /api/customers/{customer_id}/addresses/{address_id}`: one address of a customer.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::address::AddressBody;
use crate::workspace::names::address_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Addresses, "getCustomersAddress", "Get an address")
        .path::<Uuid4>("customer_id", "The customer's id.")
        .path::<Uuid4>("address_id", "The address's id.")
        .answers::<AddressBody<'_>>("The address.", examples::address())
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
    let address = http.app().address(caller.0.workspace.id, customer, id).await?;
    Ok(HttpResponse::Ok().json(AddressBody::from(&address)))
}
