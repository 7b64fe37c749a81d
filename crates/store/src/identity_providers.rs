//! What shoppers sign in with on somebody else's page, and who they are there.

use anteroom_domain::TokenHash;
use anteroom_domain::credential::{AuthIdentity, AuthIdentityId};
use anteroom_domain::identity_provider::{FederatedIdentity, IdentityProvider, ProviderName, SignInFlow};
use anteroom_domain::text::Issuer;
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// Providers, those who sign in by them, and those who have been sent to their pages.
pub trait IdentityProviders {
    /// The workspace's providers, by name.
    fn identity_providers(&mut self, workspace: WorkspaceId) -> Result<Vec<IdentityProvider>, StoreError>;

    /// The workspace's provider of that name.
    fn identity_provider(
        &mut self,
        workspace: WorkspaceId,
        name: ProviderName,
    ) -> Result<Option<IdentityProvider>, StoreError>;

    /// Adds a provider, or puts it in the place of the one of its name.
    fn put_identity_provider(&mut self, provider: &IdentityProvider) -> Result<(), StoreError>;

    /// Removes a provider; `false` when there is none of that name. Who signed in by it stays who they are.
    fn delete_identity_provider(
        &mut self,
        workspace: WorkspaceId,
        name: ProviderName,
    ) -> Result<bool, StoreError>;

    /// Adds somebody who signs in, with no way to do so yet.
    fn insert_bare_identity(&mut self, identity: &AuthIdentity) -> Result<(), StoreError>;

    /// The identity of that id, if the workspace has it.
    fn auth_identity(
        &mut self,
        workspace: WorkspaceId,
        id: AuthIdentityId,
    ) -> Result<Option<AuthIdentity>, StoreError>;

    /// Adds who somebody is to an issuer. One who is known there already conflicts with `FederatedIdentity`.
    fn insert_federated_identity(&mut self, identity: &FederatedIdentity) -> Result<(), StoreError>;

    /// Who somebody is whom the issuer knows by that subject.
    fn federated_identity(
        &mut self,
        workspace: WorkspaceId,
        issuer: &Issuer,
        subject: &str,
    ) -> Result<Option<(AuthIdentity, FederatedIdentity)>, StoreError>;

    /// Who somebody who signs in is to issuers, oldest first.
    fn federated_identities(
        &mut self,
        identity: AuthIdentityId,
    ) -> Result<Vec<FederatedIdentity>, StoreError>;

    /// Lets nobody whom the issuer knows by that subject sign in any more; `false` when it knows nobody by it.
    fn delete_federated_identity(
        &mut self,
        workspace: WorkspaceId,
        issuer: &Issuer,
        subject: &str,
    ) -> Result<bool, StoreError>;

    /// Adds somebody who is sent to a provider's page.
    fn insert_sign_in_flow(&mut self, flow: &SignInFlow) -> Result<(), StoreError>;

    /// Who comes back with that state.
    fn sign_in_flow(&mut self, state: &TokenHash) -> Result<Option<SignInFlow>, StoreError>;

    /// Takes a flow away; `false` when it is gone. Of those who try at once, one succeeds.
    fn spend_sign_in_flow(&mut self, state: &TokenHash) -> Result<bool, StoreError>;

    /// Removes flows that expired before `cutoff`, the oldest first and at most `limit` of them; how many there were.
    fn sweep_sign_in_flows(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;
}
