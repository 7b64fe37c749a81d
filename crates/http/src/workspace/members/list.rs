//! `GET /api/members`: the members of the workspace, newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::MemberFilter;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, id, query, text};
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::list::ListBody;
use crate::workspace::member::{Listing, MemberBody};
use crate::workspace::names;

fn read(query: &mut Fields) -> Listing {
    let customer = query.optional("customer_id", id);
    let customer_external_id = query.optional("external_customer_id", text(names::external_id));
    let Listing { filter, wanted } = Listing::read(query);
    Listing { filter: MemberFilter { customer, customer_external_id, ..filter }, wanted }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Members, "listMembers", "List members")
        .describes("The members of the workspace, newest first. Filters narrow the list together.")
        .query::<Uuid4>("customer_id", "Only the members of this customer.")
        .query::<ExternalId>("external_customer_id", "Only the members of this customer, by your identifier.")
        .filters_members()
        .queries(read)
        .lists::<ListBody<MemberBody<'_>>>(&examples::member())
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let Listing { filter, wanted } = query(&request, read)?;
    let listed = http.app().members(caller.0.workspace.id, filter, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<MemberBody<'_>>::new(&listed, wanted)))
}
