//! `DELETE /api/customer-sessions/{session_id}`: ends one customer session.

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
    let id = path_id("session_id", &path)?;
    no_query(&request)?;
    let revoked = http.app().revoke_customer_session(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::Ok().json(Receipt { revoked }))
}
