//! Rows of second factors.

use anteroom_domain::second_factor::{AuthenticatorApp, SecondFactorChallenge};
use anteroom_domain::session::Provider;
use anteroom_domain::text::Line;
use diesel::prelude::*;

use super::{id, instant, text, token_hash};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::{authenticator_apps, second_factor_challenges};
use crate::sql::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = authenticator_apps, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct AuthenticatorAppRow {
    id: DbUuid,
    customer_id: DbUuid,
    label: Option<String>,
    secret_sealed: Vec<u8>,
    last_step: i64,
    created_at: DbTime,
    confirmed_at: Option<DbTime>,
}

/// A time step as a number of the database.
pub(in crate::sql) fn step(step: u64) -> Result<i64, StoreError> {
    i64::try_from(step).ok().ok_or(StoreError::Corrupt("time step"))
}

impl TryFrom<&AuthenticatorApp> for AuthenticatorAppRow {
    type Error = StoreError;

    fn try_from(app: &AuthenticatorApp) -> Result<Self, StoreError> {
        Ok(Self {
            id: app.id.into(),
            customer_id: app.customer_id.into(),
            label: text!(app.label),
            secret_sealed: app.secret_sealed.clone(),
            last_step: step(app.last_step)?,
            created_at: DbTime(app.created_at),
            confirmed_at: app.confirmed_at.map(DbTime),
        })
    }
}

impl TryFrom<AuthenticatorAppRow> for AuthenticatorApp {
    type Error = StoreError;

    fn try_from(row: AuthenticatorAppRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(row.id)?,
            customer_id: id(row.customer_id)?,
            label: row.label.map(Line::from_stored),
            secret_sealed: row.secret_sealed,
            last_step: u64::try_from(row.last_step).ok().ok_or(StoreError::Corrupt("time step"))?,
            created_at: row.created_at.0,
            confirmed_at: instant(row.confirmed_at),
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = second_factor_challenges, check_for_backend(MultiBackend))]
pub(in crate::sql) struct SecondFactorChallengeRow {
    token_hash: Vec<u8>,
    id: DbUuid,
    workspace_id: DbUuid,
    auth_identity_id: DbUuid,
    provider: String,
    guesses: i32,
    created_at: DbTime,
    expires_at: DbTime,
}

impl TryFrom<&SecondFactorChallenge> for SecondFactorChallengeRow {
    type Error = StoreError;

    fn try_from(challenge: &SecondFactorChallenge) -> Result<Self, StoreError> {
        Ok(Self {
            token_hash: challenge.token_hash.bytes().to_vec(),
            id: challenge.id.into(),
            workspace_id: challenge.workspace_id.into(),
            auth_identity_id: challenge.auth_identity_id.into(),
            provider: challenge.provider.as_str().to_owned(),
            guesses: super::attempts(challenge.guesses)?,
            created_at: DbTime(challenge.created_at),
            expires_at: DbTime(challenge.expires_at),
        })
    }
}

impl TryFrom<SecondFactorChallengeRow> for SecondFactorChallenge {
    type Error = StoreError;

    fn try_from(row: SecondFactorChallengeRow) -> Result<Self, StoreError> {
        Ok(Self {
            token_hash: token_hash(&row.token_hash)?,
            id: id(row.id)?,
            workspace_id: id(row.workspace_id)?,
            auth_identity_id: id(row.auth_identity_id)?,
            provider: Provider::parse(&row.provider).ok_or(StoreError::Corrupt("provider"))?,
            guesses: u32::try_from(row.guesses).ok().ok_or(StoreError::Corrupt("guesses"))?,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
        })
    }
}
