//! The store that is a database.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{Pool, PooledConnection};

use super::connection::DbConnection;
use super::location::{Backend, Location};
use super::pool::{self, Manager};
use super::turn::{Turn, Turns};
use super::unit::SqlUnit;
use super::{OpenError, migrate, ownership, sqlite_file};
use crate::{Mode, PoolState, Store, StoreError, Unit};

/// Where the database is and how it is used.
#[derive(Clone)]
pub struct SqlOptions {
    /// `sqlite:PATH`, `sqlite::memory:` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    pub url: String,
    /// The most connections at once; a database in memory always has one.
    pub connections: u32,
    /// How long a unit waits for a free connection, and a connection for its server.
    pub connection_timeout: Duration,
}

impl SqlOptions {
    /// The defaults for that URL: four connections, 0.7 seconds.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), connections: 4, connection_timeout: Duration::from_millis(700) }
    }
}

/// Without the URL's secrets.
impl fmt::Debug for SqlOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlOptions")
            .field("url", &Location::parse(&self.url).ok())
            .field("connections", &self.connections)
            .field("connection_timeout", &self.connection_timeout)
            .finish()
    }
}

/// A database, SQLite or PostgreSQL, behind a pool of connections. A clone is the same store.
#[derive(Clone)]
pub struct SqlStore {
    pool: Pool<Manager>,
    manager: Manager,
    turns: Arc<Turns>,
}

impl SqlStore {
    /// Opens the database: it is there, ours or empty, not of a newer version, and can be written.
    ///
    /// A SQLite file that does not exist is made; a folder is not. Nothing is migrated.
    pub fn open(options: &SqlOptions) -> Result<Self, OpenError> {
        let location = Location::parse(&options.url)?;
        if let Location::File(path) = &location {
            sqlite_file::prepare(path)?;
        }
        let connections = if matches!(location, Location::Memory) { 1 } else { options.connections.max(1) };
        let manager = Manager { location, connection_timeout: options.connection_timeout };
        examine(&manager)?;
        Ok(Self { pool: pool::pool(manager.clone(), connections), manager, turns: Arc::default() })
    }

    /// The names of the migrations that have not been run, oldest first. Changes nothing.
    pub fn pending_migrations(&self) -> Result<Vec<String>, OpenError> {
        self.patiently(migrate::pending)
    }

    /// Runs the pending migrations and names them. Of several processes that start at once one does it, and the
    /// others wait.
    pub fn migrate(&self) -> Result<Vec<String>, OpenError> {
        self.patiently(migrate::run)
    }

    /// Takes back every migration, and all that was stored with it; gives their versions.
    pub fn revert_all(&self) -> Result<Vec<String>, OpenError> {
        self.patiently(migrate::revert)
    }

    /// How many connections there are at most: more units at once only wait.
    pub fn connections(&self) -> u32 {
        self.pool.max_size()
    }

    /// Asks the database for a sign of life.
    pub fn ping(&self) -> Result<(), StoreError> {
        SqlUnit::begin(self.link()?, Mode::Read, None)?
            .read(|connection| connection.batch_execute("SELECT 1"))
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.manager.location.backend()
    }

    /// Runs work of a start, which waits for other processes as long as it takes them to do the same.
    fn patiently(
        &self,
        work: impl FnOnce(&Location, &mut DbConnection) -> Result<Vec<String>, OpenError>,
    ) -> Result<Vec<String>, OpenError> {
        let mut link = self.open_link()?;
        pool::be_patient(&mut link.connection).map_err(|error| self.unusable(&error))?;
        let result = work(&self.manager.location, &mut link.connection);
        match self.backend() {
            // With the connection ends the lock that it holds.
            Backend::Postgres => link.lost = true,
            // A lost connection to memory would be the end of the database.
            Backend::Sqlite => pool::set_up(&mut link.connection).map_err(|error| self.unusable(&error))?,
        }
        result
    }

    pub(super) fn link(&self) -> Result<PooledConnection<Manager>, StoreError> {
        self.pool.get().map_err(|error| StoreError::Unavailable(Box::new(error)))
    }

    fn turn(&self) -> Result<Turn, StoreError> {
        let turn = self.turns.take(self.manager.connection_timeout);
        turn.ok_or_else(|| StoreError::Unavailable("other units have been writing all the time".into()))
    }

    fn open_link(&self) -> Result<PooledConnection<Manager>, OpenError> {
        self.pool.get().map_err(|error| self.unusable(&error))
    }

    fn unusable(&self, error: &dyn std::error::Error) -> OpenError {
        OpenError::Unusable {
            location: self.manager.location.to_string(),
            reason: super::open::first_line(error),
        }
    }
}

/// Looks at the database through a connection of its own, so that a failure is told exactly and soon.
fn examine(manager: &Manager) -> Result<(), OpenError> {
    let location = &manager.location;
    let mut connection = manager.open().map_err(|error| OpenError::refused(location, &error))?;
    ownership::applied(location, &mut connection)?;
    pool::set_up(&mut connection)
        .and_then(|()| try_to_write(&mut connection))
        .map_err(|error| OpenError::failed(location, &error))
}

/// Takes the right to write and gives it back.
fn try_to_write(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => c.batch_execute("BEGIN READ WRITE; ROLLBACK"),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => c.batch_execute("BEGIN IMMEDIATE; ROLLBACK"),
    }
}

impl Store for SqlStore {
    fn begin(&self, mode: Mode) -> Result<Box<dyn Unit + '_>, StoreError> {
        let turn = match (mode, self.backend()) {
            (Mode::Write, Backend::Sqlite) => Some(self.turn()?),
            (Mode::Read, _) | (_, Backend::Postgres) => None,
        };
        Ok(Box::new(SqlUnit::begin(self.link()?, mode, turn)?))
    }

    fn pool(&self) -> PoolState {
        let state = self.pool.state();
        PoolState {
            in_use: state.connections.saturating_sub(state.idle_connections),
            idle: state.idle_connections,
            limit: self.connections(),
        }
    }

    fn writes_in_turn(&self) -> bool {
        self.backend() == Backend::Sqlite
    }
}

impl fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlStore")
            .field("location", &self.manager.location)
            .field("connections", &self.connections())
            .finish_non_exhaustive()
    }
}
