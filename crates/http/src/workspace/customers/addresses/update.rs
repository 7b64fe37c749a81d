//! `PATCH /api/customers/{customer_id}/addresses/{address_id}`: changes an address.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};
use serde_json::json;

use crate::Http;
use crate::body::Body;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::address::{AddressBody, Update};
use crate::workspace::names::address_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Addresses, "updateCustomersAddress", "Change an address")
        .describes(
            "What is left out stays as it is; `null` clears. A flag that is set is taken from the address that had it. The \
             state has to be one of the country also where only one of the two is changed.",
        )
        .path::<Uuid4>("customer_id", "The customer's id.")
        .path::<Uuid4>("address_id", "The address's id.")
        .takes::<Update>(json!({"line2": "Floor 7", "is_default_billing": true}))
        .answers::<AddressBody<'_>>("The address.", examples::address())
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
        .refuses("The customer has no such address.", Error::NotFound(Missing::Address))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (customer, id) = address_in_path(&path)?;
    no_query(&request)?;
    let Update(changes) = body.parse().await?;
    let address = http.app().update_address(caller.0.workspace.id, customer, id, changes).await?;
    Ok(HttpResponse::Ok().json(AddressBody::from(&address)))
}
