//! Answers that are given again, in SQL.

use anteroom_domain::TokenHash;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::idempotency::IdempotentAnswer;
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::upsert::excluded;
use time::OffsetDateTime;

use super::connection::DbConnection;
use super::count::counted;
use super::rows::IdempotentAnswerRow;
use super::schema::idempotent_answers::{self, columns};
use super::sweeps;
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT};
use crate::{Constraint, IdempotentAnswers, StoreError};

/// Adds answers, each in place of an expired one; how many found no living one. The common backend has no upsert.
macro_rules! keep {
    ($connection:expr, $rows:expr) => {
        methods::FilterDsl::filter(
            diesel::insert_into(idempotent_answers::table)
                .values($rows)
                .on_conflict(columns::key_hash)
                .do_update()
                .set((
                    columns::workspace_id.eq(excluded(columns::workspace_id)),
                    columns::customer_id.eq(excluded(columns::customer_id)),
                    columns::sealed.eq(excluded(columns::sealed)),
                    columns::created_at.eq(excluded(columns::created_at)),
                    columns::expires_at.eq(excluded(columns::expires_at)),
                )),
            columns::expires_at.le(excluded(columns::created_at)),
        )
        .execute($connection)
    };
}

impl IdempotentAnswers for SqlUnit {
    fn insert_idempotent_answers(&mut self, answers: &[&IdempotentAnswer]) -> Result<(), StoreError> {
        if answers.is_empty() {
            return Ok(());
        }
        let mut rows: Vec<IdempotentAnswerRow<'_>> = answers.iter().map(|answer| (*answer).into()).collect();
        // In one order whoever asks: of two units that keep answers for the same keys, neither waits for the other in vain.
        rows.sort_unstable_by_key(|row| row.key_hash);
        let count: usize = self.change(&UNKEPT, |connection| match connection {
            #[cfg(feature = "postgres")]
            DbConnection::Postgres(c) => {
                let keep = |rows: &[IdempotentAnswerRow<'_>]| match rows {
                    [row] => keep!(c, row),
                    rows => keep!(c, rows),
                };
                rows.chunks(1000).map(keep).sum()
            }
            #[cfg(feature = "sqlite")]
            DbConnection::Sqlite(c) => rows.iter().map(|row| keep!(c, row)).sum(),
        })?;
        if count == rows.len() { Ok(()) } else { Err(StoreError::Conflict(Constraint::IdempotentAnswer)) }
    }

    fn idempotent_answer(
        &mut self,
        workspace: WorkspaceId,
        key: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<(Vec<u8>, Option<CustomerId>)>, StoreError> {
        let row: Option<(Vec<u8>, Option<DbUuid>)> = self.read(|c| {
            idempotent_answers::table
                .filter(columns::key_hash.eq(key.bytes().as_slice()))
                .filter(columns::workspace_id.eq(DbUuid::from(workspace)))
                .filter(columns::expires_at.gt(DbTime(now)))
                .select((columns::sealed, columns::customer_id))
                .get_result(c)
                .optional()
        })?;
        let Some((sealed, customer)) = row else { return Ok(None) };
        Ok(Some((sealed, customer.map(super::rows::id).transpose()?)))
    }

    fn sweep_idempotent_answers(&mut self, now: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::idempotent_answers(c, now, limit)).and_then(counted)
    }
}
