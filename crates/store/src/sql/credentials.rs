//! What proves who asks, in SQL.

use anteroom_domain::TokenHash;
use anteroom_domain::credential::{
    AccessToken, AuthIdentity, AuthIdentityId, ProviderIdentity, PublishableKey,
};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::session::Provider;
use anteroom_domain::text::Email;
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use diesel::prelude::*;

use super::rows::{AccessTokenRow, AuthIdentityRow, ProviderIdentityRow, PublishableKeyRow, WorkspaceRow};
use super::schema::{access_tokens, auth_identities, provider_identities, publishable_keys, workspaces};
use super::types::DbUuid;
use super::unit::SqlUnit;
use crate::{Credentials, StoreError};

impl Credentials for SqlUnit {
    fn insert_access_token(&mut self, token: &AccessToken) -> Result<(), StoreError> {
        let row = AccessTokenRow::from(token);
        self.claim(|c| diesel::insert_into(access_tokens::table).values(&row).execute(c))?;
        Ok(())
    }

    fn access_token(&mut self, hash: &TokenHash) -> Result<Option<(AccessToken, Workspace)>, StoreError> {
        let row: Option<(AccessTokenRow, WorkspaceRow)> = self.read(|connection| {
            on_backend!(connection, c => access_tokens::table
                .inner_join(workspaces::table)
                .filter(access_tokens::token_hash.eq(hash.bytes().as_slice()))
                .select((AccessTokenRow::as_select(), WorkspaceRow::as_select()))
                .get_result(c))
            .optional()
        })?;
        row.map(|(token, workspace)| Ok((token.try_into()?, workspace.try_into()?))).transpose()
    }

    fn insert_publishable_key(&mut self, key: &PublishableKey) -> Result<(), StoreError> {
        let row = PublishableKeyRow::from(key);
        self.claim(|c| diesel::insert_into(publishable_keys::table).values(&row).execute(c))?;
        Ok(())
    }

    fn workspace_by_publishable_key(&mut self, key: &str) -> Result<Option<Workspace>, StoreError> {
        let row: Option<WorkspaceRow> = self.read(|connection| {
            on_backend!(connection, c => publishable_keys::table
                .inner_join(workspaces::table)
                .filter(publishable_keys::key.eq(key))
                .filter(publishable_keys::revoked_at.is_null())
                .select(WorkspaceRow::as_select())
                .get_result(c))
            .optional()
        })?;
        row.map(Workspace::try_from).transpose()
    }

    fn insert_identity(
        &mut self,
        identity: &AuthIdentity,
        provider: &ProviderIdentity,
    ) -> Result<(), StoreError> {
        let identity = AuthIdentityRow::from(identity);
        let provider = ProviderIdentityRow::from(provider);
        self.claim(|c| {
            diesel::insert_into(auth_identities::table).values(&identity).execute(c)?;
            diesel::insert_into(provider_identities::table).values(&provider).execute(c)
        })?;
        Ok(())
    }

    fn identity_by_email(
        &mut self,
        workspace: WorkspaceId,
        provider: Provider,
        email: &Email,
    ) -> Result<Option<(AuthIdentity, ProviderIdentity)>, StoreError> {
        let row: Option<(AuthIdentityRow, ProviderIdentityRow)> = self.read(|c| {
            provider_identities::table
                .inner_join(auth_identities::table)
                .filter(provider_identities::workspace_id.eq(DbUuid::from(workspace)))
                .filter(provider_identities::provider.eq(provider.as_str()))
                .filter(provider_identities::email_key.eq(email.key()))
                .select((AuthIdentityRow::as_select(), ProviderIdentityRow::as_select()))
                .get_result(c)
                .optional()
        })?;
        row.map(|(identity, provider)| Ok((identity.try_into()?, provider.try_into()?))).transpose()
    }

    fn provider_identities(&mut self, identity: AuthIdentityId) -> Result<Vec<ProviderIdentity>, StoreError> {
        let rows: Vec<ProviderIdentityRow> = self.read(|c| {
            provider_identities::table
                .filter(provider_identities::auth_identity_id.eq(DbUuid::from(identity)))
                .order((provider_identities::created_at.asc(), provider_identities::id.asc()))
                .select(ProviderIdentityRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(ProviderIdentity::try_from).collect()
    }

    fn link_customer(&mut self, identity: AuthIdentityId, customer: CustomerId) -> Result<bool, StoreError> {
        let unlinked = auth_identities::table
            .filter(auth_identities::id.eq(DbUuid::from(identity)))
            .filter(auth_identities::customer_id.is_null());
        let linked = auth_identities::customer_id.eq(DbUuid::from(customer));
        self.claim(|c| Ok(diesel::update(unlinked).set(linked).execute(c)? == 1))
    }

    fn replace_password_hash(&mut self, provider: &ProviderIdentity, new: &str) -> Result<bool, StoreError> {
        let unchanged = provider_identities::table
            .filter(provider_identities::id.eq(DbUuid::from(provider.id)))
            .filter(provider_identities::password_hash.eq(&provider.password_hash));
        let replaced = provider_identities::password_hash.eq(new);
        self.change(|c| Ok(diesel::update(unchanged).set(replaced).execute(c)? == 1))
    }
}
