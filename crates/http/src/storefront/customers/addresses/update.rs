//! `POST /store/customers/me/addresses/{address_id}`: changes an address of the shopper's book.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Refusal};
use serde_json::json;

use super::requests::Update;
use super::{address_in_path, of_address};
use crate::Http;
use crate::body::Body;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::customer::CustomerBody;
use crate::storefront::customers::{Response, answer};
use crate::storefront::query::selection;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Shopper, "updateAddress", "Change an address")
        .describes(
            "What is left out stays as it is; `null` clears. A flag that is set is taken from the address that had it. The \
             province has to be one of the country also where only one of the two is changed.",
        )
        .names_an_address()
        .selects()
        .takes::<Update>(json!({"address_2": "Floor 7", "is_default_billing": true}))
        .answers::<Response<'_>>("The customer, with the address book.", json!({"customer": examples::shopper()}))
        .refuses(
            "The metadata would be larger than 16 KiB.",
            Error::refused(Refusal::Metadata("should have at most 16 KiB of JSON")),
        )
}

pub(crate) async fn handle(
    caller: ShopperCaller,
    request: HttpRequest,
    path: web::Path<String>,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (id, selection) = (address_in_path(&path)?, selection::<CustomerBody<'_>>(&request)?);
    let Update(changes) = body.parse().await?;
    let outcome = http.app().change_shoppers_address(caller.shopper, id, changes).await;
    Ok(answer(&of_address(id, outcome)?, &selection))
}
