//! `GET /api/customer-sessions`: the live customer sessions of the workspace, newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::CustomerSessionFilter;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, id, query, text};
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::list::{ListBody, Wanted};
use crate::workspace::names;
use crate::workspace::session::CustomerSessionBody;

struct Request {
    filter: CustomerSessionFilter,
    wanted: Wanted,
}

impl Request {
    fn read(query: &mut Fields) -> Self {
        let customer = query.optional("customer_id", id);
        let customer_external_id = query.optional("external_customer_id", text(names::external_id));
        let member = query.optional("member_id", id);
        let filter = CustomerSessionFilter { customer, customer_external_id, member };
        Self { filter, wanted: Wanted::read(query) }
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::CustomerSessions, "listCustomerSessions", "List customer sessions")
        .describes("The live customer sessions of the workspace, newest first, never with their tokens.")
        .query::<Uuid4>("customer_id", "Only the sessions of this customer.")
        .query::<ExternalId>(
            "external_customer_id",
            "Only the sessions of this customer, by your identifier.",
        )
        .query::<Uuid4>("member_id", "Only the sessions in which this member acts.")
        .queries(Request::read)
        .lists::<ListBody<CustomerSessionBody<'_>>>(&examples::session())
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let Request { filter, wanted } = query(&request, Request::read)?;
    let listed = http.app().customer_sessions(caller.0.workspace.id, filter, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<CustomerSessionBody<'_>>::new(&listed, wanted)))
}
