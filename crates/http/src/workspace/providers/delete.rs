//! `DELETE /api/workspace/providers/{provider}`: removes a provider.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::ProviderName;
use crate::openapi::{Operation, Tag};
use crate::workspace::provider::provider_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Workspace, "deleteProvider", "Remove a provider")
        .describes(
            "Nobody signs in with it any more, and its secret is forgotten. Whoever has signed in with it stays signed in, and is the same \
             customer again when a provider of the same issuer is set up.",
        )
        .path::<ProviderName>("provider", "The provider's name.")
        .answers_nothing(StatusCode::NO_CONTENT, "It is gone.")
        .refuses("There is no provider of that name.", Error::NotFound(Missing::IdentityProvider))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let name = provider_in_path(&path)?;
    no_query(&request)?;
    http.app().delete_identity_provider(caller.0.workspace.id, name).await?;
    Ok(HttpResponse::NoContent().finish())
}
