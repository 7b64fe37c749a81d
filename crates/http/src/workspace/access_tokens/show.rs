//! `GET /api/workspace-access-tokens/{token_id}`: one live access token.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::access_token::AccessTokenBody;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::AccessTokens, "getWorkspaceAccessToken", "Get an access token")
        .path::<Uuid4>("token_id", "The access token's id.")
        .answers::<AccessTokenBody<'_>>("The access token.", examples::access_token())
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
    let token = http.app().access_token(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::Ok().json(AccessTokenBody::from(&token)))
}
