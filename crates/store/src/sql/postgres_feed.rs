//! What other processes change in a PostgreSQL database.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryResult, RunQueryDsl};

use super::connection::DbConnection;
use super::messages::{CHANNEL, Message, Sender};
use super::pool::{self, Manager};
use crate::{Changes, Feed, Heard, StoreError};

/// How often it sends a message to itself: PostgreSQL hands messages over in the order of commits, so that whoever hears
/// their own has heard all those from before.
const PING_PERIOD: Duration = Duration::from_millis(300);

/// How long it may take until it hears itself.
const PING_PATIENCE: Duration = Duration::from_millis(600);

/// How operators tell the connection from the others.
const SETUP: &str = "SET application_name = 'anteroom listener'";

/// Sends messages, when the transaction is committed.
pub(super) fn send(connection: &mut PgConnection, message: &Message) -> QueryResult<()> {
    for text in message.written() {
        diesel::sql_query(format!("SELECT pg_notify('{CHANNEL}', $1)"))
            .bind::<Text, _>(text)
            .execute(connection)?;
    }
    Ok(())
}

/// A connection of its own that listens.
pub(super) struct PostgresFeed {
    connection: PgConnection,
    /// As whom it sends messages to itself.
    pinging: Sender,
    pings: u64,
    /// Not heard yet; with the moment before each was sent.
    unheard: VecDeque<(u64, Instant)>,
    pinged_at: Instant,
    as_of: Instant,
}

impl PostgresFeed {
    /// Begins to listen.
    pub(super) fn open(manager: &Manager) -> Result<Self, StoreError> {
        let mut link = manager.open().map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        pool::set_up(&mut link)?;
        #[cfg_attr(not(feature = "sqlite"), expect(irrefutable_let_patterns, reason = "there is one kind"))]
        let DbConnection::Postgres(mut connection) = link else {
            return Err(StoreError::Failed("only PostgreSQL has channels".into()));
        };
        let before = Instant::now();
        connection.batch_execute(SETUP)?;
        connection.batch_execute(&format!("LISTEN {CHANNEL}"))?;
        let mut feed = Self {
            connection,
            pinging: Sender::new(),
            pings: 0,
            unheard: VecDeque::new(),
            pinged_at: before,
            as_of: before,
        };
        feed.ping()?;
        Ok(feed)
    }

    fn ping(&mut self) -> QueryResult<()> {
        self.pings += 1;
        self.pinged_at = Instant::now();
        self.unheard.push_back((self.pings, self.pinged_at));
        send(&mut self.connection, &Message::Ping(self.pinging, self.pings))
    }

    fn take(&mut self, text: &str, heard: Changes) -> Changes {
        match Message::parse(text) {
            // Our own too: a commit whose answer was lost may happen long after we were told that it might.
            Some(Message::Changed(changed)) => heard.and(changed),
            Some(Message::Ping(sender, count)) => {
                while let Some((_, sent_at)) =
                    self.unheard.pop_front_if(|(sent, _)| sender == self.pinging && *sent <= count)
                {
                    self.as_of = sent_at;
                }
                heard
            }
            None => Changes::Everything,
        }
    }
}

impl Feed for PostgresFeed {
    fn hear(&mut self) -> Result<Heard, StoreError> {
        let came = self.connection.notifications_iter().collect::<QueryResult<Vec<_>>>();
        // Nothing is asked here that could fail but the connection.
        let came = came.map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let changes =
            came.iter().fold(Changes::default(), |changes, message| self.take(&message.payload, changes));
        if self.unheard.front().is_some_and(|(_, sent_at)| sent_at.elapsed() > PING_PATIENCE) {
            return Err(StoreError::Unavailable("the listener does not hear itself any more".into()));
        }
        if self.pinged_at.elapsed() >= PING_PERIOD {
            self.ping()?;
        }
        Ok(Heard { changes, as_of: self.as_of })
    }
}

impl fmt::Debug for PostgresFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresFeed").field("pings", &self.pings).finish_non_exhaustive()
    }
}
