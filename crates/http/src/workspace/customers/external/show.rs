//! `GET /api/customers/external/{external_id}`: one customer, by the merchant's identifier.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::workspace::customer::CustomerBody;
use crate::workspace::names::external_customer_in_path;

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
