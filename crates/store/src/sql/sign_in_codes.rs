//! Codes that are mailed to sign in with, in SQL.

use anteroom_domain::TokenHash;
use anteroom_domain::sign_in_code::SignInCode;
use anteroom_domain::text::Email;
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;
use time::OffsetDateTime;

use super::count::counted;
use super::rows::{SignInCodeRow, attempts};
use super::schema::sign_in_codes;
use super::sweeps;
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use crate::{SignInCodes, StoreError};

impl SignInCodes for SqlUnit {
    fn insert_sign_in_code(&mut self, code: &SignInCode) -> Result<(), StoreError> {
        let row = SignInCodeRow::try_from(code)?;
        self.claim(&UNSEEN, |c| diesel::insert_into(sign_in_codes::table).values(&row).execute(c))?;
        Ok(())
    }

    fn count_sign_in_codes(
        &mut self,
        workspace: WorkspaceId,
        email: &Email,
        since: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let count: i64 = self.read(|c| {
            sign_in_codes::table
                .filter(sign_in_codes::workspace_id.eq(DbUuid::from(workspace)))
                .filter(sign_in_codes::email_key.eq(email.key()))
                .filter(sign_in_codes::created_at.gt(DbTime(since)))
                .count()
                .get_result(c)
        })?;
        counted(count)
    }

    fn end_sign_in_codes(
        &mut self,
        workspace: WorkspaceId,
        email: &Email,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let open = sign_in_codes::table
            .filter(sign_in_codes::workspace_id.eq(DbUuid::from(workspace)))
            .filter(sign_in_codes::email_key.eq(email.key()))
            .filter(sign_in_codes::ended_at.is_null());
        let ended = sign_in_codes::ended_at.eq(DbTime(at));
        self.change(&UNKEPT, |c| diesel::update(open).set(ended).execute(c)).and_then(counted)
    }

    fn guess_sign_in_code(
        &mut self,
        workspace: WorkspaceId,
        flow: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<SignInCode>, StoreError> {
        let most = attempts(SignInCode::MOST_GUESSES)?;
        let open = sign_in_codes::table
            .filter(sign_in_codes::flow_hash.eq(flow.bytes().as_slice()))
            .filter(sign_in_codes::workspace_id.eq(DbUuid::from(workspace)))
            .filter(sign_in_codes::ended_at.is_null())
            .filter(sign_in_codes::expires_at.gt(DbTime(now)))
            .filter(sign_in_codes::guesses.lt(most));
        let counted = sign_in_codes::guesses.eq(sign_in_codes::guesses + 1);
        if !self.change(&UNKEPT, |c| Ok(diesel::update(open).set(counted).execute(c)? == 1))? {
            return Ok(None);
        }
        let row: SignInCodeRow = self.read(|c| {
            sign_in_codes::table
                .filter(sign_in_codes::flow_hash.eq(flow.bytes().as_slice()))
                .select(SignInCodeRow::as_select())
                .get_result(c)
        })?;
        row.try_into().map(Some)
    }

    fn spend_sign_in_code(&mut self, flow: &TokenHash, now: OffsetDateTime) -> Result<bool, StoreError> {
        let open = sign_in_codes::table
            .filter(sign_in_codes::flow_hash.eq(flow.bytes().as_slice()))
            .filter(sign_in_codes::ended_at.is_null());
        let ended = sign_in_codes::ended_at.eq(DbTime(now));
        self.change(&UNKEPT, |c| Ok(diesel::update(open).set(ended).execute(c)? == 1))
    }

    fn sweep_sign_in_codes(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::sign_in_codes(c, cutoff, limit)).and_then(counted)
    }
}
