//! Rows beside a customer that lists find it by: its words, and the merchant's notes.
//!
//! They only narrow a search. What a list has is said by its conditions on the customers themselves (`customer_lists.rs`); the rows tell
//! which customers are worth asking, where those are few.

use anteroom_domain::customer::{Customer, SearchRows, indexed_note, search_beginning};
use anteroom_domain::text::ExternalId;
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;

use super::connection::DbConnection;
use super::rows::CustomerRow;
use super::schema::{customer_notes, customer_words, customers};
use super::types::DbUuid;
use crate::CustomerFilter;

/// The most customers that are worth asking one by one; of more than that some turn up soon in any order.
const FEW: i64 = 3_000;

/// Comes after every character.
const LAST: char = '\u{10FFFF}';

/// Adds the rows of new customers.
pub(super) fn add(connection: &mut DbConnection, all: &[Customer]) -> QueryResult<()> {
    let (mut words, mut notes) = (Vec::new(), Vec::new());
    for customer in all {
        let (workspace, id) = (DbUuid::from(customer.workspace_id), DbUuid::from(customer.id));
        let rows: SearchRows = customer.search_rows();
        words.extend(rows.words.into_iter().map(|word| {
            (
                customer_words::workspace_id.eq(workspace),
                customer_words::word.eq(word),
                customer_words::customer_id.eq(id),
            )
        }));
        notes.extend(rows.notes.into_iter().map(|(key, value)| {
            (
                customer_notes::workspace_id.eq(workspace),
                customer_notes::key.eq(key),
                customer_notes::value.eq(value),
                customer_notes::customer_id.eq(id),
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

/// Which customers of a workspace are worth asking whether the filter lets them through.
pub(super) enum Worth {
    /// All of them.
    All,
    /// These alone.
    These(Vec<DbUuid>),
    /// So many that some turn up soon in any order, and that nobody counts.
    Many,
}

/// Whom a filter can let through, by names and by the rows, as far as those are there.
pub(super) fn worth(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    filter: &CustomerFilter,
) -> QueryResult<Worth> {
    // By its index; beside an order SQLite would walk that instead.
    if filter.email.is_some() || filter.external_id.is_some() {
        return named(connection, workspace, filter).map(Worth::These);
    }
    if filter.query.is_none() && filter.metadata.is_empty() || !is_complete(connection, workspace)? {
        return Ok(Worth::All);
    }
    let mut are_many = false;
    if let Some(query) = &filter.query {
        match with_word(connection, workspace, &search_beginning(query.as_str()))? {
            Some(found) => return Ok(Worth::These(found)),
            None => are_many = true,
        }
    }
    for (key, texts) in
        filter.metadata.iter().filter(|(_, texts)| texts.iter().all(|text| indexed_note(text)))
    {
        match with_note(connection, workspace, key, texts.iter())? {
            Some(found) => return Ok(Worth::These(found)),
            None => are_many = true,
        }
    }
    Ok(if are_many { Worth::Many } else { Worth::All })
}

/// The living customers of that e-mail, or else of that external id.
fn named(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    filter: &CustomerFilter,
) -> QueryResult<Vec<DbUuid>> {
    let living = customers::table
        .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
        .filter(customers::deleted_at.is_null());
    match (&filter.email, &filter.external_id) {
        (Some(email), _) => {
            living.filter(customers::email_key.eq(email.key())).select(customers::id).load(connection)
        }
        (None, external_id) => {
            let external_id = external_id.as_ref().map(ExternalId::as_str);
            living.filter(customers::external_id.eq(external_id)).select(customers::id).load(connection)
        }
    }
}

/// Whether the rows of all living customers of the workspace are there.
fn is_complete(connection: &mut DbConnection, workspace: WorkspaceId) -> QueryResult<bool> {
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

fn with_word(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    beginning: &str,
) -> QueryResult<Option<Vec<DbUuid>>> {
    let end = format!("{beginning}{LAST}");
    let found = customer_words::table
        .filter(customer_words::workspace_id.eq(DbUuid::from(workspace)))
        .filter(customer_words::word.ge(beginning))
        .filter(customer_words::word.lt(end))
        .select(customer_words::customer_id)
        .limit(FEW + 1)
        .load(connection)?;
    Ok(if_few(found))
}

fn with_note<'t>(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    key: &str,
    texts: impl Iterator<Item = &'t String>,
) -> QueryResult<Option<Vec<DbUuid>>> {
    let mut found = Vec::new();
    for text in texts {
        let some: Vec<DbUuid> = customer_notes::table
            .filter(customer_notes::workspace_id.eq(DbUuid::from(workspace)))
            .filter(customer_notes::key.eq(key))
            .filter(customer_notes::value.eq(text))
            .select(customer_notes::customer_id)
            .limit(FEW + 1)
            .load(connection)?;
        found.extend(some);
    }
    Ok(if_few(found))
}

fn if_few(mut found: Vec<DbUuid>) -> Option<Vec<DbUuid>> {
    found.sort_unstable_by_key(|id| id.0);
    found.dedup();
    i64::try_from(found.len()).is_ok_and(|count| count <= FEW).then_some(found)
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
