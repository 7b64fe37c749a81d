//! `GET /store/customers/me`: the shopper's own record.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;

use super::Response;
use crate::Http;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::customer::{CustomerBody, WrittenCustomer};
use crate::storefront::query::selection;
use crate::storefront::selection::Shown;

/// The signed-in customer.
#[derive(Serialize)]
struct Written<'a> {
    customer: Shown<'a, &'a WrittenCustomer>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Shopper, "getCustomer", "Get the customer").selects().answers::<Response<'_>>(
        "The customer, with the address book.",
        json!({"customer": examples::shopper()}),
    )
}

pub(crate) async fn handle(
    caller: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
) -> Result<HttpResponse, Failure> {
    let selection = selection::<CustomerBody<'_>>(&request)?;
    let customer = http.written_customer(caller.shopper).await?;
    Ok(HttpResponse::Ok().json(Written { customer: Shown::new(&*customer, &selection) }))
}
