//! Rows of imports.

use anteroom_domain::transfer::ImportProgress;
use diesel::prelude::*;

use super::{bytes, id, instant};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::customer_imports;
use crate::sql::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = customer_imports, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub(in crate::sql) struct ImportProgressRow {
    workspace_id: DbUuid,
    content_hash: Vec<u8>,
    records: i64,
    created: i64,
    updated: i64,
    skipped: i64,
    refused: i64,
    changed_at: DbTime,
    finished_at: Option<DbTime>,
}

impl TryFrom<&ImportProgress> for ImportProgressRow {
    type Error = StoreError;

    fn try_from(progress: &ImportProgress) -> Result<Self, StoreError> {
        Ok(Self {
            workspace_id: progress.workspace_id.into(),
            content_hash: progress.content_hash.to_vec(),
            records: big(progress.records)?,
            created: big(progress.created)?,
            updated: big(progress.updated)?,
            skipped: big(progress.skipped)?,
            refused: big(progress.refused)?,
            changed_at: DbTime(progress.changed_at),
            finished_at: progress.finished_at.map(DbTime),
        })
    }
}

impl TryFrom<ImportProgressRow> for ImportProgress {
    type Error = StoreError;

    fn try_from(row: ImportProgressRow) -> Result<Self, StoreError> {
        let count = |number: i64| u64::try_from(number).or(Err(StoreError::Corrupt("number of records")));
        Ok(Self {
            workspace_id: id(row.workspace_id)?,
            content_hash: bytes(&row.content_hash, "hash of a file")?,
            records: count(row.records)?,
            created: count(row.created)?,
            updated: count(row.updated)?,
            skipped: count(row.skipped)?,
            refused: count(row.refused)?,
            changed_at: row.changed_at.0,
            finished_at: instant(row.finished_at),
        })
    }
}

/// A number as the databases keep it.
pub(in crate::sql) fn big(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).or(Err(StoreError::Failed("a number is too large for the database".into())))
}
