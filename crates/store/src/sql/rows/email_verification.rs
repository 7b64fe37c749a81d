//! Rows of rights to prove an e-mail address.

use anteroom_domain::email_verification::EmailVerification;
use diesel::prelude::*;

use crate::sql::schema::email_verifications;
use crate::sql::types::{DbTime, DbUuid};

#[derive(Insertable)]
#[diesel(table_name = email_verifications, treat_none_as_default_value = false)]
pub(in crate::sql) struct EmailVerificationRow<'a> {
    token_hash: &'a [u8],
    customer_id: DbUuid,
    created_at: DbTime,
    expires_at: DbTime,
    ended_at: Option<DbTime>,
    new_email: Option<String>,
    cancel_token_hash: Option<Vec<u8>>,
}

impl<'a> From<&'a EmailVerification> for EmailVerificationRow<'a> {
    fn from(verification: &'a EmailVerification) -> Self {
        let change = verification.change.as_ref();
        Self {
            token_hash: verification.token_hash.bytes(),
            customer_id: verification.customer_id.into(),
            created_at: DbTime(verification.created_at),
            expires_at: DbTime(verification.expires_at),
            ended_at: verification.ended_at.map(DbTime),
            new_email: change.map(|change| change.email.as_str().to_owned()),
            cancel_token_hash: change.map(|change| change.cancel_token_hash.bytes().to_vec()),
        }
    }
}
