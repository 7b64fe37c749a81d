//! `GET /store/customers/me/addresses/{address_id}`: one address of the shopper's book.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{address_in_path, of_address};
use crate::Http;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::customer::{AddressBody, ShownAddress};
use crate::storefront::query::selection;
use crate::storefront::selection::Shown;

/// One address.
#[derive(Serialize, ToSchema)]
#[schema(as = AddressAnswer)]
struct Response<'a> {
    address: ShownAddress<'a>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Shopper, "getAddress", "Get an address")
        .names_an_address()
        .selects()
        .answers::<Response<'_>>("The address.", json!({"address": examples::shoppers_address()}))
}

pub(crate) async fn handle(
    caller: ShopperCaller,
    request: HttpRequest,
    path: web::Path<String>,
    http: web::Data<Http>,
) -> Result<HttpResponse, Failure> {
    let (id, selection) = (address_in_path(&path)?, selection::<AddressBody<'_>>(&request)?);
    let address = of_address(id, http.app().shoppers_address(caller.shopper, id).await)?;
    let address = Shown::new(AddressBody::from(&address), &selection);
    Ok(HttpResponse::Ok().json(Response { address }))
}
