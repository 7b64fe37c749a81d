//! `GET /api/members`: the members of the workspace, newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::MemberFilter;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, id, query, text};
use crate::workspace::list::{ListBody, Wanted};
use crate::workspace::member::MemberBody;
use crate::workspace::names;

struct Request {
    filter: MemberFilter,
    wanted: Wanted,
}

impl Request {
    fn read(query: &mut Fields) -> Self {
        let customer = query.optional("customer_id", id);
        let customer_external_id = query.optional("external_customer_id", text(names::external_id));
        let role = query.optional("role", text(names::role));
        let filter = MemberFilter { customer, customer_external_id, role };
        Self { filter, wanted: Wanted::read(query) }
    }
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let Request { filter, wanted } = query(&request, Request::read)?;
    let listed = http.app().members(caller.0.workspace.id, filter, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<MemberBody<'_>>::new(&listed, wanted)))
}
