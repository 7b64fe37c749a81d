//! Migrations: embedded, and safe when two processes start at once.

use diesel::QueryResult;
use diesel::connection::{Connection, SimpleConnection, TransactionManager};
use diesel::migration::{Migration, MigrationSource};
use diesel::r2d2::R2D2Connection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::OpenError;
use super::connection::{DbConnection, MultiBackend};
use super::location::Location;
use super::open::first_line;
use super::ownership;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[cfg(feature = "sqlite")]
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The key of the lock that migrating processes take on PostgreSQL: "Antr" again.
#[cfg(feature = "postgres")]
const LOCK: &str = "SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock(1097757810)";

fn source(connection: &DbConnection) -> EmbeddedMigrations {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(_) => POSTGRES,
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(_) => SQLITE,
    }
}

/// The versions that this program knows, oldest first. They are the same for both databases.
pub(super) fn known_versions() -> Vec<String> {
    #[cfg(feature = "sqlite")]
    let migrations = MigrationSource::<MultiBackend>::migrations(&SQLITE);
    #[cfg(not(feature = "sqlite"))]
    let migrations = MigrationSource::<MultiBackend>::migrations(&POSTGRES);
    let mut versions: Vec<_> =
        migrations.unwrap_or_default().iter().map(|m| m.name().version().to_string()).collect();
    versions.sort_unstable();
    versions
}

/// The names of the migrations that were not run yet, oldest first. Reads only.
pub(super) fn pending(location: &Location, connection: &mut DbConnection) -> Result<Vec<String>, OpenError> {
    let applied = ownership::applied(location, connection)?;
    let waiting = waiting(connection, &applied).map_err(|error| failed(location, &*error))?;
    Ok(waiting.iter().map(|migration| migration.name().to_string()).collect())
}

/// The names of the migrations that were run, oldest first. Reads only.
pub(super) fn applied(location: &Location, connection: &mut DbConnection) -> Result<Vec<String>, OpenError> {
    let applied = ownership::applied(location, connection)?;
    let known = waiting(connection, &[]).map_err(|error| failed(location, &*error))?;
    let names = known.iter().map(Migration::name);
    Ok(names.filter(|name| applied.contains(&name.version().to_string())).map(ToString::to_string).collect())
}

/// Takes back the newest migration and names its version.
pub(super) fn revert_newest(
    location: &Location,
    connection: &mut DbConnection,
) -> Result<Vec<String>, OpenError> {
    alone(location, connection, |connection| {
        let source = source(connection);
        let version = connection.revert_last_migration(source).map_err(|error| failed(location, &*error))?;
        Ok(vec![version.to_string()])
    })
}

/// Runs what was not run yet and names it. The connection holds a lock and is to be closed afterwards.
pub(super) fn run(location: &Location, connection: &mut DbConnection) -> Result<Vec<String>, OpenError> {
    alone(location, connection, |connection| {
        let applied = ownership::applied(location, connection)?;
        let names = run_waiting(connection, &applied);
        names.map_err(|error| failed(location, &*error))
    })
}

/// Takes back every migration, youngest first, and names their versions.
pub(super) fn revert(location: &Location, connection: &mut DbConnection) -> Result<Vec<String>, OpenError> {
    alone(location, connection, |connection| {
        let source = source(connection);
        let versions = connection.revert_all_migrations(source).map_err(|error| failed(location, &*error))?;
        Ok(versions.iter().map(ToString::to_string).collect())
    })
}

fn run_waiting(connection: &mut DbConnection, applied: &[String]) -> Result<Vec<String>, Failure> {
    #[cfg(feature = "sqlite")]
    if let DbConnection::Sqlite(c) = connection {
        ownership::claim(c)?;
    }
    connection.applied_migrations()?;
    let mut names = Vec::new();
    for migration in waiting(connection, applied)? {
        connection.run_migration(&*migration)?;
        names.push(migration.name().to_string());
    }
    Ok(names)
}

fn waiting(
    connection: &DbConnection,
    applied: &[String],
) -> Result<Vec<Box<dyn Migration<MultiBackend>>>, Failure> {
    let mut migrations: Vec<Box<dyn Migration<MultiBackend>>> = source(connection).migrations()?;
    migrations.retain(|migration| !applied.contains(&migration.name().version().to_string()));
    migrations.sort_unstable_by(|a, b| a.name().version().cmp(&b.name().version()));
    Ok(migrations)
}

/// Runs `work` while no other process migrates: on SQLite all of it is one transaction that excludes writers, on
/// PostgreSQL each migration is one and a lock is held around them until the connection closes.
fn alone<T>(
    location: &Location,
    connection: &mut DbConnection,
    work: impl FnOnce(&mut DbConnection) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    exclude_others(connection).map_err(|error| OpenError::failed(location, &error))?;
    let result = work(connection);
    let is_in_transaction = connection.is_broken();
    if !is_in_transaction {
        return result;
    }
    let end = match &result {
        Ok(_) => <DbConnection as Connection>::TransactionManager::commit_transaction,
        Err(_) => <DbConnection as Connection>::TransactionManager::rollback_transaction,
    };
    let ended = end(connection).map_err(|error| OpenError::failed(location, &error));
    result.and_then(|value| ended.map(|()| value))
}

fn exclude_others(connection: &mut DbConnection) -> QueryResult<()> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => c.batch_execute(LOCK),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => {
            diesel::connection::AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")
        }
    }
}

fn failed(location: &Location, error: &(dyn std::error::Error + Send + Sync)) -> OpenError {
    OpenError::Migration { location: location.to_string(), reason: first_line(&error) }
}
