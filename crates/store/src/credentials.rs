//! What proves who asks.

use anteroom_domain::TokenHash;
use anteroom_domain::credential::{
    AccessToken, AuthIdentity, AuthIdentityId, ProviderIdentity, PublishableKey,
};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::session::Provider;
use anteroom_domain::text::Email;
use anteroom_domain::workspace::{Workspace, WorkspaceId};

use crate::StoreError;

/// Access tokens, publishable keys and identities.
pub trait Credentials {
    /// Adds an access token.
    fn insert_access_token(&mut self, token: &AccessToken) -> Result<(), StoreError>;

    /// The access token of that hash, whatever its state, and the workspace it opens.
    fn access_token(&mut self, hash: &TokenHash) -> Result<Option<(AccessToken, Workspace)>, StoreError>;

    /// Adds a publishable key.
    fn insert_publishable_key(&mut self, key: &PublishableKey) -> Result<(), StoreError>;

    /// The workspace that a publishable key names; `None` when there is no such key or it was revoked.
    fn workspace_by_publishable_key(&mut self, key: &str) -> Result<Option<Workspace>, StoreError>;

    /// Adds somebody who signs in, with their first provider. A name that is taken there conflicts with
    /// `ProviderIdentity`.
    fn insert_identity(
        &mut self,
        identity: &AuthIdentity,
        provider: &ProviderIdentity,
    ) -> Result<(), StoreError>;

    /// Who signs in by that provider under that e-mail.
    fn identity_by_email(
        &mut self,
        workspace: WorkspaceId,
        provider: Provider,
        email: &Email,
    ) -> Result<Option<(AuthIdentity, ProviderIdentity)>, StoreError>;

    /// The providers by which an identity signs in.
    fn provider_identities(&mut self, identity: AuthIdentityId) -> Result<Vec<ProviderIdentity>, StoreError>;

    /// Makes an identity without a customer that customer's; `false` when it has one already or there is none.
    fn link_customer(&mut self, identity: AuthIdentityId, customer: CustomerId) -> Result<bool, StoreError>;

    /// Replaces a stored password hash by a newer one; `false` when it is not the `old` one any more.
    fn replace_password_hash(&mut self, provider: &ProviderIdentity, new: &str) -> Result<bool, StoreError>;
}
