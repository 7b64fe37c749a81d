//! Rights to choose another password, in SQL.

use anteroom_domain::TokenHash;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::password_reset::PasswordReset;
use anteroom_domain::session::Provider;
use anteroom_domain::workspace::WorkspaceId;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use time::OffsetDateTime;

use super::count::counted;
use super::rows::{PasswordResetRow, ProviderIdentityRow};
use super::schema::{auth_identities, customers, password_resets, provider_identities, store_sessions};
use super::sweeps;
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use crate::{OpenPasswordReset, PasswordResets, StoreError};

impl PasswordResets for SqlUnit {
    fn insert_password_reset(&mut self, reset: &PasswordReset) -> Result<(), StoreError> {
        let row = PasswordResetRow::from(reset);
        self.claim(&UNSEEN, |c| diesel::insert_into(password_resets::table).values(&row).execute(c))?;
        Ok(())
    }

    fn open_password_reset(
        &mut self,
        workspace: WorkspaceId,
        token: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<OpenPasswordReset>, StoreError> {
        let row: Option<(DbUuid, ProviderIdentityRow)> = self.read(|c| {
            let signed_in_since = store_sessions::table
                .filter(store_sessions::auth_identity_id.eq(password_resets::auth_identity_id))
                .filter(store_sessions::created_at.gt(password_resets::created_at));
            let by_identity = provider_identities::auth_identity_id.eq(password_resets::auth_identity_id);
            password_resets::table
                .inner_join(auth_identities::table)
                .inner_join(provider_identities::table.on(by_identity))
                .inner_join(customers::table.on(auth_identities::customer_id.eq(customers::id.nullable())))
                .filter(password_resets::token_hash.eq(token.bytes().as_slice()))
                .filter(password_resets::ended_at.is_null())
                .filter(password_resets::expires_at.gt(DbTime(now)))
                .filter(auth_identities::workspace_id.eq(DbUuid::from(workspace)))
                .filter(provider_identities::provider.eq(Provider::EmailPass.as_str()))
                .filter(customers::deleted_at.is_null())
                .filter(customers::disabled_at.is_null())
                .filter(not(exists(signed_in_since)))
                .select((customers::id, ProviderIdentityRow::as_select()))
                .get_result(c)
                .optional()
        })?;
        let Some((customer, provider)) = row else { return Ok(None) };
        Ok(Some(OpenPasswordReset { customer: super::rows::id(customer)?, provider: provider.try_into()? }))
    }

    fn spend_password_reset(&mut self, token: &TokenHash, now: OffsetDateTime) -> Result<bool, StoreError> {
        let open = password_resets::table
            .filter(password_resets::token_hash.eq(token.bytes().as_slice()))
            .filter(password_resets::ended_at.is_null())
            .filter(password_resets::expires_at.gt(DbTime(now)));
        let ended = password_resets::ended_at.eq(DbTime(now));
        self.change(&UNKEPT, |c| Ok(diesel::update(open).set(ended).execute(c)? == 1))
    }

    fn end_password_resets(&mut self, customer: CustomerId, at: OffsetDateTime) -> Result<u64, StoreError> {
        let identities = auth_identities::table
            .filter(auth_identities::customer_id.eq(DbUuid::from(customer)))
            .select(auth_identities::id);
        let open = password_resets::table
            .filter(password_resets::auth_identity_id.eq_any(identities))
            .filter(password_resets::ended_at.is_null());
        let ended = password_resets::ended_at.eq(DbTime(at));
        self.change(&UNKEPT, |c| diesel::update(open).set(ended).execute(c)).and_then(counted)
    }

    fn sweep_password_resets(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::password_resets(c, cutoff, limit)).and_then(counted)
    }
}
