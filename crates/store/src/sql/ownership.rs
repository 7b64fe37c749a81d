//! Whose database it is, and of which version: asked before anything about it is changed.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::OpenError;
use super::connection::DbConnection;
use super::location::Location;
use super::migrate::known_versions;

/// "Antr": how a SQLite file says that it is ours.
#[cfg(feature = "sqlite")]
const APPLICATION_ID: i64 = 0x416E_7472;

diesel::table! {
    use diesel::sql_types::Text;

    /// Diesel's own.
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// What a database said about itself.
struct Signs {
    /// It has Diesel's table of migrations.
    has_migrations: bool,
    /// It has tables other than that, or says that it belongs to another program.
    has_others: bool,
}

/// Writes into a SQLite file that it is ours, also when it says so already.
#[cfg(feature = "sqlite")]
pub(super) fn claim(connection: &mut SqliteConnection) -> QueryResult<()> {
    diesel::connection::SimpleConnection::batch_execute(
        connection,
        &format!("PRAGMA application_id = {APPLICATION_ID}"),
    )
}

/// The versions of the migrations that were run; an error when the database is another program's, or of a newer
/// version of this one.
pub(super) fn applied(location: &Location, connection: &mut DbConnection) -> Result<Vec<String>, OpenError> {
    let versions = look(connection).map_err(|error| OpenError::failed(location, &error))?;
    let Some(versions) = versions else { return Err(OpenError::NotOurs(location.to_string())) };
    let known = known_versions();
    let ours = versions.is_empty() || known.first().is_some_and(|first| versions.contains(first));
    if !ours {
        return Err(OpenError::NotOurs(location.to_string()));
    }
    match versions.iter().find(|version| !known.contains(version)) {
        Some(version) => Err(OpenError::Newer(version.clone())),
        None => Ok(versions),
    }
}

/// Whether the server takes no writes: by a setting of the database or the user, or because it is a standby. A file that
/// cannot be written tells so when it is tried.
pub(super) fn is_read_only(connection: &mut DbConnection) -> QueryResult<bool> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => yes(c, "SELECT current_setting('transaction_read_only') = 'on' AS yes"),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(_) => Ok(false),
    }
}

/// `None` when the database is another program's.
fn look(connection: &mut DbConnection) -> QueryResult<Option<Vec<String>>> {
    let signs = match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => postgres_signs(c)?,
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => match sqlite_signs(c)? {
            Some(signs) => signs,
            None => return Ok(None),
        },
    };
    if !signs.has_migrations {
        return Ok((!signs.has_others).then(Vec::new));
    }
    let versions: Vec<String> = __diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .order(__diesel_schema_migrations::version.asc())
        .load(connection)?;
    Ok(if versions.is_empty() && signs.has_others { None } else { Some(versions) })
}

/// `None` when the file says that it is another program's.
#[cfg(feature = "sqlite")]
fn sqlite_signs(c: &mut SqliteConnection) -> QueryResult<Option<Signs>> {
    #[derive(QueryableByName)]
    struct ApplicationId {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        application_id: i64,
    }
    diesel::connection::SimpleConnection::batch_execute(c, "PRAGMA busy_timeout = 5000")?;
    let id: ApplicationId = diesel::sql_query("PRAGMA application_id").get_result(c)?;
    let has_migrations = yes(
        c,
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '__diesel_schema_migrations') AS yes",
    )?;
    let has_others = yes(
        c,
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite$_%' ESCAPE '$' \
         AND name <> '__diesel_schema_migrations') AS yes",
    )?;
    let is_ours = id.application_id == APPLICATION_ID;
    let is_empty = id.application_id == 0 && !has_migrations && !has_others;
    Ok((is_ours || is_empty).then_some(Signs { has_migrations, has_others }))
}

/// Tables that belong to an extension say nothing about whose the schema is.
#[cfg(feature = "postgres")]
fn postgres_signs(c: &mut PgConnection) -> QueryResult<Signs> {
    let has_migrations = yes(
        c,
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = current_schema() \
         AND tablename = '__diesel_schema_migrations') AS yes",
    )?;
    let has_others = yes(
        c,
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_class t WHERE t.relnamespace = current_schema()::regnamespace \
         AND t.relkind IN ('r', 'p') AND t.relname <> '__diesel_schema_migrations' AND NOT EXISTS \
         (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')) AS yes",
    )?;
    Ok(Signs { has_migrations, has_others })
}

fn yes<C>(connection: &mut C, question: &str) -> QueryResult<bool>
where
    C: diesel::connection::LoadConnection,
    diesel::query_builder::SqlQuery: for<'a> diesel::query_dsl::methods::LoadQuery<'a, C, Yes>,
{
    diesel::sql_query(question).get_result::<Yes>(connection).map(|answer| answer.yes)
}
