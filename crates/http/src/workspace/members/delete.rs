//! `DELETE /api/members/{member_id}`: removes a member.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::WhichMember;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Members, "deleteMember", "Remove a member")
        .path::<Uuid4>("member_id", "The member's id.")
        .deletes_member()
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = WhichMember::ById(path_id("member_id", &path)?);
    no_query(&request)?;
    http.app().delete_member(&caller.0.workspace, which).await?;
    Ok(HttpResponse::NoContent().finish())
}
