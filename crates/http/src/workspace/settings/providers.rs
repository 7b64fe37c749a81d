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
        /// A code that is mailed; off by default.
        otp: Option<bool>,
    }
);

pub(super) fn read(fields: &mut Fields) -> ProviderChanges {
    let mut switch = |name| fields.change(name, |value| boolean(value).map(Some));
    ProviderChanges { emailpass: switch("emailpass"), otp: switch("otp") }
}

/// By what shoppers sign in.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceProviders)]
pub(super) struct ProvidersBody {
    /// E-mail and password.
    emailpass: bool,
    /// A code that is mailed.
    otp: bool,
}

impl From<Providers> for ProvidersBody {
    fn from(Providers { emailpass, otp }: Providers) -> Self {
        Self { emailpass, otp }
    }
}
