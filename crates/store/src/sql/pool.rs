//! Connections: how they are made, when they are still good.

use std::time::{Duration, Instant};

use diesel::connection::{Connection, SimpleConnection};
use diesel::r2d2::{Error, ManageConnection, NopErrorHandler, Pool, R2D2Connection};

use super::connection::DbConnection;
use super::location::Location;

/// WAL and FULL: readers never wait for the writer, and what was committed survives a loss of power. The page cache
/// is small because the memory map reads pages too. What is deleted is overwritten: an erased person is gone from the
/// file. Whoever meets a lock of another process waits for a moment and is then told.
#[cfg(feature = "sqlite")]
const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 600; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
    PRAGMA cache_size = -4096; PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY";

/// Nobody waits longer than ten seconds for an answer, nor for somebody else's lock than a request is waited for; and a
/// process that stops inside a unit does not keep its own. What takes a millisecond is neither compiled nor spread over the cores that
/// others wait for.
#[cfg(feature = "postgres")]
const POSTGRES_SETUP: &str = "SET statement_timeout = '10s'; SET lock_timeout = '600ms'; SET idle_in_transaction_session_timeout = '60s'; \
    SET default_transaction_isolation = 'read committed'; SET jit = off; SET max_parallel_workers_per_gather = 0";

/// When the host of the server no longer answers, not even at the level of TCP, whoever waits for it learns of it after
/// some seven seconds. A server that is merely slow, or stopped, has a host that answers.
#[cfg(feature = "postgres")]
const SILENCE: [(&str, &str); 4] = [
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "2"),
    ("tcp_user_timeout", "7000"),
];

/// How long a connection that has worked is trusted: to ask each time would cost more than most units do.
#[cfg(feature = "postgres")]
const TRUSTED: Duration = Duration::from_secs(1);

/// A connection in the pool.
pub(super) struct Link {
    pub(super) connection: DbConnection,
    /// The server is gone, or a transaction could not be ended: not to be used again.
    pub(super) lost: bool,
    /// What SQLite said the last time when it was asked whether others had changed the file; `None` before.
    pub(super) data_version: Option<i64>,
    used_at: Instant,
}

impl Link {
    /// Notes that the connection has just worked.
    pub(super) fn used(&mut self) {
        self.used_at = Instant::now();
    }
}

/// Makes connections to one database.
#[derive(Debug, Clone)]
pub(super) struct Manager {
    pub(super) location: Location,
    pub(super) connection_timeout: Duration,
    /// Whether who writes to SQLite leaves the copying of the log to a thread.
    pub(super) leaves_checkpoints: bool,
}

impl Manager {
    /// Opens a connection and changes nothing about it or the database, which may not be ours.
    pub(super) fn open(&self) -> diesel::ConnectionResult<DbConnection> {
        match &self.location {
            #[cfg(feature = "sqlite")]
            Location::Memory => sqlite(":memory:"),
            #[cfg(feature = "sqlite")]
            Location::File(path) => {
                // SQLite would take a name such as `file:x` for a URL of its own.
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                sqlite(&path.to_string_lossy())
            }
            #[cfg(feature = "postgres")]
            Location::Postgres(url) => {
                diesel::PgConnection::establish(&self.with_limits(url)).map(DbConnection::Postgres)
            }
            #[cfg(not(all(feature = "sqlite", feature = "postgres")))]
            _ => Err(diesel::ConnectionError::InvalidConnectionUrl("backend is not compiled in".into())),
        }
    }

    fn leave_checkpoints(&self, connection: &mut DbConnection) -> diesel::QueryResult<()> {
        match connection {
            #[cfg(feature = "sqlite")]
            DbConnection::Sqlite(c) if self.leaves_checkpoints => c.batch_execute(MUCH_TOO_LONG),
            _ => Ok(()),
        }
    }

