//! What customers prove beside their first way to sign in, in SQL.

use anteroom_domain::TokenHash;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::second_factor::{
    AuthenticatorApp, AuthenticatorAppId, SecondFactorChallenge, SecondFactorChallengeId,
};
use anteroom_domain::sign_in::SourceHash;
use anteroom_domain::workspace::WorkspaceId;
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use time::OffsetDateTime;

use super::count::counted;
use super::rows::{AuthenticatorAppRow, SecondFactorChallengeRow, attempts, step};
use super::schema::{auth_identities, authenticator_apps, recovery_codes, second_factor_challenges};
use super::sweeps;
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use crate::{SecondFactors, StoreError};

impl SecondFactors for SqlUnit {
    fn has_second_factor(&mut self, customer: CustomerId) -> Result<bool, StoreError> {
        let confirmed = authenticator_apps::table
            .filter(authenticator_apps::customer_id.eq(DbUuid::from(customer)))
            .filter(authenticator_apps::confirmed_at.is_not_null());
        self.read(|c| select(exists(confirmed)).get_result(c))
    }

    fn authenticator_apps(&mut self, customer: CustomerId) -> Result<Vec<AuthenticatorApp>, StoreError> {
        let rows: Vec<AuthenticatorAppRow> = self.read(|c| {
            authenticator_apps::table
                .filter(authenticator_apps::customer_id.eq(DbUuid::from(customer)))
                .order((authenticator_apps::created_at.asc(), authenticator_apps::id.asc()))
                .select(AuthenticatorAppRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(AuthenticatorApp::try_from).collect()
    }

    fn insert_authenticator_app(&mut self, app: &AuthenticatorApp) -> Result<(), StoreError> {
        let row = AuthenticatorAppRow::try_from(app)?;
        self.claim(&UNSEEN, |c| diesel::insert_into(authenticator_apps::table).values(&row).execute(c))?;
        Ok(())
    }

    fn confirm_authenticator_app(
        &mut self,
        app: AuthenticatorAppId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let added = authenticator_apps::table
            .filter(authenticator_apps::id.eq(DbUuid::from(app)))
            .filter(authenticator_apps::confirmed_at.is_null());
        let confirmed = authenticator_apps::confirmed_at.eq(DbTime(at));
        self.change(&UNKEPT, |c| Ok(diesel::update(added).set(confirmed).execute(c)? == 1))
    }

    fn accept_code_of_step(&mut self, app: AuthenticatorAppId, of_step: u64) -> Result<bool, StoreError> {
        let of_step = step(of_step)?;
        let before = authenticator_apps::table
            .filter(authenticator_apps::id.eq(DbUuid::from(app)))
            .filter(authenticator_apps::last_step.lt(of_step));
        let accepted = authenticator_apps::last_step.eq(of_step);
        self.change(&UNKEPT, |c| Ok(diesel::update(before).set(accepted).execute(c)? == 1))
    }

    fn delete_authenticator_app(
        &mut self,
        customer: CustomerId,
        app: AuthenticatorAppId,
    ) -> Result<bool, StoreError> {
        let one = authenticator_apps::table
            .filter(authenticator_apps::id.eq(DbUuid::from(app)))
            .filter(authenticator_apps::customer_id.eq(DbUuid::from(customer)));
        self.change(&UNKEPT, |c| Ok(diesel::delete(one).execute(c)? == 1))
    }

    fn replace_recovery_codes(
        &mut self,
        customer: CustomerId,
        codes: &[SourceHash],
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let customer = DbUuid::from(customer);
        let old = recovery_codes::table.filter(recovery_codes::customer_id.eq(customer));
        self.change(&UNKEPT, |c| diesel::delete(old).execute(c))?;
        for code in codes {
            let row = (
                recovery_codes::code_hash.eq(code.bytes().as_slice()),
                recovery_codes::customer_id.eq(customer),
                recovery_codes::created_at.eq(DbTime(at)),
            );
            self.claim(&UNSEEN, |c| diesel::insert_into(recovery_codes::table).values(row).execute(c))?;
        }
        Ok(())
    }

    fn count_recovery_codes(&mut self, customer: CustomerId) -> Result<u64, StoreError> {
        let count: i64 = self.read(|c| {
            recovery_codes::table
                .filter(recovery_codes::customer_id.eq(DbUuid::from(customer)))
                .count()
                .get_result(c)
        })?;
        counted(count)
    }

    fn spend_recovery_code(&mut self, customer: CustomerId, code: &SourceHash) -> Result<bool, StoreError> {
        let one = recovery_codes::table
            .filter(recovery_codes::code_hash.eq(code.bytes().as_slice()))
            .filter(recovery_codes::customer_id.eq(DbUuid::from(customer)));
        self.change(&UNKEPT, |c| Ok(diesel::delete(one).execute(c)? == 1))
    }

    fn insert_second_factor_challenge(
        &mut self,
        challenge: &SecondFactorChallenge,
    ) -> Result<(), StoreError> {
        let row = SecondFactorChallengeRow::try_from(challenge)?;
        self.claim(&UNSEEN, |c| {
            diesel::insert_into(second_factor_challenges::table).values(&row).execute(c)
        })?;
        Ok(())
    }

    fn second_factor_challenge(
        &mut self,
        workspace: WorkspaceId,
        token: &TokenHash,
    ) -> Result<Option<SecondFactorChallenge>, StoreError> {
        let row: Option<SecondFactorChallengeRow> = self.read(|c| {
            second_factor_challenges::table
                .filter(second_factor_challenges::token_hash.eq(token.bytes().as_slice()))
                .filter(second_factor_challenges::workspace_id.eq(DbUuid::from(workspace)))
                .select(SecondFactorChallengeRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(SecondFactorChallenge::try_from).transpose()
    }

    fn awaits_second_factor(
        &mut self,
        workspace: WorkspaceId,
        id: SecondFactorChallengeId,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let waiting = second_factor_challenges::table
            .filter(second_factor_challenges::id.eq(DbUuid::from(id)))
            .filter(second_factor_challenges::workspace_id.eq(DbUuid::from(workspace)))
            .filter(second_factor_challenges::expires_at.gt(DbTime(now)));
        self.read(|c| select(exists(waiting)).get_result(c))
    }

    fn guess_second_factor(&mut self, token: &TokenHash, now: OffsetDateTime) -> Result<bool, StoreError> {
        let most = attempts(SecondFactorChallenge::MOST_GUESSES)?;
        let open = second_factor_challenges::table
            .filter(second_factor_challenges::token_hash.eq(token.bytes().as_slice()))
            .filter(second_factor_challenges::expires_at.gt(DbTime(now)))
            .filter(second_factor_challenges::guesses.lt(most));
        let counted = second_factor_challenges::guesses.eq(second_factor_challenges::guesses + 1);
        self.change(&UNKEPT, |c| Ok(diesel::update(open).set(counted).execute(c)? == 1))
    }

    fn spend_second_factor_challenge(&mut self, token: &TokenHash) -> Result<bool, StoreError> {
        let one = second_factor_challenges::table
            .filter(second_factor_challenges::token_hash.eq(token.bytes().as_slice()));
        self.change(&UNKEPT, |c| Ok(diesel::delete(one).execute(c)? == 1))
    }

    fn end_second_factor_challenges(&mut self, customer: CustomerId) -> Result<u64, StoreError> {
        let identities = auth_identities::table
            .filter(auth_identities::customer_id.eq(DbUuid::from(customer)))
            .select(auth_identities::id);
        let theirs = second_factor_challenges::table
            .filter(second_factor_challenges::auth_identity_id.eq_any(identities));
        self.change(&UNKEPT, |c| diesel::delete(theirs).execute(c)).and_then(counted)
    }

    fn sweep_second_factor_challenges(
        &mut self,
        cutoff: OffsetDateTime,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::second_factor_challenges(c, cutoff, limit)).and_then(counted)
    }
}
