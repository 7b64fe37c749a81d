//! `GET /api/workspace-access-tokens`: the live access tokens of the workspace, newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::Listing;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::query;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::access_token::AccessTokenBody;
use crate::workspace::list::{ListBody, Wanted};

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::AccessTokens, "listWorkspaceAccessTokens", "List access tokens")
        .describes("The live access tokens of the workspace, newest first, never in plain text.")
        .queries(Wanted::read)
        .lists::<ListBody<AccessTokenBody<'_>>>(&examples::access_token())
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let wanted = query(&request, Wanted::read)?;
    let app = http.app();
    let live = Listing::LiveAt(app.now());
    let listed = app.access_tokens(caller.0.workspace.id, live, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<AccessTokenBody<'_>>::new(&listed, wanted)))
}
