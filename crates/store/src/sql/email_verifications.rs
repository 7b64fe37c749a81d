//! Rights to prove an e-mail address, in SQL.

use anteroom_domain::TokenHash;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::email_verification::EmailVerification;
use anteroom_domain::text::Email;
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;
use time::OffsetDateTime;

use super::count::counted;
use super::rows::EmailVerificationRow;
use super::schema::{customers, email_verifications};
use super::sweeps;
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use crate::{EmailVerifications, OpenEmailVerification, StoreError};

impl EmailVerifications for SqlUnit {
    fn insert_email_verification(&mut self, verification: &EmailVerification) -> Result<(), StoreError> {
        let row = EmailVerificationRow::from(verification);
        self.claim(&UNSEEN, |c| diesel::insert_into(email_verifications::table).values(&row).execute(c))?;
        Ok(())
    }

    fn open_email_verification(
        &mut self,
        workspace: WorkspaceId,
        token: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<OpenEmailVerification>, StoreError> {
        let row: Option<(DbUuid, Option<String>)> = self.read(|c| {
            email_verifications::table
                .inner_join(customers::table)
                .filter(email_verifications::token_hash.eq(token.bytes().as_slice()))
                .filter(email_verifications::ended_at.is_null())
                .filter(email_verifications::expires_at.gt(DbTime(now)))
                .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
                .filter(customers::deleted_at.is_null())
                .filter(customers::disabled_at.is_null())
                .select((customers::id, email_verifications::new_email))
                .get_result(c)
                .optional()
        })?;
        let Some((customer, new_email)) = row else { return Ok(None) };
        let new_email =
            new_email.map(|text| Email::parse(&text).ok().ok_or(StoreError::Corrupt("new_email")));
        let (customer, new_email) = (super::rows::id(customer)?, new_email.transpose()?);
        Ok(Some(OpenEmailVerification { customer, new_email }))
    }

    fn open_email_change(
        &mut self,
        workspace: WorkspaceId,
        cancel_token: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<CustomerId>, StoreError> {
        let customer: Option<DbUuid> = self.read(|c| {
            email_verifications::table
                .inner_join(customers::table)
                .filter(email_verifications::cancel_token_hash.eq(cancel_token.bytes().as_slice()))
                .filter(email_verifications::ended_at.is_null())
                .filter(email_verifications::expires_at.gt(DbTime(now)))
                .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
                .filter(customers::deleted_at.is_null())
                .select(customers::id)
                .get_result(c)
                .optional()
        })?;
        customer.map(super::rows::id).transpose()
    }

    fn spend_email_verification(
        &mut self,
        token: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let open = email_verifications::table
            .filter(email_verifications::token_hash.eq(token.bytes().as_slice()))
            .filter(email_verifications::ended_at.is_null())
            .filter(email_verifications::expires_at.gt(DbTime(now)));
        let ended = email_verifications::ended_at.eq(DbTime(now));
        self.change(&UNKEPT, |c| Ok(diesel::update(open).set(ended).execute(c)? == 1))
    }

    fn end_email_verifications(
        &mut self,
        customer: CustomerId,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let open = email_verifications::table
            .filter(email_verifications::customer_id.eq(DbUuid::from(customer)))
            .filter(email_verifications::ended_at.is_null());
        let ended = email_verifications::ended_at.eq(DbTime(at));
        self.change(&UNKEPT, |c| diesel::update(open).set(ended).execute(c)).and_then(counted)
    }

    fn sweep_email_verifications(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::email_verifications(c, cutoff, limit)).and_then(counted)
    }
}
