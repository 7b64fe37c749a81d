//! `GET /api/workspace/providers`: the providers of the workspace, by name.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_domain::page::Listed;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::query;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::list::{ListBody, Wanted};
use crate::workspace::provider::ProviderBody;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Workspace, "listWorkspaceProviders", "List providers")
        .describes(
            "What shoppers sign in with on somebody else\u{2019}s page, by name, what is switched off too.",
        )
        .queries(Wanted::read)
        .lists::<ListBody<ProviderBody<'_>>>(&examples::identity_provider())
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let wanted = query(&request, Wanted::read)?;
    let page = wanted.records();
    let all = http.app().identity_providers(caller.0.workspace.id).await?;
    let total = u64::try_from(all.len()).unwrap_or(u64::MAX);
    // There are a hundred at most.
    let items = page.piece_of(all).collect();
    Ok(HttpResponse::Ok().json(ListBody::<ProviderBody<'_>>::new(&Listed { items, total }, wanted)))
}
