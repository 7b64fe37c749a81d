//! What shoppers sign in with on somebody else's page, and who they are there, in SQL.

use anteroom_domain::TokenHash;
use anteroom_domain::credential::{AuthIdentity, AuthIdentityId};
use anteroom_domain::identity_provider::{FederatedIdentity, IdentityProvider, ProviderName, SignInFlow};
use anteroom_domain::text::Issuer;
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;
use time::OffsetDateTime;

use super::connection::MultiBackend;
use super::count::counted;
use super::rows::{AuthIdentityRow, FederatedIdentityRow, IdentityProviderRow, SignInFlowRow};
use super::schema::{auth_identities, federated_identities, identity_providers, sign_in_flows};
use super::sweeps;
use super::types::DbUuid;
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use crate::{IdentityProviders, StoreError};

type Providers<'a> = diesel::helper_types::IntoBoxed<'a, identity_providers::table, MultiBackend>;

/// The providers of a workspace.
fn providers<'a>(workspace: WorkspaceId) -> Providers<'a> {
    identity_providers::table
        .into_boxed()
        .filter(identity_providers::workspace_id.eq(DbUuid::from(workspace)))
}

impl IdentityProviders for SqlUnit {
    fn identity_providers(&mut self, workspace: WorkspaceId) -> Result<Vec<IdentityProvider>, StoreError> {
        let rows: Vec<IdentityProviderRow> = self.read(|c| {
            providers(workspace)
                .order(identity_providers::name.asc())
                .select(IdentityProviderRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(IdentityProvider::try_from).collect()
    }

    fn identity_provider(
        &mut self,
        workspace: WorkspaceId,
        name: ProviderName,
    ) -> Result<Option<IdentityProvider>, StoreError> {
        let row: Option<IdentityProviderRow> = self.read(|c| {
            providers(workspace)
                .filter(identity_providers::name.eq(name.as_str().to_owned()))
                .select(IdentityProviderRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(IdentityProvider::try_from).transpose()
    }

    fn put_identity_provider(&mut self, provider: &IdentityProvider) -> Result<(), StoreError> {
        let row = IdentityProviderRow::from(provider);
        let known = identity_providers::table
            .filter(identity_providers::workspace_id.eq(DbUuid::from(provider.workspace_id)))
            .filter(identity_providers::name.eq(provider.name.as_str()));
        if self.change(&UNKEPT, |c| Ok(diesel::update(known).set(&row).execute(c)? == 1))? {
            return Ok(());
        }
        self.claim(&UNSEEN, |c| diesel::insert_into(identity_providers::table).values(&row).execute(c))?;
        Ok(())
    }

    fn delete_identity_provider(
        &mut self,
        workspace: WorkspaceId,
        name: ProviderName,
    ) -> Result<bool, StoreError> {
        let one = identity_providers::table
            .filter(identity_providers::workspace_id.eq(DbUuid::from(workspace)))
            .filter(identity_providers::name.eq(name.as_str()));
        self.change(&UNKEPT, |c| Ok(diesel::delete(one).execute(c)? == 1))
    }

    fn insert_bare_identity(&mut self, identity: &AuthIdentity) -> Result<(), StoreError> {
        let row = AuthIdentityRow::from(identity);
        self.claim(&UNSEEN, |c| diesel::insert_into(auth_identities::table).values(&row).execute(c))?;
        Ok(())
    }

    fn auth_identity(
        &mut self,
        workspace: WorkspaceId,
        id: AuthIdentityId,
    ) -> Result<Option<AuthIdentity>, StoreError> {
        let row: Option<AuthIdentityRow> = self.read(|c| {
            auth_identities::table
                .filter(auth_identities::id.eq(DbUuid::from(id)))
                .filter(auth_identities::workspace_id.eq(DbUuid::from(workspace)))
                .select(AuthIdentityRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(AuthIdentity::try_from).transpose()
    }

    fn insert_federated_identity(&mut self, identity: &FederatedIdentity) -> Result<(), StoreError> {
        let row = FederatedIdentityRow::from(identity);
        self.claim(&UNSEEN, |c| diesel::insert_into(federated_identities::table).values(&row).execute(c))?;
        Ok(())
    }

    fn federated_identity(
        &mut self,
        workspace: WorkspaceId,
        issuer: &Issuer,
        subject: &str,
    ) -> Result<Option<(AuthIdentity, FederatedIdentity)>, StoreError> {
        let row: Option<(AuthIdentityRow, FederatedIdentityRow)> = self.read(|c| {
            federated_identities::table
                .inner_join(auth_identities::table)
                .filter(federated_identities::workspace_id.eq(DbUuid::from(workspace)))
                .filter(federated_identities::issuer.eq(issuer.as_str()))
                .filter(federated_identities::subject.eq(subject))
                .select((AuthIdentityRow::as_select(), FederatedIdentityRow::as_select()))
                .get_result(c)
                .optional()
        })?;
        row.map(|(identity, federated)| Ok((identity.try_into()?, federated.try_into()?))).transpose()
    }

    fn federated_identities(
        &mut self,
        identity: AuthIdentityId,
    ) -> Result<Vec<FederatedIdentity>, StoreError> {
        let rows: Vec<FederatedIdentityRow> = self.read(|c| {
            federated_identities::table
                .filter(federated_identities::auth_identity_id.eq(DbUuid::from(identity)))
                .order((federated_identities::created_at.asc(), federated_identities::issuer.asc()))
                .select(FederatedIdentityRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(FederatedIdentity::try_from).collect()
    }

    fn delete_federated_identity(
        &mut self,
        workspace: WorkspaceId,
        issuer: &Issuer,
        subject: &str,
    ) -> Result<bool, StoreError> {
        let one = federated_identities::table
            .filter(federated_identities::workspace_id.eq(DbUuid::from(workspace)))
            .filter(federated_identities::issuer.eq(issuer.as_str()))
            .filter(federated_identities::subject.eq(subject));
        self.change(&UNKEPT, |c| Ok(diesel::delete(one).execute(c)? == 1))
    }

    fn insert_sign_in_flow(&mut self, flow: &SignInFlow) -> Result<(), StoreError> {
        let row = SignInFlowRow::from(flow);
        self.claim(&UNSEEN, |c| diesel::insert_into(sign_in_flows::table).values(&row).execute(c))?;
        Ok(())
    }

    fn sign_in_flow(&mut self, state: &TokenHash) -> Result<Option<SignInFlow>, StoreError> {
        let row: Option<SignInFlowRow> = self.read(|c| {
            sign_in_flows::table
                .filter(sign_in_flows::state_hash.eq(state.bytes().as_slice()))
                .select(SignInFlowRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(SignInFlow::try_from).transpose()
    }

    fn spend_sign_in_flow(&mut self, state: &TokenHash) -> Result<bool, StoreError> {
        let one = sign_in_flows::table.filter(sign_in_flows::state_hash.eq(state.bytes().as_slice()));
        self.change(&UNKEPT, |c| Ok(diesel::delete(one).execute(c)? == 1))
    }

    fn sweep_sign_in_flows(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::sign_in_flows(c, cutoff, limit)).and_then(counted)
    }
}
