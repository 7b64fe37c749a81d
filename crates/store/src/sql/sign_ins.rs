//! What is remembered of attempts to sign in, in SQL.

use std::num::NonZeroU32;

use anteroom_domain::sign_in::{FailedAttempts, KnownAddress, SourceHash};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer};
use diesel::upsert::excluded;
use time::{Duration, OffsetDateTime};

use super::connection::{DbConnection, MultiBackend};
use super::count::counted;
use super::schema::{credential_posts, failed_attempts, known_addresses};
use super::sweeps;
use super::types::{DbTime, DbUuid, TimeSql};
use super::unit::{SqlUnit, UNKEPT};
use crate::{SignIns, StoreError};

statement! {
    /// Counts one more, from one again when the last was long ago; nothing while they are put off.
    AddFailure for MultiBackend by DbConnection gives Integer:
        "INSERT INTO failed_attempts (source_hash, open_at, count) VALUES (" [source_hash: Vec<u8> as Binary] ", "
        [now: DbTime as TimeSql] ", 1) ON CONFLICT (source_hash) DO UPDATE SET open_at = excluded.open_at, \
         count = CASE WHEN failed_attempts.open_at < " [forgotten_before: DbTime as TimeSql];
        " THEN 1 ELSE failed_attempts.count + 1 END WHERE failed_attempts.open_at <= excluded.open_at RETURNING count"
}

statement! {
    /// Fills by one what empties as time goes by; nothing when it would overflow. Times are in microseconds.
    CountPost for MultiBackend by DbConnection:
        "INSERT INTO credential_posts (source_hash, full_at) VALUES (" [source_hash: Vec<u8> as Binary] ", "
        [full_at: i64 as BigInt] ") ON CONFLICT (source_hash) DO UPDATE SET full_at = CASE WHEN credential_posts.full_at <= "
        [now: i64 as BigInt] " THEN excluded.full_at ELSE credential_posts.full_at + "
        [each: i64 as BigInt] " END WHERE credential_posts.full_at <= " [latest: i64 as BigInt]
}

impl SignIns for SqlUnit {
    fn failed_attempts(&mut self, source: &SourceHash) -> Result<Option<FailedAttempts>, StoreError> {
        let row: Option<(i32, DbTime)> = self.read(|c| {
            failed_attempts::table
                .filter(failed_attempts::source_hash.eq(source.bytes().as_slice()))
                .select((failed_attempts::count, failed_attempts::open_at))
                .get_result(c)
                .optional()
        })?;
        let attempts = |(count, open_at): (i32, DbTime)| {
            Ok(FailedAttempts { count: number_of(count)?, open_at: open_at.0 })
        };
        row.map(attempts).transpose()
    }

    fn add_failed_attempt(
        &mut self,
        source: &SourceHash,
        now: OffsetDateTime,
    ) -> Result<Option<u32>, StoreError> {
        let count: Option<i32> = self.change(&UNKEPT, |c| {
            AddFailure {
                source_hash: source.bytes().to_vec(),
                now: DbTime(now),
                forgotten_before: DbTime(now - FailedAttempts::KEPT),
            }
            .get_result(c)
            .optional()
        })?;
        count.map(number_of).transpose()
    }

    fn put_off_attempts(&mut self, source: &SourceHash, open_at: OffsetDateTime) -> Result<(), StoreError> {
        let counted = failed_attempts::table.find(source.bytes().as_slice());
        let later = failed_attempts::open_at.eq(DbTime(open_at));
        self.change(&UNKEPT, |c| diesel::update(counted).set(later).execute(c)).map(drop)
    }

    fn forget_failed_attempts(&mut self, source: &SourceHash) -> Result<bool, StoreError> {
        let counted = failed_attempts::table.find(source.bytes().as_slice());
        self.change(&UNKEPT, |c| Ok(diesel::delete(counted).execute(c)? == 1))
    }

    fn sweep_failed_attempts(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::failed_attempts(c, cutoff, limit)).and_then(counted)
    }

    fn known_address(&mut self, source: &SourceHash) -> Result<Option<OffsetDateTime>, StoreError> {
        let last_seen_at: Option<DbTime> = self.read(|c| {
            known_addresses::table
                .filter(known_addresses::source_hash.eq(source.bytes().as_slice()))
                .select(known_addresses::last_seen_at)
                .get_result(c)
                .optional()
        })?;
        Ok(last_seen_at.map(|time| time.0))
    }

    fn note_address(&mut self, address: &KnownAddress) -> Result<(), StoreError> {
        let seen = (
            known_addresses::source_hash.eq(address.source_hash.bytes().as_slice()),
            known_addresses::auth_identity_id.eq(DbUuid::from(address.auth_identity_id)),
            known_addresses::last_seen_at.eq(DbTime(address.last_seen_at)),
        );
        self.claim(&UNKEPT, |connection| {
            on_backend!(connection, c => diesel::insert_into(known_addresses::table)
                .values(seen)
                .on_conflict(known_addresses::source_hash)
                .do_update()
                .set(known_addresses::last_seen_at.eq(excluded(known_addresses::last_seen_at)))
                .execute(c))
        })
        .map(drop)
    }

    fn count_credential_post(
        &mut self,
        source: &SourceHash,
        per_minute: NonZeroU32,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let (now, minute) = (micros(now)?, 60_000_000);
        let each = minute / i64::from(per_minute.get());
        let counted = self.change(&UNKEPT, |c| {
            CountPost {
                source_hash: source.bytes().to_vec(),
                full_at: now + each,
                now,
                each,
                latest: now + minute - each,
            }
            .execute(c)
        })?;
        Ok(counted == 1)
    }

    fn credential_posts_full_at(
        &mut self,
        source: &SourceHash,
    ) -> Result<Option<OffsetDateTime>, StoreError> {
        let full_at: Option<i64> = self.read(|c| {
            credential_posts::table
                .filter(credential_posts::source_hash.eq(source.bytes().as_slice()))
                .select(credential_posts::full_at)
                .get_result(c)
                .optional()
        })?;
        let instant = |micros: i64| OffsetDateTime::UNIX_EPOCH.checked_add(Duration::microseconds(micros));
        full_at.map(|micros| instant(micros).ok_or(StoreError::Corrupt("instant"))).transpose()
    }

    fn sweep_credential_posts(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        let micros = micros(cutoff)?;
        self.change(&UNKEPT, |c| sweeps::credential_posts(c, micros, limit)).and_then(counted)
    }

    fn sweep_known_addresses(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::known_addresses(c, cutoff, limit)).and_then(counted)
    }
}

fn number_of(count: i32) -> Result<u32, StoreError> {
    u32::try_from(count).or(Err(StoreError::Corrupt("number of failed attempts")))
}

/// An instant as a number that the database counts on.
fn micros(at: OffsetDateTime) -> Result<i64, StoreError> {
    let micros = at.unix_timestamp_nanos().div_euclid(1_000);
    i64::try_from(micros).ok().ok_or(StoreError::Corrupt("instant"))
}
