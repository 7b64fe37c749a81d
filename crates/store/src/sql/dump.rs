//! For tests that look whether anything is different: every row of every table.

use diesel::sql_types::Text;
use diesel::{QueryResult, RunQueryDsl};

use super::SqlStore;
use super::connection::DbConnection;
use super::unit::SqlUnit;
use crate::{Mode, StoreError};

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// For each table the question for its rows as text. Those of migrations are not ours, and that something was announced says only that it
/// has changed.
fn questions(connection: &mut DbConnection) -> QueryResult<Vec<Line>> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => diesel::sql_query(
            "SELECT format('SELECT %L || row_to_json(t)::text AS line FROM %I t ORDER BY 1', table_name || ' ', table_name) AS line \
             FROM information_schema.tables WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_%' \
             AND table_name <> 'announced_changes' ORDER BY table_name",
        )
        .load(c),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => diesel::sql_query(
            "SELECT 'SELECT ''' || t.name || ' ''' || group_concat('|| '' ' || c.name || '='' || quote(' || c.name || ')', ' ') || \
             ' AS line FROM ' || t.name || ' ORDER BY 1' AS line FROM sqlite_schema t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite%' \
             GROUP BY t.name ORDER BY t.name",
        )
        .load(c),
    }
}

/// Every row of every table, as text: the same as long as nothing is changed.
pub fn dump(store: &SqlStore) -> Result<Vec<String>, StoreError> {
    let mut unit = SqlUnit::begin(store.link()?, Mode::Read, None, &std::sync::Arc::default())?;
    let mut rows = Vec::new();
    for question in unit.read(questions)? {
        let found: Vec<Line> = unit.read(|c| diesel::sql_query(question.line).load(c))?;
        rows.extend(found.into_iter().map(|row| row.line));
    }
    Ok(rows)
}
