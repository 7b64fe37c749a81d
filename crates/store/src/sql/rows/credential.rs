//! Rows of what proves who asks.

use anteroom_domain::credential::{AccessToken, AuthIdentity, ProviderIdentity, PublishableKey, Scopes};
use anteroom_domain::session::Provider;
use anteroom_domain::text::{Email, Line};
use diesel::prelude::*;

use super::{id, instant, token_hash};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::{access_tokens, auth_identities, provider_identities, publishable_keys};
use crate::sql::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = access_tokens, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct AccessTokenRow {
    id: DbUuid,
    workspace_id: DbUuid,
    token_hash: Vec<u8>,
    scopes: String,
    comment: String,
    created_at: DbTime,
    expires_at: Option<DbTime>,
    revoked_at: Option<DbTime>,
    last_used_at: Option<DbTime>,
    modified_at: Option<DbTime>,
    rotated_at: Option<DbTime>,
}

impl From<&AccessToken> for AccessTokenRow {
    fn from(token: &AccessToken) -> Self {
        Self {
            id: token.id.into(),
            workspace_id: token.workspace_id.into(),
            token_hash: token.token_hash.bytes().to_vec(),
            scopes: token.scopes.to_string(),
            comment: token.comment.as_str().to_owned(),
            created_at: DbTime(token.created_at),
            expires_at: token.expires_at.map(DbTime),
            revoked_at: token.revoked_at.map(DbTime),
            last_used_at: token.last_used_at.map(DbTime),
            modified_at: token.modified_at.map(DbTime),
            rotated_at: token.rotated_at.map(DbTime),
        }
    }
}

impl TryFrom<AccessTokenRow> for AccessToken {
    type Error = StoreError;

    fn try_from(row: AccessTokenRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(row.id)?,
            workspace_id: id(row.workspace_id)?,
            token_hash: token_hash(&row.token_hash)?,
            scopes: Scopes::parse(&row.scopes).ok().ok_or(StoreError::Corrupt("scopes"))?,
            comment: Line::from_stored(row.comment),
            created_at: row.created_at.0,
            modified_at: instant(row.modified_at),
            expires_at: instant(row.expires_at),
            rotated_at: instant(row.rotated_at),
            revoked_at: instant(row.revoked_at),
            last_used_at: instant(row.last_used_at),
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = publishable_keys, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct PublishableKeyRow {
    id: DbUuid,
    workspace_id: DbUuid,
    key: String,
    title: String,
    created_at: DbTime,
    revoked_at: Option<DbTime>,
    modified_at: Option<DbTime>,
}

impl From<&PublishableKey> for PublishableKeyRow {
    fn from(key: &PublishableKey) -> Self {
        Self {
            id: key.id.into(),
            workspace_id: key.workspace_id.into(),
            key: key.key.clone(),
            title: key.title.as_str().to_owned(),
            created_at: DbTime(key.created_at),
            revoked_at: key.revoked_at.map(DbTime),
            modified_at: key.modified_at.map(DbTime),
        }
    }
}

impl TryFrom<PublishableKeyRow> for PublishableKey {
    type Error = StoreError;

    fn try_from(row: PublishableKeyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(row.id)?,
            workspace_id: id(row.workspace_id)?,
            key: row.key,
            title: Line::from_stored(row.title),
            created_at: row.created_at.0,
            modified_at: instant(row.modified_at),
            revoked_at: instant(row.revoked_at),
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = auth_identities, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct AuthIdentityRow {
    id: DbUuid,
    workspace_id: DbUuid,
    customer_id: Option<DbUuid>,
    created_at: DbTime,
}

impl From<&AuthIdentity> for AuthIdentityRow {
    fn from(identity: &AuthIdentity) -> Self {
        Self {
            id: identity.id.into(),
            workspace_id: identity.workspace_id.into(),
            customer_id: identity.customer_id.map(DbUuid::from),
            created_at: DbTime(identity.created_at),
        }
    }
}

impl TryFrom<AuthIdentityRow> for AuthIdentity {
    type Error = StoreError;

    fn try_from(row: AuthIdentityRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(row.id)?,
            workspace_id: id(row.workspace_id)?,
            customer_id: row.customer_id.map(id).transpose()?,
            created_at: row.created_at.0,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = provider_identities, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct ProviderIdentityRow {
    id: DbUuid,
    workspace_id: DbUuid,
    auth_identity_id: DbUuid,
    provider: String,
    email: String,
    email_key: String,
    password_hash: String,
    created_at: DbTime,
}

impl From<&ProviderIdentity> for ProviderIdentityRow {
    fn from(identity: &ProviderIdentity) -> Self {
        Self {
            id: identity.id.into(),
            workspace_id: identity.workspace_id.into(),
            auth_identity_id: identity.auth_identity_id.into(),
            provider: identity.provider.as_str().to_owned(),
            email: identity.email.as_str().to_owned(),
            email_key: identity.email.key().to_owned(),
            password_hash: identity.password_hash.clone(),
            created_at: DbTime(identity.created_at),
        }
    }
}

impl TryFrom<ProviderIdentityRow> for ProviderIdentity {
    type Error = StoreError;

    fn try_from(row: ProviderIdentityRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(row.id)?,
            workspace_id: id(row.workspace_id)?,
            auth_identity_id: id(row.auth_identity_id)?,
            provider: Provider::parse(&row.provider).ok_or(StoreError::Corrupt("provider"))?,
            email: Email::from_stored(row.email, row.email_key),
            password_hash: row.password_hash,
            created_at: row.created_at.0,
        })
    }
}
