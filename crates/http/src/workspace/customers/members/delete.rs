//! `DELETE /api/customers/{customer_id}/members/{member_id}`: removes a member.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;
use crate::workspace::names::member_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Members, "deleteCustomersMember", "Remove a customer's member")
        .path::<Uuid4>("customer_id", "The customer's id.")
        .path::<Uuid4>("member_id", "The member's id.")
        .deletes_member()
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = member_in_path(&path)?;
    no_query(&request)?;
    http.app().delete_member(&caller.0.workspace, which).await?;
    Ok(HttpResponse::NoContent().finish())
}
