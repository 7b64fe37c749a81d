//! What other processes change in a PostgreSQL database.
//!
//! Who changes what others may have in memory says so in a row of `announced_changes`, in the same transaction. Whoever listens
//! asks again and again for the rows that could not be seen at the last look: transactions have numbers, but are not committed
//! in their order, so a look remembers the server's snapshot and not the highest number.
//!
//! NOTIFY would bring the same without being asked, but each transaction that sends holds a lock of the whole server until
//! it is durable: commits would wait for the disk one after the other.

use std::fmt;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use diesel::{PgConnection, QueryResult, RunQueryDsl};

use super::connection::DbConnection;
use super::pool::{self, Manager};
use crate::{Changes, Feed, Heard, StoreError, TopicKey};

/// The most topics that are named; beyond, everything has changed.
const MOST: usize = 4_000;

/// How long an announcement is kept at least after everybody could see it; also how often the older ones are removed.
const KEPT: Duration = Duration::from_secs(10);

/// Whoever has not looked for so long may have missed an announcement that was removed since.
const LATEST: Duration = Duration::from_secs(5);

/// How operators tell the connection from the others. Transactions that have not begun yet have announced nothing: a copy of another server's
/// database has brought those rows, and they would be heard again and again.
const SETUP: &str = "SET application_name = 'anteroom change feed'; \
    DELETE FROM announced_changes WHERE transaction_id >= pg_snapshot_xmax(pg_current_snapshot())";

statement! {
    /// Says what this transaction has changed; no topics is everything.
    Announce for Pg by PgConnection:
        "INSERT INTO announced_changes (topics) VALUES (" [topics: Option<Vec<i64>> as Nullable<Array<BigInt>>]; ")"
}

statement! {
    /// What can be seen now and could not be in that snapshot, because its transaction had not begun to write or had not ended; and the
    /// snapshot of now, in each row, of which there is one also when nothing was announced.
    Look for Pg by PgConnection gives (Text, Bool, Nullable<Array<BigInt>>):
        "SELECT CAST(looks.now AS text), new.transaction_id IS NOT NULL, new.topics \
         FROM (SELECT pg_current_snapshot() AS now, CAST(" [last: String as Text]; " AS pg_snapshot) AS last) AS looks \
         LEFT JOIN LATERAL ( \
            SELECT * FROM announced_changes WHERE transaction_id >= pg_snapshot_xmax(looks.last) UNION ALL \
            SELECT * FROM announced_changes WHERE transaction_id = ANY (ARRAY(SELECT pg_snapshot_xip(looks.last))) \
         ) AS new ON TRUE"
}

statement! {
    /// Removes what everybody could see in that snapshot.
    Remove for Pg by PgConnection:
        "DELETE FROM announced_changes USING (SELECT CAST(" [seen: String as Text]; " AS pg_snapshot) AS snapshot) AS seen \
         WHERE transaction_id < pg_snapshot_xmax(seen.snapshot) AND pg_visible_in_snapshot(transaction_id, seen.snapshot)"
}

/// Tells other processes, when the transaction is committed.
pub(super) fn announce(connection: &mut PgConnection, changes: &Changes) -> QueryResult<()> {
    let topics = match changes {
        Changes::Of(keys) if keys.len() <= MOST => {
            Some(keys.iter().map(|TopicKey(key)| key.cast_signed()).collect())
        }
        Changes::Of(_) | Changes::Everything => None,
    };
    Announce { topics }.execute(connection).map(drop)
}

/// A connection of its own that looks for announcements.
pub(super) struct PostgresFeed {
    connection: PgConnection,
    /// The last look.
    last: Seen,
    /// One from before: what could be seen then is removed when it is old enough.
    before: Seen,
}

/// What could be seen at one moment.
#[derive(Debug, Clone)]
struct Seen {
    /// A `pg_snapshot` in writing.
    snapshot: String,
    /// No later than that.
    at: Instant,
}

impl PostgresFeed {
    /// Begins to look.
    pub(super) fn open(manager: &Manager) -> Result<Self, StoreError> {
        let mut link = manager.open().map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        pool::set_up(&mut link)?;
        #[cfg_attr(not(feature = "sqlite"), expect(irrefutable_let_patterns, reason = "there is one kind"))]
        let DbConnection::Postgres(mut connection) = link else {
            return Err(StoreError::Failed("only PostgreSQL has announced changes".into()));
        };
        connection.batch_execute(SETUP)?;
        let at = Instant::now();
        let now = diesel::dsl::sql::<Text>("CAST(pg_current_snapshot() AS text)");
        let last = Seen { snapshot: diesel::select(now).get_result(&mut connection)?, at };
        Ok(Self { connection, before: last.clone(), last })
    }

    /// Everything that was announced since the last look.
    fn look(&mut self) -> QueryResult<Changes> {
        let at = Instant::now();
        let look = Look { last: self.last.snapshot.clone() };
        let rows: Vec<(String, bool, Option<Vec<i64>>)> = look.load(&mut self.connection)?;
        let mut keys = Some(Vec::new());
        for (snapshot, is_announced, topics) in rows {
            self.last = Seen { snapshot, at };
            if is_announced {
                keys = keys.zip(topics).map(|(mut keys, topics)| {
                    keys.extend(topics.into_iter().map(|key| TopicKey(key.cast_unsigned())));
                    keys
                });
            }
        }
        Ok(keys.map_or(Changes::Everything, Changes::Of))
    }

