//! What is remembered of attempts to sign in, in SQL.

use anteroom_domain::sign_in::{FailedAttempts, KnownAddress, SourceHash};
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::sql_types::Integer;
use diesel::upsert::excluded;
use time::OffsetDateTime;

use super::count::counted;
use super::schema::{failed_attempts, known_addresses};
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
            on_backend!(connection, c => methods::FilterDsl::filter(
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
            .returning(failed_attempts::count)
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
            on_backend!(connection, c => diesel::insert_into(known_addresses::table)
                .values(seen)
                .on_conflict(known_addresses::source_hash)
                .do_update()
                .set(known_addresses::last_seen_at.eq(excluded(known_addresses::last_seen_at)))
                .execute(c))
        })
        .map(drop)
    }

    fn sweep_known_addresses(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::known_addresses(c, cutoff, limit)).and_then(counted)
    }
}

fn number_of(count: i32) -> Result<u32, StoreError> {
    u32::try_from(count).or(Err(StoreError::Corrupt("number of failed attempts")))
}
