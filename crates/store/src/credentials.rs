//! What proves who asks.

use anteroom_domain::TokenHash;
use anteroom_domain::credential::{
    AccessToken, AccessTokenId, AuthIdentity, AuthIdentityId, ProviderIdentity, ProviderIdentityId,
    PublishableKey, PublishableKeyId,
};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::session::Provider;
use anteroom_domain::text::Email;
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use time::OffsetDateTime;

use crate::StoreError;

/// Which access tokens or publishable keys a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// All of them, whatever their state.
    All,
    /// Those that open doors at that moment.
    LiveAt(OffsetDateTime),
}

/// Access tokens, publishable keys and identities.
pub trait Credentials {
    /// Adds an access token.
    fn insert_access_token(&mut self, token: &AccessToken) -> Result<(), StoreError>;

    /// The access token of that hash, whatever its state, and the workspace it opens.
    fn access_token(&mut self, hash: &TokenHash) -> Result<Option<(AccessToken, Workspace)>, StoreError>;

    /// The workspace's access token of that id, if it is live at `at`.
    fn live_access_token(
        &mut self,
        workspace: WorkspaceId,
        id: AccessTokenId,
        at: OffsetDateTime,
    ) -> Result<Option<AccessToken>, StoreError>;

    /// A piece of the workspace's access tokens, newest first, ties by id.
    fn access_tokens(
        &mut self,
        workspace: WorkspaceId,
        which: Listing,
        page: Page,
    ) -> Result<Listed<AccessToken>, StoreError>;

    /// Replaces what may change in an access token that is live at `at`: its scopes, its comment and when it ends, was
    /// rotated and was changed. `false` when the workspace has no such token.
    fn update_access_token(&mut self, token: &AccessToken, at: OffsetDateTime) -> Result<bool, StoreError>;

    /// Ends an access token that is live at `at`; `false` when the workspace has no such token.
    fn revoke_access_token(
        &mut self,
        workspace: WorkspaceId,
        id: AccessTokenId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Notes when access tokens were shown, unless a later use is noted. They are held in one order whoever asks.
    fn touch_access_tokens(&mut self, uses: &[(AccessTokenId, OffsetDateTime)]) -> Result<(), StoreError>;

    /// Adds a publishable key.
    fn insert_publishable_key(&mut self, key: &PublishableKey) -> Result<(), StoreError>;

    /// The workspace that a publishable key names, and the key's id; `None` when there is no such key or it was revoked.
    fn workspace_by_publishable_key(
        &mut self,
        key: &str,
    ) -> Result<Option<(PublishableKeyId, Workspace)>, StoreError>;

    /// The workspace's publishable key of that id; `None` when it was revoked.
    fn live_publishable_key(
        &mut self,
        workspace: WorkspaceId,
        id: PublishableKeyId,
    ) -> Result<Option<PublishableKey>, StoreError>;

    /// A piece of the workspace's publishable keys, newest first, ties by id.
    fn publishable_keys(
        &mut self,
        workspace: WorkspaceId,
        which: Listing,
        page: Page,
    ) -> Result<Listed<PublishableKey>, StoreError>;

    /// Replaces the title of a publishable key, and when it was changed; `false` when the workspace has no such key or it
    /// was revoked.
    fn update_publishable_key(&mut self, key: &PublishableKey) -> Result<bool, StoreError>;

    /// Ends a publishable key; `false` when the workspace has no such key or it was ended before.
    fn revoke_publishable_key(
        &mut self,
        workspace: WorkspaceId,
        id: PublishableKeyId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Adds somebody who signs in, with their first provider. A name that is taken there conflicts with
    /// `ProviderIdentity`.
    fn insert_identity(
        &mut self,
        identity: &AuthIdentity,
        provider: &ProviderIdentity,
    ) -> Result<(), StoreError>;

    /// Who signs in by that provider under that e-mail; absent while their customer is disabled.
    fn identity_by_email(
        &mut self,
        workspace: WorkspaceId,
        provider: Provider,
        email: &Email,
    ) -> Result<Option<(AuthIdentity, ProviderIdentity)>, StoreError>;

    /// The providers by which an identity signs in.
    fn provider_identities(&mut self, identity: AuthIdentityId) -> Result<Vec<ProviderIdentity>, StoreError>;

    /// The names by which a customer signs in with a password, oldest first.
    fn password_identities(&mut self, customer: CustomerId) -> Result<Vec<ProviderIdentity>, StoreError>;

    /// Makes an identity without a customer that customer's; `false` when it has one already or there is none.
    fn link_customer(&mut self, identity: AuthIdentityId, customer: CustomerId) -> Result<bool, StoreError>;

    /// Gives those who sign in as that customer under the name `from` the name `to`; how many. A name that is taken there
    /// conflicts with `ProviderIdentity`.
    fn rename_identities(
        &mut self,
        customer: CustomerId,
        from: &Email,
        to: &Email,
    ) -> Result<u64, StoreError>;

    /// Removes an identity that has no customer, with its sessions; `false` when it has one or there is none.
    fn delete_registration(&mut self, identity: AuthIdentityId) -> Result<bool, StoreError>;

    /// Replaces a stored password hash by a newer one; `false` when it is not the `old` one any more.
    fn replace_password_hash(&mut self, provider: &ProviderIdentity, new: &str) -> Result<bool, StoreError>;

    /// Sets another password, whatever the old one was; `false` when nobody signs in by that name any more.
    fn set_password_hash(&mut self, provider: ProviderIdentityId, new: &str) -> Result<bool, StoreError>;
}
