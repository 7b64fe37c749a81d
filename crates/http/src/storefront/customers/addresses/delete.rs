//! `DELETE /store/customers/me/addresses/{address_id}`: takes an address out of the shopper's book.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{address_in_path, of_address};
use crate::Http;
use crate::body::Body;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::openapi::scalars::{AddressObject, Yes};
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::customer::{CustomerBody, ShownCustomer};
use crate::storefront::query::selection;
use crate::storefront::selection::Shown;
use crate::wire::Uuid4;

/// The receipt.
#[derive(Serialize, ToSchema)]
#[schema(as = AddressDeleted)]
struct Response<'a> {
    /// The address's id.
    id: Uuid4,
    #[schema(value_type = AddressObject)]
    object: &'static str,
    #[schema(value_type = Yes)]
    deleted: bool,
    parent: ShownCustomer<'a>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Shopper, "deleteAddress", "Remove an address")
        .describes("Where it was a default, the customer has none then.")
        .names_an_address()
        .selects()
        .takes_nothing()
        .answers::<Response<'_>>(
            "It is removed, from the customer that is shown.",
            json!({
                "id": examples::ADDRESS,
                "object": "address",
                "deleted": true,
                "parent": examples::shopper(),
            }),
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
    body.parse_nothing().await?;
    let parent = of_address(id, http.app().remove_shoppers_address(caller.shopper, id).await)?;
    let parent = Shown::new(CustomerBody::from(&parent), &selection);
    Ok(HttpResponse::Ok().json(Response { id: id.into(), object: "address", deleted: true, parent }))
}
