//! What proves who asks, in SQL.

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
use diesel::dsl::auto_type;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use time::OffsetDateTime;

use super::connection::MultiBackend;
use super::count::counted;
use super::rows::{AccessTokenRow, AuthIdentityRow, ProviderIdentityRow, PublishableKeyRow, WorkspaceRow};
use super::schema::{
    access_tokens, auth_identities, customers, provider_identities, publishable_keys, workspaces,
};
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use super::uses;
use crate::{Credentials, Listing, StoreError, Topic};

type AccessTokens<'a> = IntoBoxed<'a, access_tokens::table, MultiBackend>;
type PublishableKeys<'a> = IntoBoxed<'a, publishable_keys::table, MultiBackend>;

/// Whether an access token opens doors at that moment.
#[auto_type]
fn is_live(at: DbTime) -> _ {
    let is_endless = access_tokens::expires_at.is_null();
    let lasts = access_tokens::expires_at.assume_not_null().gt(at);
    access_tokens::revoked_at.is_null().and(is_endless.or(lasts))
}

/// The access tokens of a workspace.
fn tokens<'a>(workspace: WorkspaceId) -> AccessTokens<'a> {
    access_tokens::table.into_boxed().filter(access_tokens::workspace_id.eq(DbUuid::from(workspace)))
}

/// The publishable keys of a workspace.
fn keys<'a>(workspace: WorkspaceId) -> PublishableKeys<'a> {
    publishable_keys::table.into_boxed().filter(publishable_keys::workspace_id.eq(DbUuid::from(workspace)))
}

