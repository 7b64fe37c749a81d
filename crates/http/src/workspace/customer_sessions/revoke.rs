//! `DELETE /api/customer-sessions/{session_id}`: ends one customer session.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};
use serde_json::json;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;
use crate::workspace::session::Receipt;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::CustomerSessions, "revokeCustomerSession", "End a customer session")
        .describes("Its token, its link and the portal that it opened are closed at once; where several servers share a database, on the others within a second.")
        .path::<Uuid4>("session_id", "The session's id.")
        .answers::<Receipt>("It has ended.", json!({"revoked": 1}))
        .refuses("There is no such session, or it has ended.", Error::NotFound(Missing::CustomerSession))
}

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
