//! Rows, and how they become what the domain knows. A value that we would not have stored is `Corrupt`.

mod address;
mod chosen_settings;
mod credential;
mod customer;
mod email_verification;
mod idempotent_answer;
mod identity_provider;
mod import_progress;
mod installation;
mod job;
mod member;
mod outbox_message;
mod passkey;
mod password_reset;
mod portal_session;
mod second_factor;
mod sign_in_code;
mod store_session;
mod workspace;

pub(super) use address::{AddressColumns, AddressRow};
pub(super) use credential::{AccessTokenRow, AuthIdentityRow, ProviderIdentityRow, PublishableKeyRow};
pub(super) use customer::{CustomerColumns, CustomerRow, is_found_alike};
pub(super) use email_verification::EmailVerificationRow;
pub(super) use idempotent_answer::IdempotentAnswerRow;
pub(super) use identity_provider::{FederatedIdentityRow, IdentityProviderRow, SignInFlowRow};
pub(super) use import_progress::{ImportProgressRow, big};
pub(super) use installation::{InstallationRow, SigningKeyRow};
pub(super) use job::JobRow;
pub(super) use member::{MemberColumns, MemberRow};
pub(super) use outbox_message::{OutboxMessageRow, attempts};
pub(super) use passkey::{PasskeyCeremonyRow, PasskeyRow};
pub(super) use password_reset::PasswordResetRow;
pub(super) use portal_session::{CustomerSessionRow, PortalCookieRow};
pub(super) use second_factor::{AuthenticatorAppRow, SecondFactorChallengeRow, step};
pub(super) use sign_in_code::SignInCodeRow;
pub(super) use store_session::StoreSessionRow;
pub(super) use workspace::{OriginRow, WorkspaceRow, WorkspaceSettingsColumns, origins};

use std::net::IpAddr;

use anteroom_domain::{Id, TokenHash};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::types::{DbJson, DbTime, DbUuid};
use crate::StoreError;

pub(super) fn id<T>(uuid: DbUuid) -> Result<Id<T>, StoreError> {
    Id::from_uuid(uuid.0).ok_or(StoreError::Corrupt("id"))
}

fn bytes(hash: &[u8], what: &'static str) -> Result<[u8; 32], StoreError> {
    hash.try_into().ok().ok_or(StoreError::Corrupt(what))
}

pub(super) fn token_hash(hash: &[u8]) -> Result<TokenHash, StoreError> {
    bytes(hash, "token hash").map(TokenHash::new)
}

fn ip_address(text: &str) -> Result<IpAddr, StoreError> {
    text.parse().or(Err(StoreError::Corrupt("IP address")))
}

fn instant(time: Option<DbTime>) -> Option<OffsetDateTime> {
    time.map(|time| time.0)
}

fn map(document: DbJson) -> Result<Map<String, Value>, StoreError> {
    match document.0 {
        Value::Object(map) => Ok(map),
        _ => Err(StoreError::Corrupt("map")),
    }
}

fn document(map: &Map<String, Value>) -> DbJson {
    DbJson(Value::Object(map.clone()))
}

/// The text of an optional value: `text!(line)` for an `&Option<Line>`.
macro_rules! text {
    ($value:expr) => {
        $value.as_ref().map(|value| value.as_str().to_owned())
    };
}
use text;
