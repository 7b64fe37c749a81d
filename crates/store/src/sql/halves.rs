//! For tests that pull plugs: is anything there by half?

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryResult, RunQueryDsl};

use super::SqlStore;
use super::connection::DbConnection;
use super::unit::SqlUnit;
use crate::{Mode, StoreError};

/// What a use case writes as one, and the rows of which the other half is missing.
const HALVES: [(&str, &str); 3] = [
    (
        "a merchant's customer without its owner",
        "SELECT count(*) AS count FROM customers c JOIN workspaces w ON w.id = c.workspace_id \
         WHERE w.member_model_enabled AND NOT c.has_account AND NOT EXISTS \
         (SELECT 1 FROM members m WHERE m.customer_id = c.id AND m.role = 'owner')",
    ),
    (
        "a merchant's customer without its billing address",
        "SELECT count(*) AS count FROM customers c WHERE NOT c.has_account AND NOT EXISTS \
         (SELECT 1 FROM addresses a WHERE a.customer_id = c.id AND a.is_default_billing)",
    ),
    (
        "an identity without what it signs in with",
        "SELECT count(*) AS count FROM auth_identities i WHERE NOT EXISTS \
         (SELECT 1 FROM provider_identities p WHERE p.auth_identity_id = i.id)",
    ),
];

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(diesel::QueryableByName)]
struct Finding {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// What SQLite finds wrong with its file; PostgreSQL looks after its own.
fn damage(connection: &mut DbConnection) -> QueryResult<Vec<Finding>> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(_) => Ok(Vec::new()),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => diesel::sql_query("PRAGMA integrity_check").load(c),
    }
}

/// Names each use case of which the database has a part and not the rest, and whatever else is damaged. Every customer
/// is taken to have been made with a billing address.
pub fn halves(store: &SqlStore) -> Result<Vec<String>, StoreError> {
    let mut unit = SqlUnit::begin(store.link()?, Mode::Read, None, &std::sync::Arc::default())?;
    let mut found = Vec::new();
    for (what, question) in HALVES {
        let count: Count = unit.read(|c| diesel::sql_query(question).get_result(c))?;
        if count.count > 0 {
            found.push(format!("{}: {what}", count.count));
        }
    }
    let damage = unit.read(damage)?.into_iter().map(|finding| finding.integrity_check);
    found.extend(damage.filter(|finding| finding != "ok"));
    Ok(found)
}
