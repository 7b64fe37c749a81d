//! Removal of what has long been over: the oldest rows, by an index on when they ended, and so many at a time that others
//! get in between.

use diesel::prelude::*;
use time::OffsetDateTime;

use super::connection::DbConnection;
use super::schema::{
    credential_posts, customer_sessions, email_verifications, failed_attempts, idempotent_answers,
    known_addresses, mail_counts, outbox_messages, passkey_ceremonies, password_resets,
    second_factor_challenges, sign_in_codes, sign_in_flows, store_sessions,
};
use super::types::DbTime;

diesel::alias! {
    const OLD_CUSTOMER_SESSIONS: Alias<OldCustomerSessions> = customer_sessions as old_customer_sessions;
    const OLD_CREDENTIAL_POSTS: Alias<OldCredentialPosts> = credential_posts as old_credential_posts;
    const OLD_EMAIL_VERIFICATIONS: Alias<OldEmailVerifications> = email_verifications as old_email_verifications;
    const OLD_FAILED_ATTEMPTS: Alias<OldFailedAttempts> = failed_attempts as old_failed_attempts;
    const OLD_IDEMPOTENT_ANSWERS: Alias<OldIdempotentAnswers> = idempotent_answers as old_idempotent_answers;
    const OLD_KNOWN_ADDRESSES: Alias<OldKnownAddresses> = known_addresses as old_known_addresses;
    const OLD_MAIL_COUNTS: Alias<OldMailCounts> = mail_counts as old_mail_counts;
    const OLD_OUTBOX_MESSAGES: Alias<OldOutboxMessages> = outbox_messages as old_outbox_messages;
    const OLD_PASSKEY_CEREMONIES: Alias<OldPasskeyCeremonies> = passkey_ceremonies as old_passkey_ceremonies;
    const OLD_PASSWORD_RESETS: Alias<OldPasswordResets> = password_resets as old_password_resets;
    const OLD_SECOND_FACTOR_CHALLENGES: Alias<OldSecondFactorChallenges> = second_factor_challenges as old_second_factor_challenges;
    const OLD_SIGN_IN_CODES: Alias<OldSignInCodes> = sign_in_codes as old_sign_in_codes;
    const OLD_SIGN_IN_FLOWS: Alias<OldSignInFlows> = sign_in_flows as old_sign_in_flows;
    const OLD_STORE_SESSIONS: Alias<OldStoreSessions> = store_sessions as old_store_sessions;
}

/// Removes the rows of a table that come first by an instant before the cutoff: `sweep!(connection, table by key, its
/// alias, column lt cutoff, limit)`; with `le` the cutoff itself is past.
///
/// The instant is asked once more: PostgreSQL may have waited for somebody who put something new in an old row's place.
macro_rules! sweep {
    ($connection:expr, $table:ident by $key:ident, $old:ident, $ended:ident $before:ident $cutoff:expr, $limit:expr) => {
        diesel::delete(
            $table::table
                .filter(
                    $table::$key.eq_any(
                        $old.filter($old.field($table::$ended).$before($cutoff))
                            .order($old.field($table::$ended).asc())
                            .limit($limit.into())
                            .select($old.field($table::$key)),
                    ),
                )
                .filter($table::$ended.$before($cutoff)),
        )
        .execute($connection)
    };
}

/// Those that expired. Their cookies go with them.
pub(super) fn customer_sessions(
    c: &mut DbConnection,
    cutoff: OffsetDateTime,
    limit: u32,
) -> QueryResult<usize> {
    sweep!(c, customer_sessions by token_hash, OLD_CUSTOMER_SESSIONS, expires_at lt DbTime(cutoff), limit)
}

/// Those that ended by themselves.
pub(super) fn expired_store_sessions(
    c: &mut DbConnection,
    cutoff: OffsetDateTime,
    limit: u32,
) -> QueryResult<usize> {
    sweep!(c, store_sessions by id, OLD_STORE_SESSIONS, expires_at lt DbTime(cutoff), limit)
}

/// Those that somebody ended.
pub(super) fn revoked_store_sessions(
    c: &mut DbConnection,
    cutoff: OffsetDateTime,
    limit: u32,
) -> QueryResult<usize> {
    sweep!(c, store_sessions by id, OLD_STORE_SESSIONS, revoked_at lt DbTime(cutoff), limit)
}

