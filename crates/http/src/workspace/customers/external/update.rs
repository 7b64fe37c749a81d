//! `PATCH /api/customers/external/{external_id}`: changes a customer, by the merchant's identifier.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::Http;
use crate::body::Body;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag};
use crate::workspace::customer::CustomerBody;
use crate::workspace::customers::update::{Request, described};
use crate::workspace::names::external_customer_in_path;

pub(crate) fn operation() -> Operation {
    described(Operation::new(
        Tag::Customers,
        "updateCustomerByExternalId",
        "Change a customer by your identifier",
    ))
    .path::<ExternalId>("external_id", "Your own identifier, percent-encoded.")
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let which = external_customer_in_path(&path)?;
    no_query(&request)?;
    let Request(edits) = body.parse().await?;
    let customer = http.app().edit_customer(caller.0.workspace.id, which, edits).await?;
    Ok(HttpResponse::Ok().json(CustomerBody::from(&customer)))
}
