//! By what shoppers sign in, in the settings.

use anteroom_app::ProviderChanges;
use anteroom_domain::workspace::Providers;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{Fields, boolean};
use crate::openapi::schema::request_schema;

request_schema!(
    /// By what shoppers are to sign in; `null` is back to the default.
    ProvidersUpdate as WorkspaceProvidersUpdate {
        /// E-mail and password; on by default.
        emailpass: Option<bool>,
    }
);

pub(super) fn read(fields: &mut Fields) -> ProviderChanges {
    ProviderChanges { emailpass: fields.change("emailpass", |value| boolean(value).map(Some)) }
}

/// By what shoppers sign in.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceProviders)]
pub(super) struct ProvidersBody {
    /// E-mail and password.
    emailpass: bool,
}

impl From<Providers> for ProvidersBody {
    fn from(Providers { emailpass }: Providers) -> Self {
        Self { emailpass }
    }
}
