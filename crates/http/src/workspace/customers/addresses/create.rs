//! `POST /api/customers/{customer_id}/addresses`: adds an address to a customer's book.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing, Refusal};

use crate::Http;
use crate::body::Body;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::idempotency;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::address::{Addition, AddressBody, created};
use crate::workspace::names::customer_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Addresses, "createCustomersAddress", "Add an address")
        .describes("Nothing of an address is required. A new default takes the flag from the one before.")
        .path::<Uuid4>("customer_id", "The customer's id.")
        .takes::<Addition>(Addition::example())
        .creates::<AddressBody<'_>>("The address.", examples::address())
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
        .refuses("The book holds 200 addresses.", Error::refused(Refusal::TooManyAddresses))
}

pub(crate) async fn handle(
    MerchantCaller(merchant): MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    path: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let customer = customer_in_path(&path)?;
    no_query(&request)?;
    let (Addition(new), repeat) = idempotency::read(&request, &merchant, body).await?;
    let workspace = merchant.workspace.id;
    repeat.answer(created, |once| http.app().create_address(workspace, customer, new, once)).await
}
