//! What is remembered of attempts to sign in, in SQL.

use std::num::NonZeroU32;

use anteroom_domain::sign_in::{FailedAttempts, KnownAddress, SourceHash};
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::sql_types::{BigInt, Integer};
use diesel::upsert::excluded;
use time::{Duration, OffsetDateTime};

use super::count::counted;
use super::schema::{credential_posts, failed_attempts, known_addresses};
use super::statement::Prepared;
use super::sweeps;
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT};
use crate::{SignIns, StoreError};

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
        let first = (
            failed_attempts::source_hash.eq(source.bytes().as_slice()),
            failed_attempts::count.eq(1),
            failed_attempts::open_at.eq(DbTime(now)),
        );
        let is_forgotten = failed_attempts::open_at.lt(DbTime(now - FailedAttempts::KEPT));
        let count: Option<i32> = self.change(&UNKEPT, |connection| {
            on_backend!(connection, c => Prepared(methods::FilterDsl::filter(
                diesel::insert_into(failed_attempts::table)
                    .values(first)
                    .on_conflict(failed_attempts::source_hash)
                    .do_update()
                    .set((
                        failed_attempts::count.eq(case_when(is_forgotten, 1.into_sql::<Integer>())
                            .otherwise(failed_attempts::count + 1)),
                        failed_attempts::open_at.eq(excluded(failed_attempts::open_at)),
                    )),
                failed_attempts::open_at.le(excluded(failed_attempts::open_at)),
            )
            .returning(failed_attempts::count))
            .get_result(c))
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
            on_backend!(connection, c => Prepared(diesel::insert_into(known_addresses::table)
                .values(seen)
                .on_conflict(known_addresses::source_hash)
                .do_update()
                .set(known_addresses::last_seen_at.eq(excluded(known_addresses::last_seen_at))))
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
        let first = (
            credential_posts::source_hash.eq(source.bytes().as_slice()),
            credential_posts::full_at.eq(now + each),
        );
        let is_full = credential_posts::full_at.le(now);
        let counted = self.change(&UNKEPT, |connection| {
            on_backend!(connection, c => Prepared(methods::FilterDsl::filter(
                diesel::insert_into(credential_posts::table)
                    .values(first)
                    .on_conflict(credential_posts::source_hash)
                    .do_update()
                    .set(credential_posts::full_at.eq(case_when(is_full, (now + each).into_sql::<BigInt>())
                        .otherwise(credential_posts::full_at + each))),
                credential_posts::full_at.le(now + minute - each),
            ))
            .execute(c))
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
