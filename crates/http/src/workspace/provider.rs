//! A provider as the Workspace API shows it.

use anteroom_domain::identity_provider::{IdentityProvider, ProviderName};
use anteroom_domain::text::ReturnUrl;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{Fault, Place};
use crate::openapi::scalars::{ProviderName as NameText, ProviderType};
use crate::wire::Time;

/// What shoppers sign in with on somebody else's page. Its secret is never shown.
#[derive(Serialize, ToSchema)]
#[schema(as = IdentityProvider)]
pub(super) struct ProviderBody<'a> {
    /// Its name in the paths of the Store API.
    #[schema(value_type = NameText)]
    name: &'a str,
    created_at: Time,
    modified_at: Option<Time>,
    /// What it speaks.
    #[serde(rename = "type")]
    #[schema(value_type = ProviderType)]
    kind: &'static str,
    /// What a person calls it.
    display_name: &'a str,
    /// Who vouches for shoppers.
    issuer: &'a str,
    /// What the provider knows the shop by.
    client_id: &'a str,
    /// Whether the shop shows a secret to the provider.
    has_client_secret: bool,
    /// Where the provider may send shoppers back to; the first unless a shop names another.
    callback_urls: Vec<&'a str>,
    /// Whether an e-mail that the provider says is verified is proved by that.
    trusts_email: bool,
    /// Whether shoppers sign in with it.
    enabled: bool,
}

impl<'a> From<&'a IdentityProvider> for ProviderBody<'a> {
    fn from(provider: &'a IdentityProvider) -> Self {
        let settings = &provider.settings;
        Self {
            name: provider.name.as_str(),
            created_at: provider.created_at.into(),
            modified_at: provider.modified_at.map(Time),
            kind: settings.kind.as_str(),
            display_name: settings.display_name.as_str(),
            issuer: settings.issuer.as_str(),
            client_id: settings.client_id.as_str(),
            has_client_secret: provider.sealed_secret.is_some(),
            callback_urls: settings.callback_urls.iter().map(ReturnUrl::as_str).collect(),
            trusts_email: settings.trusts_email,
            enabled: settings.is_enabled,
        }
    }
}

/// The provider whose name is in the path.
pub(super) fn provider_in_path(text: &str) -> Result<ProviderName, Fault> {
    ProviderName::parse(text).map_err(|invalid| Fault {
        place: Place::Path,
        path: vec!["provider".to_owned()],
        problem: invalid.into(),
        input: text.into(),
    })
}
