//! `GET /api/publishable-keys/{key_id}`: one live publishable key.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::publishable_key::PublishableKeyBody;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::PublishableKeys, "getPublishableKey", "Get a publishable key")
        .path::<Uuid4>("key_id", "The publishable key's id.")
        .answers::<PublishableKeyBody<'_>>("The publishable key.", examples::publishable_key())
        .refuses("There is no such key, or it has ended.", Error::NotFound(Missing::PublishableKey))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let id = path_id("key_id", &path)?;
    no_query(&request)?;
    let key = http.app().publishable_key(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::Ok().json(PublishableKeyBody::from(&key)))
}