impl Credentials for SqlUnit {
    fn insert_access_token(&mut self, token: &AccessToken) -> Result<(), StoreError> {
        let row = AccessTokenRow::from(token);
        self.claim(&UNSEEN, |c| diesel::insert_into(access_tokens::table).values(&row).execute(c))?;
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

    fn live_access_token(
        &mut self,
        workspace: WorkspaceId,
        id: AccessTokenId,
        at: OffsetDateTime,
    ) -> Result<Option<AccessToken>, StoreError> {
        let row: Option<AccessTokenRow> = self.read(|c| {
            tokens(workspace)
                .filter(access_tokens::id.eq(DbUuid::from(id)))
                .filter(is_live(DbTime(at)))
                .select(AccessTokenRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(AccessToken::try_from).transpose()
    }

    fn access_tokens(
        &mut self,
        workspace: WorkspaceId,
        which: Listing,
        page: Page,
    ) -> Result<Listed<AccessToken>, StoreError> {
        let wanted = || match which {
            Listing::All => tokens(workspace),
            Listing::LiveAt(at) => tokens(workspace).filter(is_live(DbTime(at))),
        };
        let rows: Vec<AccessTokenRow> = self.read(|c| {
            wanted()
                .order((access_tokens::created_at.desc(), access_tokens::id.asc()))
                .limit(page.limit.into())
                .offset(page.offset.into())
                .select(AccessTokenRow::as_select())
                .load(c)
        })?;
        let items = rows.into_iter().map(AccessToken::try_from).collect::<Result<_, _>>()?;
        let total: i64 = self.read(|c| wanted().count().get_result(c))?;
        Ok(Listed { items, total: counted(total)? })
    }

    fn update_access_token(&mut self, token: &AccessToken, at: OffsetDateTime) -> Result<bool, StoreError> {
        let live = access_tokens::table
            .filter(access_tokens::id.eq(DbUuid::from(token.id)))
            .filter(access_tokens::workspace_id.eq(DbUuid::from(token.workspace_id)))
            .filter(is_live(DbTime(at)));
        let changed = (
            access_tokens::scopes.eq(token.scopes.to_string()),
            access_tokens::comment.eq(token.comment.as_str()),
            access_tokens::expires_at.eq(token.expires_at.map(DbTime)),
            access_tokens::rotated_at.eq(token.rotated_at.map(DbTime)),
            access_tokens::modified_at.eq(token.modified_at.map(DbTime)),
        );
        self.change(&[Topic::AccessToken(token.id)], |c| {
            Ok(diesel::update(live).set(changed).execute(c)? == 1)
        })
    }

    fn revoke_access_token(
        &mut self,
        workspace: WorkspaceId,
        id: AccessTokenId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let live = access_tokens::table
            .filter(access_tokens::id.eq(DbUuid::from(id)))
            .filter(access_tokens::workspace_id.eq(DbUuid::from(workspace)))
            .filter(is_live(DbTime(at)));
        let ended = access_tokens::revoked_at.eq(DbTime(at));
        self.change(&[Topic::AccessToken(id)], |c| Ok(diesel::update(live).set(ended).execute(c)? == 1))
    }

    fn touch_access_tokens(&mut self, uses: &[(AccessTokenId, OffsetDateTime)]) -> Result<(), StoreError> {
        self.change(&UNKEPT, |c| uses::of_access_tokens(c, uses))
    }

    fn insert_publishable_key(&mut self, key: &PublishableKey) -> Result<(), StoreError> {
        let row = PublishableKeyRow::from(key);
        self.claim(&UNSEEN, |c| diesel::insert_into(publishable_keys::table).values(&row).execute(c))?;
        Ok(())
    }

    fn workspace_by_publishable_key(
        &mut self,
        key: &str,
    ) -> Result<Option<(PublishableKeyId, Workspace)>, StoreError> {
        let row: Option<(DbUuid, WorkspaceRow)> = self.read(|connection| {
            on_backend!(connection, c => publishable_keys::table
                .inner_join(workspaces::table)
                .filter(publishable_keys::key.eq(key))
                .filter(publishable_keys::revoked_at.is_null())
                .select((publishable_keys::id, WorkspaceRow::as_select()))
                .get_result(c))
            .optional()
        })?;
        row.map(|(key, workspace)| Ok((super::rows::id(key)?, workspace.try_into()?))).transpose()
    }

    fn live_publishable_key(
        &mut self,
        workspace: WorkspaceId,
        id: PublishableKeyId,
    ) -> Result<Option<PublishableKey>, StoreError> {
        let row: Option<PublishableKeyRow> = self.read(|c| {
            keys(workspace)
                .filter(publishable_keys::id.eq(DbUuid::from(id)))
                .filter(publishable_keys::revoked_at.is_null())
                .select(PublishableKeyRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(PublishableKey::try_from).transpose()
    }

    fn publishable_keys(
        &mut self,
        workspace: WorkspaceId,
        which: Listing,
        page: Page,
    ) -> Result<Listed<PublishableKey>, StoreError> {
        let wanted = || match which {
            Listing::All => keys(workspace),
            Listing::LiveAt(_) => keys(workspace).filter(publishable_keys::revoked_at.is_null()),
        };
        let rows: Vec<PublishableKeyRow> = self.read(|c| {
            wanted()
                .order((publishable_keys::created_at.desc(), publishable_keys::id.asc()))
                .limit(page.limit.into())
                .offset(page.offset.into())
                .select(PublishableKeyRow::as_select())
                .load(c)
        })?;
        let items = rows.into_iter().map(PublishableKey::try_from).collect::<Result<_, _>>()?;
        let total: i64 = self.read(|c| wanted().count().get_result(c))?;
        Ok(Listed { items, total: counted(total)? })
    }

    fn update_publishable_key(&mut self, key: &PublishableKey) -> Result<bool, StoreError> {
        let live = publishable_keys::table
            .filter(publishable_keys::id.eq(DbUuid::from(key.id)))
            .filter(publishable_keys::workspace_id.eq(DbUuid::from(key.workspace_id)))
            .filter(publishable_keys::revoked_at.is_null());
        let changed = (
            publishable_keys::title.eq(key.title.as_str()),
            publishable_keys::modified_at.eq(key.modified_at.map(DbTime)),
        );
        // Only its workspace is remembered of a key.
        self.change(&UNKEPT, |c| Ok(diesel::update(live).set(changed).execute(c)? == 1))
    }

    fn revoke_publishable_key(
        &mut self,
        workspace: WorkspaceId,
        id: PublishableKeyId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let live = publishable_keys::table
            .filter(publishable_keys::id.eq(DbUuid::from(id)))
            .filter(publishable_keys::workspace_id.eq(DbUuid::from(workspace)))
            .filter(publishable_keys::revoked_at.is_null());
        let ended = publishable_keys::revoked_at.eq(DbTime(at));
        self.change(&[Topic::PublishableKey(id)], |c| Ok(diesel::update(live).set(ended).execute(c)? == 1))
    }

    fn insert_identity(
        &mut self,
        identity: &AuthIdentity,
        provider: &ProviderIdentity,
    ) -> Result<(), StoreError> {
        let identity = AuthIdentityRow::from(identity);
        let provider = ProviderIdentityRow::from(provider);
        self.claim(&UNSEEN, |c| {
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
                .left_join(customers::table.on(auth_identities::customer_id.eq(customers::id.nullable())))
                .filter(customers::disabled_at.is_null())
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

    fn password_identities(&mut self, customer: CustomerId) -> Result<Vec<ProviderIdentity>, StoreError> {
        let rows: Vec<ProviderIdentityRow> = self.read(|c| {
            provider_identities::table
                .inner_join(auth_identities::table)
                .filter(auth_identities::customer_id.eq(DbUuid::from(customer)))
                .filter(provider_identities::provider.eq(Provider::EmailPass.as_str()))
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
        self.claim(&[Topic::Identity(identity), Topic::Customer(customer)], |c| {
            Ok(diesel::update(unlinked).set(linked).execute(c)? == 1)
        })
    }

    fn rename_identities(
        &mut self,
        customer: CustomerId,
        from: &Email,
        to: &Email,
    ) -> Result<u64, StoreError> {
        let name = (provider_identities::email.eq(to.as_str()), provider_identities::email_key.eq(to.key()));
        let count = self.claim(&UNKEPT, |c| {
            let identities: Vec<DbUuid> = auth_identities::table
                .filter(auth_identities::customer_id.eq(DbUuid::from(customer)))
                .select(auth_identities::id)
                .load(c)?;
            let mut count = 0;
            for identity in identities {
                let named = provider_identities::table
                    .filter(provider_identities::auth_identity_id.eq(identity))
                    .filter(provider_identities::email_key.eq(from.key()));
                count += diesel::update(named).set(name).execute(c)?;
            }
            Ok(count)
        })?;
        counted(count)
    }

    fn delete_registration(&mut self, identity: AuthIdentityId) -> Result<bool, StoreError> {
        let unlinked = auth_identities::table
            .filter(auth_identities::id.eq(DbUuid::from(identity)))
            .filter(auth_identities::customer_id.is_null());
        self.change(&[Topic::Identity(identity)], |c| Ok(diesel::delete(unlinked).execute(c)? == 1))
    }

    fn replace_password_hash(&mut self, provider: &ProviderIdentity, new: &str) -> Result<bool, StoreError> {
        let unchanged = provider_identities::table
            .filter(provider_identities::id.eq(DbUuid::from(provider.id)))
            .filter(provider_identities::password_hash.eq(&provider.password_hash));
        let replaced = provider_identities::password_hash.eq(new);
        self.change(&UNKEPT, |c| Ok(diesel::update(unchanged).set(replaced).execute(c)? == 1))
    }

    fn set_password_hash(&mut self, provider: ProviderIdentityId, new: &str) -> Result<bool, StoreError> {
        let one = provider_identities::table.filter(provider_identities::id.eq(DbUuid::from(provider)));
        let set = provider_identities::password_hash.eq(new);
        self.change(&UNKEPT, |c| Ok(diesel::update(one).set(set).execute(c)? == 1))
    }
}