    /// The URL with a limit of every wait that it sets none for: libpq by itself waits for a silent server as long as
    /// the operating system does, which is hours.
    #[cfg(feature = "postgres")]
    fn with_limits(&self, url: &str) -> String {
        let seconds = self.connection_timeout.as_secs().max(2).to_string();
        let limits = SILENCE.into_iter().chain([("connect_timeout", seconds.as_str())]);
        limits.filter(|(name, _)| !super::location::has_parameter(url, name)).fold(
            url.to_owned(),
            |url, (name, value)| {
                // A question mark before the last @ is part of the password.
                let after_password = url.rsplit('@').next().unwrap_or_default();
                let separator = if after_password.contains('?') { '&' } else { '?' };
                format!("{url}{separator}{name}={value}")
            },
        )
    }
}

/// For the connections that a thread copies the log for: when they do it by themselves all the same, because the thread has
/// not done it. 80 MiB.
#[cfg(feature = "sqlite")]
const MUCH_TOO_LONG: &str = "PRAGMA wal_autocheckpoint = 20000";

#[cfg(feature = "sqlite")]
fn sqlite(path: &str) -> diesel::ConnectionResult<DbConnection> {
    diesel::SqliteConnection::establish(path).map(DbConnection::Sqlite)
}

/// Makes a fresh connection ready for units.
pub(super) fn set_up(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => c.batch_execute(POSTGRES_SETUP),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => {
            c.batch_execute(SQLITE_SETUP)?;
            enter_wal(c)
        }
    }
}

/// Lets a connection wait for locks of other processes as long as a start takes them.
pub(super) fn be_patient(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(_) => Ok(()),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => c.batch_execute("PRAGMA busy_timeout = 5000"),
    }
}

/// Of two processes that open a new file at once, SQLite refuses one the change to WAL without any waiting.
#[cfg(feature = "sqlite")]
fn enter_wal(connection: &mut diesel::SqliteConnection) -> diesel::QueryResult<()> {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        match connection.batch_execute("PRAGMA journal_mode = WAL") {
            Err(error) if super::error::is_passing(&error) && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            other => return other,
        }
    }
}

impl ManageConnection for Manager {
    type Connection = Link;
    type Error = Error;

    fn connect(&self) -> Result<Link, Error> {
        let mut connection = self.open().map_err(Error::ConnectionError)?;
        set_up(&mut connection).map_err(Error::QueryError)?;
        self.leave_checkpoints(&mut connection).map_err(Error::QueryError)?;
        Ok(Link { connection, lost: false, data_version: None, used_at: Instant::now() })
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), Error> {
        match &mut link.connection {
            #[cfg(feature = "sqlite")]
            DbConnection::Sqlite(_) => Ok(()),
            #[cfg(feature = "postgres")]
            DbConnection::Postgres(_) if link.used_at.elapsed() < TRUSTED => Ok(()),
            #[cfg(feature = "postgres")]
            DbConnection::Postgres(c) => c.ping().map_err(Error::QueryError),
        }
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.lost || link.connection.is_broken()
    }
}

/// A pool that makes its connections as they are needed.
pub(super) fn pool(manager: Manager, connections: u32) -> Pool<Manager> {
    let builder = Pool::builder()
        .max_size(connections)
        .min_idle(Some(1))
        .connection_timeout(manager.connection_timeout)
        .error_handler(Box::new(NopErrorHandler));
    let is_file = matches!(manager.location, Location::Memory | Location::File(_));
    // A database in memory ends with its connection, and to replace one to a file gains nothing.
    let builder = if is_file {
        builder.test_on_check_out(false).max_lifetime(None).idle_timeout(None)
    } else {
        builder
    };
    builder.build_unchecked(manager)
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn every_wait_for_a_server_has_an_end_which_the_url_may_set() {
        let manager = |url: &str| Manager {
            location: Location::Postgres(url.to_owned()),
            connection_timeout: Duration::from_millis(700),
            leaves_checkpoints: false,
        };
        let limits = |url: &str| manager(url).with_limits(url);
        assert_eq!(
            limits("postgres://h/d"),
            "postgres://h/d?keepalives_idle=5&keepalives_interval=2&keepalives_count=2&tcp_user_timeout=7000\
             &connect_timeout=2"
        );
        let set = "postgres://h/d?connect_timeout=9&tcp_user_timeout=1";
        assert_eq!(limits(set), format!("{set}&keepalives_idle=5&keepalives_interval=2&keepalives_count=2"));
    }
}
