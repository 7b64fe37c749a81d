//! `PATCH /api/members/{member_id}`: changes a member.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::WhichMember;

use crate::Http;
use crate::body::Body;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;
use crate::workspace::member::{MemberBody, Update};

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Members, "updateMember", "Change a member")
        .path::<Uuid4>("member_id", "The member's id.")
        .updates_member()
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let which = WhichMember::ById(path_id("member_id", &path)?);
    no_query(&request)?;
    let Update(changes) = body.parse().await?;
    let member = http.app().update_member(&caller.0.workspace, which, changes).await?;
    Ok(HttpResponse::Ok().json(MemberBody::from(&member)))
}
