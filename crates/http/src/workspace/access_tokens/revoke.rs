//! `DELETE /api/workspace-access-tokens/{token_id}`: ends an access token, the one that asks too.

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
    Operation::new(Tag::AccessTokens, "revokeWorkspaceAccessToken", "End an access token")
        .describes(
            "The next request that shows it is refused; where several servers share a database, on the others within \
             a second. A token may end itself.",
        )
        .path::<Uuid4>("token_id", "The access token's id.")
        .answers_nothing(StatusCode::NO_CONTENT, "It has ended.")
        .refuses("There is no such access token, or it has ended.", Error::NotFound(Missing::AccessToken))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let id = path_id("token_id", &path)?;
    no_query(&request)?;
    http.app().revoke_access_token(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
