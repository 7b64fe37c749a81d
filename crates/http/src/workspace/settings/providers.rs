//! By what shoppers sign in, in the settings.

use anteroom_app::ProviderChanges;
use anteroom_domain::text::PasskeyDomain;
use anteroom_domain::workspace::Providers;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{Fields, boolean, text};
use crate::openapi::scalars::Domain;
use crate::openapi::schema::request_schema;

request_schema!(
    /// By what shoppers are to sign in; `null` is back to the default.
    ProvidersUpdate as WorkspaceProvidersUpdate {
        /// E-mail and password; on by default.
        emailpass: Option<bool>,
        /// A code that is mailed; off by default.
        otp: Option<bool>,
        /// A passkey: the domain of the shop’s pages, such as `shop.example`; without one there are no passkeys. Those that were made for another
        /// domain are of no use.
        passkey_domain: Option<Domain>,
    }
);

pub(super) fn read(fields: &mut Fields) -> ProviderChanges {
    let mut switch = |name| fields.change(name, |value| boolean(value).map(Some));
    let (emailpass, otp) = (switch("emailpass"), switch("otp"));
    let domain = text(|text| PasskeyDomain::parse(text).map(Some));
    ProviderChanges { emailpass, otp, passkey_domain: fields.change("passkey_domain", domain) }
}

/// By what shoppers sign in.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceProviders)]
pub(super) struct ProvidersBody<'a> {
    /// E-mail and password.
    emailpass: bool,
    /// A code that is mailed.
    otp: bool,
    /// A passkey, for the pages of that domain; `null` where there are no passkeys.
    #[schema(value_type = Option<Domain>)]
    passkey_domain: Option<&'a str>,
}

impl<'a> From<&'a Providers> for ProvidersBody<'a> {
    fn from(Providers { emailpass, otp, passkey_domain }: &'a Providers) -> Self {
        let passkey_domain = passkey_domain.as_ref().map(PasskeyDomain::as_str);
        Self { emailpass: *emailpass, otp: *otp, passkey_domain }
    }
}
