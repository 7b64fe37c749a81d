//! `GET` and `POST /auth/customer/{provider}/callback`: where a provider's page sends the browser back to. No provider of
//! today has a page.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{TokenBody, provider};
use crate::caller::Shop;
use crate::failure::Failure;
use crate::openapi::scalars::ProviderName;
use crate::openapi::{Operation, Tag, examples};

pub(crate) fn operation() -> Operation {
    described("callback", "Come back from a provider")
}

pub(crate) fn operation_by_post() -> Operation {
    described("callbackByPost", "Come back from a provider, by POST")
}

fn described(id: &'static str, summary: &'static str) -> Operation {
    let no_callback = Failure::NoCallback("emailpass".to_owned());
    let no_provider = Failure::NoSuchProvider("google".to_owned());
    Operation::new(Tag::SignIn, id, summary)
        .describes(
            "Where a provider of the flow `redirect` sends the browser back to. There is none yet; `emailpass` signs in with \
             credentials.",
        )
        .path::<ProviderName>("provider", "What somebody signed in with.")
        .answers::<TokenBody<'_>>("A JWT, for `Authorization: Bearer`.", json!({"token": examples::JWT}))
        .refuses("The provider has no page from which somebody could come back.", no_callback)
        .refuses("There is no such provider, or the workspace has switched it off.", no_provider)
}

pub(crate) async fn handle(Shop(workspace): Shop, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let offered = provider(&request, &workspace)?;
    Err(Failure::NoCallback(offered.provider().as_str().to_owned()))
}
