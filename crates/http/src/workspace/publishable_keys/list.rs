//! `GET /api/publishable-keys`: the live publishable keys of the workspace, newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::Listing;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::query;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::list::{ListBody, Wanted};
use crate::workspace::publishable_key::PublishableKeyBody;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::PublishableKeys, "listPublishableKeys", "List publishable keys")
        .describes("The live publishable keys of the workspace, newest first.")
        .queries(Wanted::read)
        .lists::<ListBody<PublishableKeyBody<'_>>>(&examples::publishable_key())
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let wanted = query(&request, Wanted::read)?;
    let app = http.app();
    let live = Listing::LiveAt(app.now());
    let listed = app.publishable_keys(caller.0.workspace.id, live, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<PublishableKeyBody<'_>>::new(&listed, wanted)))
}
