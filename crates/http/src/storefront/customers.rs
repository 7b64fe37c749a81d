//! A shopper's own record and address book.

pub(super) mod add_address;
pub(super) mod create;
pub(super) mod retrieve;
pub(super) mod update;

use actix_web::HttpResponse;
use anteroom_app::Shopper;
use serde::Serialize;
use utoipa::ToSchema;

use crate::storefront::customer::CustomerBody;

/// The signed-in customer.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerAnswer)]
struct Response<'a> {
    customer: CustomerBody<'a>,
}

/// What all four answer: the whole customer.
fn answer(shopper: &Shopper) -> HttpResponse {
    HttpResponse::Ok().json(Response { customer: shopper.into() })
}
