//! `GET /api/customers/external/{external_id}/members/external/{external_member_id}`: one member of a customer, both by the merchant's identifiers.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::member::MemberBody;
use crate::workspace::names::external_member_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(
        Tag::Members,
        "getCustomersMemberByExternalId",
        "Get a customer's member by your identifiers",
    )
    .path::<ExternalId>("external_id", "Your own identifier of the customer, percent-encoded.")
    .path::<ExternalId>("external_member_id", "Your own identifier of the member, percent-encoded.")
    .answers::<MemberBody<'_>>("The member.", examples::member())
    .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
    .refuses("The customer has no such member.", Error::NotFound(Missing::Member))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = external_member_in_path(&path)?;
    no_query(&request)?;
    let member = http.app().member(caller.0.workspace.id, which).await?;
    Ok(HttpResponse::Ok().json(MemberBody::from(&member)))
}
