//! `GET /api/customer-sessions/{session_id}`: one live customer session.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::workspace::session::CustomerSessionBody;

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let id = path_id("session_id", &path)?;
    no_query(&request)?;
    let session = http.app().customer_session(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::Ok().json(CustomerSessionBody::from(&session)))
}
