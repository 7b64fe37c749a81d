//! `DELETE /api/publishable-keys/{key_id}`: ends a publishable key.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::PublishableKeys, "revokePublishableKey", "End a publishable key")
        .describes(
            "The next request that shows it is refused; where several servers share a database, on the others within \
             a second. An origin that came with the key stays allowed.",
        )
        .path::<Uuid4>("key_id", "The publishable key's id.")
        .answers_nothing(StatusCode::NO_CONTENT, "It has ended.")
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
    http.app().revoke_publishable_key(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
