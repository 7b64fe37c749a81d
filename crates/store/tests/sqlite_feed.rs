//! What a store on a SQLite file hears of other processes, for which other stores stand here, and what it takes for its own.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without has failed it")]

#[expect(unused_imports, reason = "all of this is about SQLite")]
mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anteroom_store::sql::{SqlOptions, SqlStore};
use anteroom_store::{Changes, Feed, Heard, Mode, Store, StoreExt};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

const NOTHING: Changes = Changes::Of(Vec::new());

/// A store with that many connections, and its feed.
fn listening(place: &support::Place, connections: u32) -> (SqlStore, Box<dyn Feed>) {
    let options = SqlOptions { connections, ..SqlOptions::new(place.url()) };
    let store = SqlStore::open(&options).unwrap();
    let feed = store.feed().unwrap();
    (store, feed)
}

fn behind_our_back(place: &support::Place) -> SqliteConnection {
    SqliteConnection::establish(place.path().to_str().unwrap()).unwrap()
}

fn write(store: &SqlStore) {
    store.write(|unit| unit.write_nothing_new()).unwrap();
}

/// Hears, and what was heard is as of now.
#[track_caller]
fn hear_now(feed: &mut dyn Feed) -> Changes {
    let before = Instant::now();
    let Heard { changes, as_of } = feed.hear().unwrap();
    assert!(as_of >= before);
    changes
}

#[test]
fn what_others_write_is_heard_once_and_our_own_writes_are_not() {
    for connections in [1, 2, 4] {
        let place = support::Place::new();
        let other = support::migrated(&place.url());
        let (store, mut feed) = listening(&place, connections);
        assert_eq!(hear_now(&mut *feed), NOTHING);
        for _ in 0..3 {
            write(&store);
            assert_eq!(hear_now(&mut *feed), NOTHING, "{connections}");
            write(&other);
            let mut second = store.feed().unwrap();
            write(&store);
            assert_eq!(hear_now(&mut *feed), Changes::Everything, "{connections}");
            assert_eq!(hear_now(&mut *feed), NOTHING, "{connections}");
            assert_eq!(hear_now(&mut *second), NOTHING, "from before it was open");
        }
        behind_our_back(&place).batch_execute("PRAGMA user_version = 7").unwrap();
        assert_eq!(hear_now(&mut *feed), Changes::Everything, "{connections}");
        drop(other.begin(Mode::Write).unwrap());
        assert_eq!(hear_now(&mut *feed), NOTHING, "what was not committed");
    }
}

#[test]
fn neither_reading_nor_checkpoints_nor_our_migrations_look_like_a_change() {
    let place = support::Place::new();
    let (store, mut feed) = listening(&place, 4);
    store.migrate().unwrap();
    assert_eq!(hear_now(&mut *feed), NOTHING);
    let mut checkpoints = behind_our_back(&place);
    for _ in 0..20 {
        write(&store);
        store.read(|unit| unit.workspaces()).unwrap();
        checkpoints.batch_execute("PRAGMA wal_checkpoint(PASSIVE)").unwrap();
        assert_eq!(hear_now(&mut *feed), NOTHING);
    }
    // With the log folded in as a whole, the next unit begins it again from the start.
    drop(checkpoints);
    write(&store);
    assert_eq!(hear_now(&mut *feed), NOTHING);
}

#[test]
fn while_a_unit_writes_what_is_known_is_told_and_the_next_unit_looks() {
    for connections in [1, 4] {
        let place = support::Place::new();
        let other = support::migrated(&place.url());
        let (store, mut feed) = listening(&place, connections);
        write(&other);
        let written = Instant::now();
        let unit = store.begin(Mode::Write).unwrap();
        let heard = feed.hear().unwrap();
        assert!(heard.changes == NOTHING && heard.as_of < written, "nobody has asked before the unit began");
        drop(unit);
        let _unit = store.begin(Mode::Write).unwrap();
        let heard = feed.hear().unwrap();
        assert!(heard.changes == Changes::Everything && heard.as_of >= written, "the second unit has looked");
    }
}

#[test]
fn the_only_connection_looks_also_when_it_reads() {
    let place = support::Place::new();
    let other = support::migrated(&place.url());
    let (store, mut feed) = listening(&place, 1);
    write(&other);
    let written = Instant::now();
    let unit = store.begin(Mode::Read).unwrap();
    assert_eq!(feed.hear().unwrap().changes, NOTHING);
    drop(unit);
    let _unit = store.begin(Mode::Read).unwrap();
    let heard = feed.hear().unwrap();
    assert!(heard.changes == Changes::Everything && heard.as_of >= written);
}

#[test]
fn beside_writers_without_a_pause_everything_before_as_of_has_been_heard() {
    let place = support::Place::new();
    let other = support::migrated(&place.url());
    let (store, mut feed) = listening(&place, 4);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    // Another process may have the lock for a moment.
                    let _ = store.write(|unit| unit.write_nothing_new());
                }
            });
        }
        for _ in 0..20 {
            while other.write(|unit| unit.write_nothing_new()).is_err() {}
            let written = Instant::now();
            let mut changes = NOTHING;
            loop {
                let heard = feed.hear().unwrap();
                changes = changes.and(heard.changes);
                if heard.as_of >= written {
                    break;
                }
            }
            assert_eq!(changes, Changes::Everything);
        }
        is_over.store(true, Ordering::SeqCst);
    });
}

#[test]
fn nobody_else_writes_in_memory() {
    let store = support::migrated("sqlite::memory:");
    let mut feed = store.feed().unwrap();
    write(&store);
    assert_eq!(hear_now(&mut *feed), NOTHING);
}
