//! `DELETE /api/customers/external/{external_id}`: deletes a customer, by the merchant's identifier.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::workspace::customers::anonymize;
use crate::workspace::names::external_customer_in_path;

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = external_customer_in_path(&path)?;
    let anonymize = anonymize(&request)?;
    http.app().delete_customer(caller.0.workspace.id, which, anonymize).await?;
    Ok(HttpResponse::NoContent().finish())
}
