//! `GET /api/customer-sessions/{session_id}`: one live customer session.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::session::CustomerSessionBody;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::CustomerSessions, "getCustomerSession", "Get a customer session")
        .path::<Uuid4>("session_id", "The session's id.")
        .answers::<CustomerSessionBody<'_>>("The session, without its token.", examples::session())
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
    let session = http.app().customer_session(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::Ok().json(CustomerSessionBody::from(&session)))
}