    /// Removes what was seen long ago by all who still look.
    fn remove_old(&mut self) -> QueryResult<()> {
        if self.before.at.elapsed() >= KEPT {
            let Seen { snapshot, .. } = std::mem::replace(&mut self.before, self.last.clone());
            Remove { seen: snapshot }.execute(&mut self.connection)?;
        }
        Ok(())
    }
}

impl Feed for PostgresFeed {
    fn hear(&mut self) -> Result<Heard, StoreError> {
        if self.last.at.elapsed() > LATEST {
            return Err(StoreError::Unavailable(
                "changes may have been missed: nobody has looked for too long".into(),
            ));
        }
        // Nothing is asked here that could fail but the connection, and the time that the server takes.
        let unavailable = |error| StoreError::Unavailable(Box::new(error));
        let changes = self.look().map_err(unavailable)?;
        self.remove_old().map_err(unavailable)?;
        Ok(Heard { changes, as_of: self.last.at })
    }
}

impl fmt::Debug for PostgresFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresFeed").field("last", &self.last).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use anteroom_testkit::postgres::{database, sql};

    use super::*;
    use crate::sql::location::Location;
    use crate::sql::{SqlOptions, SqlStore};

    struct World {
        url: String,
        manager: Manager,
    }

    impl World {
        /// `None` where no PostgreSQL is installed.
        fn new() -> Option<Self> {
            let url = database()?;
            SqlStore::open(&SqlOptions::new(&url)).unwrap().migrate().unwrap();
            let location = Location::parse(&url).unwrap();
            let manager =
                Manager { location, connection_timeout: Duration::from_secs(20), leaves_checkpoints: false };
            Some(Self { url, manager })
        }

        fn announce(&self) {
            sql(&self.url, "INSERT INTO announced_changes (topics) VALUES ('{1, -1}')");
        }

        fn count(&self) -> String {
            sql(&self.url, "SELECT count(*) FROM announced_changes")
        }
    }

    #[test]
    fn an_announcement_is_kept_until_all_have_seen_it() {
        let Some(world) = World::new() else { return };
        let mut feed = PostgresFeed::open(&world.manager).unwrap();
        world.announce();
        let announced = Changes::Of(vec![TopicKey(1), TopicKey(u64::MAX)]);
        assert_eq!(feed.hear().unwrap().changes, announced);
        let long_ago = Instant::now().checked_sub(KEPT).unwrap();
        feed.before.at = long_ago;
        assert_eq!(feed.hear().unwrap().changes, Changes::default());
        assert_eq!(world.count(), "1", "it was not there yet at the look before");
        feed.before.at = long_ago;
        assert_eq!(feed.hear().unwrap().changes, Changes::default());
        assert_eq!(world.count(), "0");
    }

    /// Whatever else runs in the database, and in others of its server.
    #[test]
    fn a_transaction_that_stays_open_keeps_no_announcement_but_its_own() {
        let Some(world) = World::new() else { return };
        let mut other = PostgresFeed::open(&world.manager).unwrap().connection;
        other.batch_execute("BEGIN; INSERT INTO announced_changes (topics) VALUES ('{7}')").unwrap();
        let mut feed = PostgresFeed::open(&world.manager).unwrap();
        for _ in 0..2 {
            world.announce();
            assert_eq!(feed.hear().unwrap().changes, Changes::Of(vec![TopicKey(1), TopicKey(u64::MAX)]));
        }
        let long_ago = Instant::now().checked_sub(KEPT).unwrap();
        for left in ["2", "0"] {
            feed.before.at = long_ago;
            assert_eq!(feed.hear().unwrap().changes, Changes::default());
            assert_eq!(world.count(), left);
        }
        other.batch_execute("COMMIT").unwrap();
        assert_eq!(feed.hear().unwrap().changes, Changes::Of(vec![TopicKey(7)]));
        assert_eq!(world.count(), "1");
    }

    #[test]
    fn what_a_copy_of_another_servers_database_has_brought_is_removed() {
        let Some(world) = World::new() else { return };
        world.announce();
        sql(&world.url, "INSERT INTO announced_changes VALUES ('123456789012', '{7}')");
        let mut feed = PostgresFeed::open(&world.manager).unwrap();
        assert_eq!(world.count(), "1");
        assert_eq!(feed.hear().unwrap().changes, Changes::default());
    }

    #[test]
    fn who_has_not_looked_for_long_may_have_missed_something() {
        let Some(world) = World::new() else { return };
        let mut feed = PostgresFeed::open(&world.manager).unwrap();
        assert!(LATEST < KEPT);
        feed.last.at = Instant::now().checked_sub(LATEST).unwrap();
        assert!(matches!(feed.hear(), Err(StoreError::Unavailable(_))));
    }
}
