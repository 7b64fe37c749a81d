//! The store that is a database.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{Pool, PooledConnection};
use time::OffsetDateTime;

use super::connection::DbConnection;
use super::listeners::Listeners;
use super::location::{Backend, Location};
use super::pool::{self, Manager};
#[cfg(feature = "postgres")]
use super::postgres_feed::PostgresFeed;
use super::sqlite_feed::SqliteFeed;
use super::turn::Turn;
use super::types::{DbTime, TimeSql};
use super::unit::SqlUnit;
use super::writer::{Writer, Writing};
use super::{OpenError, migrate, ownership, sqlite_file};
use crate::{Feed, Listener, Mode, NobodyElse, PoolState, Store, StoreError, Unit};

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
    /// The defaults for that URL: four connections, 0.6 seconds.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), connections: 4, connection_timeout: Duration::from_millis(600) }
    }

    /// Whether the URL is one that can be opened, as far as it tells by itself: of a known kind, well-formed, and with
    /// an encrypted way to a server elsewhere or the consent to none. Nothing is opened.
    pub fn check(&self) -> Result<(), OpenError> {
        Location::parse(&self.url).map(drop)
    }

    /// The file that the URL names; `None` when it names something else.
    pub fn file(&self) -> Option<PathBuf> {
        match Location::parse(&self.url) {
            Ok(Location::File(path)) => Some(path),
            _ => None,
        }
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

/// A database, SQLite or PostgreSQL, behind its connections. A clone is the same store.
#[derive(Clone)]
pub struct SqlStore {
    pool: Pool<Manager>,
    /// On SQLite the one connection that writes, beside the pool of those that read.
    writer: Option<Arc<Writer>>,
    manager: Manager,
    listeners: Arc<Listeners>,
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
        let manager =
            Manager { location, connection_timeout: options.connection_timeout, leaves_checkpoints: false };
        examine(&manager)?;
        let (pool, writer) = match manager.location.backend() {
            Backend::Postgres => (pool::pool(manager.clone(), connections), None),
            Backend::Sqlite => {
                let (readers, writer) = Writer::beside_readers(&manager, connections)
                    .map_err(|error| OpenError::of(&manager.location, super::open::first_line(&error)))?;
                (readers, Some(Arc::new(writer)))
            }
        };
        Ok(Self { pool, writer, manager, listeners: Arc::default() })
    }

    /// Opens a database that is there already, as [`open`](Self::open) does, and makes nothing.
    pub fn open_existing(options: &SqlOptions) -> Result<Self, OpenError> {
        let location = Location::parse(&options.url)?;
        match &location {
            Location::File(path) if !sqlite_file::is_begun(path) => {
                Err(OpenError::Missing(location.to_string()))
            }
            Location::Memory | Location::File(_) | Location::Postgres(_) => {
                let store = Self::open(options)?;
                let is_empty = store.applied_migrations()?.is_empty();
                if is_empty { Err(OpenError::Missing(location.to_string())) } else { Ok(store) }
            }
        }
    }

    /// The names of the migrations that have been run, oldest first. Changes nothing.
    pub fn applied_migrations(&self) -> Result<Vec<String>, OpenError> {
        self.patiently(migrate::applied)
    }

    /// What the database server's clock shows; `None` for SQLite, which has none of its own.
    pub fn clock(&self) -> Result<Option<OffsetDateTime>, StoreError> {
        SqlUnit::begin(self.link()?, Mode::Read, None, &self.listeners)?.read(server_clock)
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

    /// Takes back the newest migration, and all that was stored with it; gives its version.
    pub fn revert_newest(&self) -> Result<Vec<String>, OpenError> {
        self.patiently(migrate::revert_newest)
    }

    /// How many connections there are at most: more units at once only wait.
    pub fn connections(&self) -> u32 {
        self.pools().map(Pool::max_size).sum()
    }

    /// Asks the database for a sign of life.
    pub fn ping(&self) -> Result<(), StoreError> {
        SqlUnit::begin(self.link()?, Mode::Read, None, &self.listeners)?
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
        let (_turn, mut link) = self.writing_link().map_err(|error| {
            let cause = std::error::Error::source(&error);
            self.unusable(cause.unwrap_or(&error))
        })?;
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
        let mut link = self.pool.get().map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        if let Some(writer) = &self.writer {
            writer.is_read_through(&mut link)?;
        }
        Ok(link)
    }

    fn writing_link(&self) -> Result<(Option<Turn>, PooledConnection<Manager>), StoreError> {
        match &self.writer {
            None => Ok((None, self.link()?)),
            Some(writer) => {
                let Writing { link, turn } = writer.take()?;
                Ok((Some(turn), link))
            }
        }
    }

    fn pools(&self) -> impl Iterator<Item = &Pool<Manager>> {
        let writing = self.writer.as_deref().and_then(Writer::own_pool);
        std::iter::once(&self.pool).chain(writing)
    }

    fn unusable(&self, error: &dyn std::error::Error) -> OpenError {
        OpenError::of(&self.manager.location, super::open::first_line(error))
    }
}

/// Looks at the database through a connection of its own, so that a failure is told exactly and soon.
fn examine(manager: &Manager) -> Result<(), OpenError> {
    let location = &manager.location;
    let mut connection = manager.open().map_err(|error| OpenError::refused(location, &error))?;
    ownership::applied(location, &mut connection)?;
    if ownership::is_read_only(&mut connection).map_err(|error| OpenError::failed(location, &error))? {
        return Err(OpenError::ReadOnly(location.to_string()));
    }
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

#[cfg_attr(not(feature = "postgres"), expect(clippy::unnecessary_wraps, reason = "a server may fail"))]
fn server_clock(connection: &mut DbConnection) -> diesel::QueryResult<Option<OffsetDateTime>> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => {
            let now: DbTime =
                diesel::select(diesel::dsl::sql::<TimeSql>("clock_timestamp()")).get_result(c)?;
            Ok(Some(now.0))
        }
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(_) => Ok(None),
    }
}

impl Store for SqlStore {
    fn begin(&self, mode: Mode) -> Result<Box<dyn Unit + '_>, StoreError> {
        let (turn, link) = match mode {
            Mode::Read => (None, self.link()?),
            Mode::Write | Mode::Append => self.writing_link()?,
        };
        Ok(Box::new(SqlUnit::begin(link, mode, turn, &self.listeners)?))
    }

    fn listen(&self, listener: Weak<dyn Listener>) {
        self.listeners.add(listener);
    }

    fn feed(&self) -> Result<Box<dyn Feed>, StoreError> {
        match &self.manager.location {
            #[cfg(feature = "postgres")]
            Location::Postgres(_) => Ok(Box::new(PostgresFeed::open(&self.manager)?)),
            Location::File(_) if let Some(writer) = &self.writer => Ok(Box::new(SqliteFeed::open(writer)?)),
            _ => Ok(Box::new(NobodyElse)),
        }
    }

    fn pool(&self) -> PoolState {
        let states = self.pools().map(Pool::state);
        let (made, idle) = states
            .fold((0, 0), |(made, idle), state| (made + state.connections, idle + state.idle_connections));
        PoolState { in_use: made.saturating_sub(idle), idle, limit: self.connections() }
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
