//! Rows beside a customer that lists find it by: its words, and the merchant's notes.
//!
//! They only narrow a search. What a list has is said by its conditions on the customers themselves (`customer_lists.rs`); the rows tell
//! which customers are worth asking (`customer_finds.rs`), and where those stand in a list by date or by name.

use anteroom_domain::customer::{Customer, SearchRows};
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;

use super::connection::DbConnection;
use super::rows::CustomerRow;
use super::schema::{customer_notes, customer_words, customers};
use super::types::{DbTime, DbUuid};

/// Adds the rows of new customers.
pub(super) fn add(connection: &mut DbConnection, all: &[Customer]) -> QueryResult<()> {
    let (mut words, mut notes) = (Vec::new(), Vec::new());
    for customer in all {
        let (workspace, id) = (DbUuid::from(customer.workspace_id), DbUuid::from(customer.id));
        let created_at = DbTime(customer.created_at);
        let SearchRows { words: texts, notes: texts_by_key } = customer.search_rows();
        let name_key = customer.name_key();
        words.extend(texts.into_iter().map(|word| {
            (
                customer_words::workspace_id.eq(workspace),
                customer_words::word.eq(word),
                customer_words::customer_id.eq(id),
                customer_words::created_at.eq(created_at),
                customer_words::name_key.eq(name_key.clone()),
            )
        }));
        notes.extend(texts_by_key.into_iter().map(|(key, value)| {
            (
                customer_notes::workspace_id.eq(workspace),
                customer_notes::key.eq(key),
                customer_notes::value.eq(value),
                customer_notes::customer_id.eq(id),
                customer_notes::created_at.eq(created_at),
            )
        }));
    }
    for words in words.chunks(5_000) {
        on_backend!(connection, c => diesel::insert_into(customer_words::table).values(words).execute(c))?;
    }
    for notes in notes.chunks(5_000) {
        on_backend!(connection, c => diesel::insert_into(customer_notes::table).values(notes).execute(c))?;
    }
    Ok(())
}

/// Writes the rows of a customer that was there before anew.
pub(super) fn renew(connection: &mut DbConnection, customer: &Customer) -> QueryResult<()> {
    remove(connection, customer.id.into())?;
    add(connection, std::slice::from_ref(customer))
}

/// Removes the rows of a customer.
pub(super) fn remove(connection: &mut DbConnection, id: DbUuid) -> QueryResult<()> {
    diesel::delete(customer_words::table.filter(customer_words::customer_id.eq(id))).execute(connection)?;
    diesel::delete(customer_notes::table.filter(customer_notes::customer_id.eq(id))).execute(connection)?;
    Ok(())
}

/// Whether the rows of all living customers of the workspace are there.
pub(super) fn is_complete(connection: &mut DbConnection, workspace: WorkspaceId) -> QueryResult<bool> {
    let missing: Option<DbUuid> = customers::table
        .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
        .filter(diesel::dsl::not(customers::is_indexed))
        .filter(customers::deleted_at.is_null())
        .select(customers::id)
        .limit(1)
        .get_result(connection)
        .optional()?;
    Ok(missing.is_none())
}

/// Adds the rows of up to `limit` living customers that an earlier version has left without; how many.
pub(super) fn complete(connection: &mut DbConnection, limit: u32) -> QueryResult<usize> {
    let rows: Vec<CustomerRow> = for_update!(connection, c => customers::table
        .filter(diesel::dsl::not(customers::is_indexed))
        .filter(customers::deleted_at.is_null())
        .limit(limit.into())
        .select(CustomerRow::as_select()), load)?;
    let count = rows.len();
    for row in rows {
        let id = row.id();
        // One that cannot be read is found by nobody, and keeps nobody else from being found.
        if let Ok(customer) = Customer::try_from(row) {
            renew(connection, &customer)?;
        }
        let one = customers::table.filter(customers::id.eq(id));
        diesel::update(one).set(customers::is_indexed.eq(true)).execute(connection)?;
    }
    Ok(count)
}
