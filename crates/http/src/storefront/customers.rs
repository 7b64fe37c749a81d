//! A shopper's own record and address book.

pub(super) mod addresses;
pub(super) mod create;
pub(super) mod retrieve;
pub(super) mod update;

use actix_web::HttpResponse;
use anteroom_app::Shopper;
use serde::Serialize;
use utoipa::ToSchema;

use crate::storefront::customer::ShownCustomer;
use crate::storefront::selection::{Selection, Shown};

/// The signed-in customer.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerAnswer)]
struct Response<'a> {
    customer: ShownCustomer<'a>,
}

/// What everything that changes the customer or the book answers.
fn answer(shopper: &Shopper, selection: &Selection) -> HttpResponse {
    HttpResponse::Ok().json(Response { customer: Shown::new(shopper.into(), selection) })
}
