//! `GET /api/workspace/providers/{provider}`: one provider.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::ProviderName;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::provider::{ProviderBody, provider_in_path};

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Workspace, "getProvider", "Get a provider")
        .path::<ProviderName>("provider", "The provider's name.")
        .answers::<ProviderBody<'_>>("The provider.", examples::identity_provider())
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
    let provider = http.app().identity_provider(caller.0.workspace.id, name).await?;
    Ok(HttpResponse::Ok().json(ProviderBody::from(&provider)))
}
