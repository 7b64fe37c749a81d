//! `DELETE /api/customers/{customer_id}/sessions`: ends every session of a customer and its members.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::workspace::session::Receipt;

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let id = path_id("customer_id", &path)?;
    no_query(&request)?;
    let revoked = http.app().revoke_sessions_of_customer(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::Ok().json(Receipt { revoked }))
}
