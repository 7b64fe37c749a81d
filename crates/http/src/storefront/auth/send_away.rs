//! `GET /auth/customer/{provider}`: sends a shopper to a provider's page. What is typed into a form is only ever posted.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Refusal, SentAway};
use anteroom_domain::identity_provider::IdentityProvider;
use anteroom_domain::workspace::Workspace;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::provider;
use crate::Http;
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::fields::{Fields, any_text, query};
use crate::openapi::scalars::{ProviderName, WebAddress};
use crate::openapi::{Operation, Tag};

/// Where to send somebody.
#[derive(Serialize, ToSchema)]
#[schema(as = SentAway)]
pub(in crate::storefront) struct Response<'a> {
    /// The provider's page; for `otp` and `passkey` the address of our callback.
    location: &'a str,
    /// For `passkey`: what the browser is to ask the authenticator, for `PublicKeyCredential.parseRequestOptionsFromJSON`. The same stands in
    /// `options` of the location.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    public_key: Option<&'a Value>,
}

impl<'a> Response<'a> {
    pub(super) fn new(location: &'a str) -> Self {
        Self { location, public_key: None }
    }

    pub(super) fn with_question(location: &'a str, public_key: &'a Value) -> Self {
        Self { location, public_key: Some(public_key) }
    }
}

pub(crate) fn operation() -> Operation {
    refuses(
        Operation::new(Tag::SignIn, "sendToProvider", "Go to a provider's page")
            .describes("The same as by POST, for a provider of the flow `redirect`.")
            .path::<ProviderName>("provider", "What to sign in with.")
            .query::<WebAddress>(
                "callback_url",
                "Where the provider sends the shopper back to: one of those that the merchant has listed; the first unless one is named.",
            )
            .queries(callback_url)
            .answers::<Response<'_>>("Where to go.", location())
            .with_header("Set-Cookie", COOKIE)
            .refuses(
                "There is no such provider, or the workspace has switched it off.",
                Failure::NoSuchProvider("google".to_owned()),
            )
            .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin)
            .refuses(
                "The provider takes what is typed into a form, by POST.",
                Failure::MethodNotAllowed { allowed: "POST".to_owned() },
            ),
    )
}

pub(in crate::storefront) const COOKIE: &str =
    "The cookie by which the browser is known again when it comes back. It opens nothing.";

/// What sending somebody away refuses.
pub(in crate::storefront) fn refuses(operation: Operation) -> Operation {
    operation
        .refuses(
            "The callback URL is none that the merchant has listed.",
            Error::from(Refusal::CallbackNotListed),
        )
        .refuses("The provider does not answer.", Error::ProviderAway)
}

pub(in crate::storefront) fn location() -> serde_json::Value {
    json!({"location": "https://accounts.google.com/o/oauth2/v2/auth?response_type=code&client_id=shop"})
}

fn callback_url(query: &mut Fields) -> Option<String> {
    query.optional("callback_url", any_text)
}

/// Sends a browser to a provider's page.
pub(super) async fn to_provider(
    http: &Http,
    request: &HttpRequest,
    workspace: &Workspace,
    external: &IdentityProvider,
    callback_url: Option<&str>,
) -> Result<HttpResponse, Failure> {
    let browser = caller::browser(http, request);
    let away = http.app().send_to_provider(workspace, external, callback_url, &browser).await?;
    Ok(sent(http, &away))
}

/// Says where somebody goes, with the cookie by which their browser is known again.
pub(in crate::storefront) fn sent(http: &Http, away: &SentAway) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.cookie(caller::browser_cookie(http, away));
    answer.json(Response::new(&away.location))
}

pub(crate) async fn handle(
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    let name = request.match_info().get("provider").unwrap_or_default();
    let Some(external) = http.app().enabled_provider(&workspace, name).await? else {
        provider(&request, &workspace)?;
        return Err(Failure::MethodNotAllowed { allowed: "POST".to_owned() });
    };
    let callback_url = query(&request, callback_url)?;
    to_provider(&http, &request, &workspace, &external, callback_url.as_deref()).await
}
