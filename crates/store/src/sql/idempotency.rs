//! Answers that are given again, in SQL.

use anteroom_domain::TokenHash;
use anteroom_domain::idempotency::IdempotentAnswer;
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::upsert::excluded;
use time::OffsetDateTime;

use super::count::counted;
use super::rows::IdempotentAnswerRow;
use super::schema::idempotent_answers::{self, columns};
use super::sweeps;
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT};
use crate::{Constraint, IdempotentAnswers, StoreError};

impl IdempotentAnswers for SqlUnit {
    fn insert_idempotent_answer(&mut self, answer: &IdempotentAnswer) -> Result<(), StoreError> {
        let row = IdempotentAnswerRow::from(answer);
        // The common backend has no upsert.
        let count = self.change(&UNKEPT, |connection| {
            on_backend!(connection, c => methods::FilterDsl::filter(
                diesel::insert_into(idempotent_answers::table)
                    .values(&row)
                    .on_conflict(columns::key_hash)
                    .do_update()
                    .set((
                        columns::workspace_id.eq(excluded(columns::workspace_id)),
                        columns::customer_id.eq(excluded(columns::customer_id)),
                        columns::sealed.eq(excluded(columns::sealed)),
                        columns::created_at.eq(excluded(columns::created_at)),
                        columns::expires_at.eq(excluded(columns::expires_at)),
                    )),
                columns::expires_at.le(DbTime(answer.created_at)),
            )
            .execute(c))
        })?;
        if count == 1 { Ok(()) } else { Err(StoreError::Conflict(Constraint::IdempotentAnswer)) }
    }

    fn idempotent_answer(
        &mut self,
        workspace: WorkspaceId,
        key: &TokenHash,
        now: OffsetDateTime,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|c| {
            idempotent_answers::table
                .filter(columns::key_hash.eq(key.bytes().as_slice()))
                .filter(columns::workspace_id.eq(DbUuid::from(workspace)))
                .filter(columns::expires_at.gt(DbTime(now)))
                .select(columns::sealed)
                .get_result(c)
                .optional()
        })
    }

    fn sweep_idempotent_answers(&mut self, now: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::idempotent_answers(c, now, limit)).and_then(counted)
    }
}
