//! `GET /api/customers/external/{external_id}/state`: a customer with all that belongs to it, by the merchant's identifier.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag};
use crate::workspace::customers::state::{StateBody, described};
use crate::workspace::names::external_customer_in_path;

pub(crate) fn operation() -> Operation {
    described(Operation::new(
        Tag::Customers,
        "getCustomerStateByExternalId",
        "Get a customer's state by your identifier",
    ))
    .path::<ExternalId>("external_id", "Your own identifier, percent-encoded.")
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = external_customer_in_path(&path)?;
    no_query(&request)?;
    let state = http.app().customer_state(&caller.0.workspace, which).await?;
    Ok(HttpResponse::Ok().json(StateBody::from(&state)))
}
