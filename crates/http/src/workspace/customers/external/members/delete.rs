//! `DELETE /api/customers/external/{external_id}/members/external/{external_member_id}`: removes a member, both by the merchant's identifiers.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag};
use crate::workspace::names::external_member_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(
        Tag::Members,
        "deleteCustomersMemberByExternalId",
        "Remove a customer's member by your identifiers",
    )
    .path::<ExternalId>("external_id", "Your own identifier of the customer, percent-encoded.")
    .path::<ExternalId>("external_member_id", "Your own identifier of the member, percent-encoded.")
    .deletes_member()
    .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = external_member_in_path(&path)?;
    no_query(&request)?;
    http.app().delete_member(&caller.0.workspace, which).await?;
    Ok(HttpResponse::NoContent().finish())
}
