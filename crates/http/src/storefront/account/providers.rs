//! `/store/customers/me/providers`: accounts elsewhere that sign in as the customer.

pub(in crate::storefront) mod callback;
pub(in crate::storefront) mod link;
pub(in crate::storefront) mod list;
pub(in crate::storefront) mod unlink;

use actix_web::HttpRequest;
use anteroom_app::{App, Error, Missing, ProviderLink};
use anteroom_domain::identity_provider::IdentityProvider;
use anteroom_domain::text::{Email, Line};
use anteroom_domain::workspace::Workspace;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::openapi::scalars::{Email as EmailText, ProviderName};
use crate::openapi::{Operation, examples};
use crate::wire::Time;

/// An account elsewhere that signs in as the customer.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkedProvider)]
struct LinkBody<'a> {
    /// By which of the shop\u{2019}s providers.
    #[schema(value_type = ProviderName)]
    provider: &'a str,
    /// What a person calls it.
    display_name: &'a str,
    /// The e-mail there when it was linked.
    #[schema(value_type = EmailText)]
    email: &'a str,
    created_at: Time,
}

impl<'a> From<&'a ProviderLink> for LinkBody<'a> {
    fn from(link: &'a ProviderLink) -> Self {
        Self {
            provider: link.provider.as_str(),
            display_name: Line::as_str(&link.display_name),
            email: Email::as_str(&link.email),
            created_at: link.created_at.into(),
        }
    }
}

fn example() -> Value {
    json!({"provider": "google", "display_name": "Google", "email": "user@example.com", "created_at": examples::MADE})
}

/// The provider that the path names, which shoppers may sign in with.
async fn enabled(
    app: &App,
    workspace: &Workspace,
    request: &HttpRequest,
) -> Result<IdentityProvider, Failure> {
    let found = app.enabled_provider(workspace, named(request)).await?;
    found.ok_or_else(|| Error::NotFound(Missing::IdentityProvider).into())
}

fn named(request: &HttpRequest) -> &str {
    request.match_info().get("provider").unwrap_or_default()
}

/// Adds what these routes say of the provider in their path.
fn names_provider(operation: Operation) -> Operation {
    operation
        .path::<ProviderName>("provider", "One of the shop\u{2019}s providers of the flow `redirect`.")
        .refuses(
            "There is no such provider, or it is none of that flow, or the workspace has switched it off.",
            Error::NotFound(Missing::IdentityProvider),
        )
}
