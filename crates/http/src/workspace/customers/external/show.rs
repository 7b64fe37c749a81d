//! `GET /api/customers/external/{external_id}`: one customer, by the merchant's identifier.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::customer::CustomerBody;
use crate::workspace::names::external_customer_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "getCustomerByExternalId", "Get a customer by your identifier")
        .path::<ExternalId>("external_id", "Your own identifier, percent-encoded.")
        .answers::<CustomerBody<'_>>("The customer.", examples::customer())
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = external_customer_in_path(&path)?;
    no_query(&request)?;
    let customer = http.app().customer(caller.0.workspace.id, which).await?;
    Ok(HttpResponse::Ok().json(CustomerBody::from(&customer)))
}
