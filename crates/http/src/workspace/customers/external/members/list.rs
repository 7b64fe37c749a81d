//! `GET /api/customers/external/{external_id}/members`: the members of a customer, by the merchant's identifier, newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::query;
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::list::ListBody;
use crate::workspace::member::{Listing, MemberBody};
use crate::workspace::names::external_customer_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(
        Tag::Members,
        "listCustomersMembersByExternalId",
        "List a customer's members by your identifier",
    )
    .describes("The members of a customer, newest first. Filters narrow the list together.")
    .path::<ExternalId>("external_id", "Your own identifier of the customer, percent-encoded.")
    .filters_members()
    .queries(Listing::read)
    .lists::<ListBody<MemberBody<'_>>>(&examples::member())
    .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let customer = external_customer_in_path(&path)?;
    let Listing { filter, wanted } = query(&request, Listing::read)?;
    let workspace = caller.0.workspace.id;
    let listed = http.app().members_of_customer(workspace, customer, filter, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<MemberBody<'_>>::new(&listed, wanted)))
}
