//! `GET /api/members/{member_id}`: one member.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing, WhichMember};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::member::MemberBody;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Members, "getMember", "Get a member")
        .path::<Uuid4>("member_id", "The member's id.")
        .answers::<MemberBody<'_>>("The member.", examples::member())
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
    let member = http.app().member(caller.0.workspace.id, which).await?;
    Ok(HttpResponse::Ok().json(MemberBody::from(&member)))
}
