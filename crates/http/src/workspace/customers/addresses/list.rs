//! `GET /api/customers/{customer_id}/addresses`: the address book of a customer, oldest first.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::query;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::address::AddressBody;
use crate::workspace::list::{ListBody, Wanted};
use crate::workspace::names::customer_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Addresses, "listCustomersAddresses", "List a customer's addresses")
        .describes("The customer's address book, oldest first.")
        .path::<Uuid4>("customer_id", "The customer's id.")
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
    let customer = customer_in_path(&path)?;
    let wanted = query(&request, Wanted::read)?;
    let listed = http.app().address_book(caller.0.workspace.id, customer, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<AddressBody<'_>>::new(&listed, wanted)))
}
