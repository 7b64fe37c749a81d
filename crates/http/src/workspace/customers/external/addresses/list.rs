//! `GET /api/customers/external/{external_id}/addresses`: the address book of a customer, by the merchant's identifier, oldest first.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::query;
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::address::AddressBody;
use crate::workspace::list::{ListBody, Wanted};
use crate::workspace::names::external_customer_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(
        Tag::Addresses,
        "listCustomersAddressesByExternalId",
        "List a customer's addresses by your identifier",
    )
    .describes("The customer's address book, oldest first.")
    .path::<ExternalId>("external_id", "Your own identifier of the customer, percent-encoded.")
    .queries(Wanted::read)
    .lists::<ListBody<AddressBody<'_>>>(&examples::address())
    .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let customer = external_customer_in_path(&path)?;
    let wanted = query(&request, Wanted::read)?;
    let listed = http.app().address_book(caller.0.workspace.id, customer, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<AddressBody<'_>>::new(&listed, wanted)))
}
