//! `GET /api/customers/{customer_id}/members`: the members of a customer, newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::query;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::list::ListBody;
use crate::workspace::member::{Listing, MemberBody};
use crate::workspace::names::customer_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Members, "listCustomersMembers", "List a customer's members")
        .describes("The members of a customer, newest first. Filters narrow the list together.")
        .path::<Uuid4>("customer_id", "The customer's id.")
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
    let customer = customer_in_path(&path)?;
    let Listing { filter, wanted } = query(&request, Listing::read)?;
    let workspace = caller.0.workspace.id;
    let listed = http.app().members_of_customer(workspace, customer, filter, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<MemberBody<'_>>::new(&listed, wanted)))
}
