//! Rows of providers, and of those who sign in by them.

use anteroom_domain::identity_provider::{
    FederatedIdentity, IdentityProvider, ProviderKind, ProviderName, ProviderSettings, SealedSecret,
    SignInFlow,
};
use anteroom_domain::text::{Email, Issuer, Line, ReturnUrl};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{id, instant, token_hash};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::{federated_identities, identity_providers, sign_in_flows};
use crate::sql::types::{DbJson, DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = identity_providers, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
#[diesel(primary_key(workspace_id, name), treat_none_as_null = true)]
pub(in crate::sql) struct IdentityProviderRow {
    workspace_id: DbUuid,
    name: String,
    settings: DbJson,
    sealed_secret: Option<Vec<u8>>,
    created_at: DbTime,
    modified_at: Option<DbTime>,
}

/// What a merchant has chosen, as it is kept.
#[derive(Serialize, Deserialize)]
struct Chosen {
    kind: String,
    display_name: String,
    issuer: String,
    client_id: String,
    callback_urls: Vec<String>,
    trusts_email: bool,
    is_enabled: bool,
}

impl From<&ProviderSettings> for Chosen {
    fn from(settings: &ProviderSettings) -> Self {
        Self {
            kind: settings.kind.as_str().to_owned(),
            display_name: settings.display_name.as_str().to_owned(),
            issuer: settings.issuer.as_str().to_owned(),
            client_id: settings.client_id.as_str().to_owned(),
            callback_urls: settings.callback_urls.iter().map(ToString::to_string).collect(),
            trusts_email: settings.trusts_email,
            is_enabled: settings.is_enabled,
        }
    }
}

impl TryFrom<Chosen> for ProviderSettings {
    type Error = StoreError;

    fn try_from(chosen: Chosen) -> Result<Self, StoreError> {
        Ok(Self {
            kind: ProviderKind::parse(&chosen.kind).ok().ok_or(StoreError::Corrupt("provider kind"))?,
            display_name: Line::from_stored(chosen.display_name),
            issuer: Issuer::from_stored(chosen.issuer),
            client_id: Line::from_stored(chosen.client_id),
            callback_urls: chosen.callback_urls.into_iter().map(ReturnUrl::from_stored).collect(),
            trusts_email: chosen.trusts_email,
            is_enabled: chosen.is_enabled,
        })
    }
}

pub(in crate::sql) fn provider_name(text: &str) -> Result<ProviderName, StoreError> {
    ProviderName::parse(text).ok().ok_or(StoreError::Corrupt("provider name"))
}

impl From<&IdentityProvider> for IdentityProviderRow {
    fn from(provider: &IdentityProvider) -> Self {
        Self {
            workspace_id: provider.workspace_id.into(),
            name: provider.name.as_str().to_owned(),
            // Texts and flags make a document whatever they are.
            settings: DbJson(serde_json::to_value(Chosen::from(&provider.settings)).unwrap_or_default()),
            sealed_secret: provider.sealed_secret.as_ref().map(|SealedSecret(bytes)| bytes.clone()),
            created_at: DbTime(provider.created_at),
            modified_at: provider.modified_at.map(DbTime),
        }
    }
}

impl TryFrom<IdentityProviderRow> for IdentityProvider {
    type Error = StoreError;

    fn try_from(row: IdentityProviderRow) -> Result<Self, StoreError> {
        let chosen: Chosen =
            serde_json::from_value(row.settings.0).ok().ok_or(StoreError::Corrupt("provider settings"))?;
        Ok(Self {
            workspace_id: id(row.workspace_id)?,
            name: provider_name(&row.name)?,
            settings: chosen.try_into()?,
            sealed_secret: row.sealed_secret.map(SealedSecret),
            created_at: row.created_at.0,
            modified_at: instant(row.modified_at),
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = federated_identities, check_for_backend(MultiBackend))]
pub(in crate::sql) struct FederatedIdentityRow {
    workspace_id: DbUuid,
    issuer: String,
    subject: String,
    auth_identity_id: DbUuid,
    email: String,
    created_at: DbTime,
}

impl From<&FederatedIdentity> for FederatedIdentityRow {
    fn from(identity: &FederatedIdentity) -> Self {
        Self {
            workspace_id: identity.workspace_id.into(),
            issuer: identity.issuer.as_str().to_owned(),
            subject: identity.subject.clone(),
            auth_identity_id: identity.auth_identity_id.into(),
            email: identity.email.as_str().to_owned(),
            created_at: DbTime(identity.created_at),
        }
    }
}

impl TryFrom<FederatedIdentityRow> for FederatedIdentity {
    type Error = StoreError;

    fn try_from(row: FederatedIdentityRow) -> Result<Self, StoreError> {
        Ok(Self {
            workspace_id: id(row.workspace_id)?,
            issuer: Issuer::from_stored(row.issuer),
            subject: row.subject,
            auth_identity_id: id(row.auth_identity_id)?,
            email: Email::parse(&row.email).ok().ok_or(StoreError::Corrupt("federated e-mail"))?,
            created_at: row.created_at.0,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_in_flows, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct SignInFlowRow {
    state_hash: Vec<u8>,
    workspace_id: DbUuid,
    provider: String,
    callback_url: String,
    browser_hash: Option<Vec<u8>>,
    sealed: Vec<u8>,
    created_at: DbTime,
    expires_at: DbTime,
    customer_id: Option<DbUuid>,
}

impl From<&SignInFlow> for SignInFlowRow {
    fn from(flow: &SignInFlow) -> Self {
        Self {
            state_hash: flow.state_hash.bytes().to_vec(),
            workspace_id: flow.workspace_id.into(),
            provider: flow.provider.as_str().to_owned(),
            callback_url: flow.callback_url.as_str().to_owned(),
            browser_hash: flow.browser_hash.map(|hash| hash.bytes().to_vec()),
            sealed: flow.sealed.clone(),
            created_at: DbTime(flow.created_at),
            expires_at: DbTime(flow.expires_at),
            customer_id: flow.customer_id.map(DbUuid::from),
        }
    }
}

impl TryFrom<SignInFlowRow> for SignInFlow {
    type Error = StoreError;

    fn try_from(row: SignInFlowRow) -> Result<Self, StoreError> {
        Ok(Self {
            state_hash: token_hash(&row.state_hash)?,
            workspace_id: id(row.workspace_id)?,
            provider: provider_name(&row.provider)?,
            customer_id: row.customer_id.map(id).transpose()?,
            callback_url: ReturnUrl::from_stored(row.callback_url),
            browser_hash: row.browser_hash.as_deref().map(token_hash).transpose()?,
            sealed: row.sealed,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
        })
    }
}
