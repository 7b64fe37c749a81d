//! `GET /store/customers/me`: the shopper's own record.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Response;
use crate::Http;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::openapi::{Operation, Tag, examples};

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Shopper, "getCustomer", "Get the customer").answers::<Response<'_>>(
        "The customer, with the address book.",
        json!({"customer": examples::shopper()}),
    )
}

pub(crate) async fn handle(caller: ShopperCaller, http: web::Data<Http>) -> Result<HttpResponse, Failure> {
    Ok(super::answer(&http.app().shopper(caller.customer).await?))
}
