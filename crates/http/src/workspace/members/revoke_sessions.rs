//! `DELETE /api/members/{member_id}/sessions`: ends every session in which a member acts.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing, WhichMember};
use serde_json::json;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;
use crate::workspace::session::Receipt;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Members, "revokeMembersSessions", "End a member's sessions")
        .describes("Every session in which the member acts ends at once; where several servers share a database, on the others within a second.")
        .path::<Uuid4>("member_id", "The member's id.")
        .answers::<Receipt>("They have ended.", json!({"revoked": 2}))
        .refuses("There is no such member.", Error::NotFound(Missing::Member))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = WhichMember::ById(path_id("member_id", &path)?);
    no_query(&request)?;
    let revoked = http.app().revoke_sessions_of_member(caller.0.workspace.id, which).await?;
    Ok(HttpResponse::Ok().json(Receipt { revoked }))
}