/// Those that are given no more.
pub(super) fn idempotent_answers(
    c: &mut DbConnection,
    now: OffsetDateTime,
    limit: u32,
) -> QueryResult<usize> {
    sweep!(c, idempotent_answers by key_hash, OLD_IDEMPOTENT_ANSWERS, expires_at le DbTime(now), limit)
}

/// Those that are of no use to anybody any more.
pub(super) fn outbox_messages(c: &mut DbConnection, now: OffsetDateTime, limit: u32) -> QueryResult<usize> {
    sweep!(c, outbox_messages by id, OLD_OUTBOX_MESSAGES, expires_at le DbTime(now), limit)
}

/// Those that count no more.
pub(super) fn mail_counts(c: &mut DbConnection, cutoff: OffsetDateTime, limit: u32) -> QueryResult<usize> {
    sweep!(c, mail_counts by outbox_message_id, OLD_MAIL_COUNTS, created_at lt DbTime(cutoff), limit)
}

/// Those that expired, used or not.
pub(super) fn password_resets(
    c: &mut DbConnection,
    cutoff: OffsetDateTime,
    limit: u32,
) -> QueryResult<usize> {
    sweep!(c, password_resets by token_hash, OLD_PASSWORD_RESETS, expires_at lt DbTime(cutoff), limit)
}

/// Links to prove an e-mail address that expired.
pub(super) fn email_verifications(
    c: &mut DbConnection,
    cutoff: OffsetDateTime,
    limit: u32,
) -> QueryResult<usize> {
    sweep!(c, email_verifications by token_hash, OLD_EMAIL_VERIFICATIONS, expires_at lt DbTime(cutoff), limit)
}

/// Counts of attempts that nobody has gone on with.
pub(super) fn failed_attempts(
    c: &mut DbConnection,
    cutoff: OffsetDateTime,
    limit: u32,
) -> QueryResult<usize> {
    sweep!(c, failed_attempts by source_hash, OLD_FAILED_ATTEMPTS, open_at lt DbTime(cutoff), limit)
}

/// Addresses that nobody has come back to.
pub(super) fn known_addresses(
    c: &mut DbConnection,
    cutoff: OffsetDateTime,
    limit: u32,
) -> QueryResult<usize> {
    sweep!(c, known_addresses by source_hash, OLD_KNOWN_ADDRESSES, last_seen_at lt DbTime(cutoff), limit)
}

/// Those who have not come back from a provider's page.
pub(super) fn sign_in_flows(c: &mut DbConnection, cutoff: OffsetDateTime, limit: u32) -> QueryResult<usize> {
    sweep!(c, sign_in_flows by state_hash, OLD_SIGN_IN_FLOWS, expires_at lt DbTime(cutoff), limit)
}

/// Codes that are counted no more.
pub(super) fn sign_in_codes(c: &mut DbConnection, cutoff: OffsetDateTime, limit: u32) -> QueryResult<usize> {
    sweep!(c, sign_in_codes by flow_hash, OLD_SIGN_IN_CODES, created_at lt DbTime(cutoff), limit)
}

/// Sign-ins that waited for their second factor for too long.
pub(super) fn second_factor_challenges(
    c: &mut DbConnection,
    cutoff: OffsetDateTime,
    limit: u32,
) -> QueryResult<usize> {
    sweep!(c, second_factor_challenges by token_hash, OLD_SECOND_FACTOR_CHALLENGES, expires_at lt DbTime(cutoff), limit)
}

/// What authenticators were asked too long ago.
pub(super) fn passkey_ceremonies(
    c: &mut DbConnection,
    cutoff: OffsetDateTime,
    limit: u32,
) -> QueryResult<usize> {
    sweep!(c, passkey_ceremonies by token_hash, OLD_PASSKEY_CEREMONIES, expires_at lt DbTime(cutoff), limit)
}

/// Sources that may post as many credentials again as ever, since a moment in microseconds.
pub(super) fn credential_posts(c: &mut DbConnection, cutoff: i64, limit: u32) -> QueryResult<usize> {
    sweep!(c, credential_posts by source_hash, OLD_CREDENTIAL_POSTS, full_at lt cutoff, limit)
}
