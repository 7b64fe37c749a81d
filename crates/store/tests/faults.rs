//! Other processes that use the SQLite file in a way that we would not.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without has failed it")]

#[expect(unused_imports, reason = "all of this is about SQLite")]
mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anteroom_store::sql::SqlStore;
use anteroom_store::{StoreError, StoreExt};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

const DONE: &str = "it is done";

/// Not a test by itself: the others run it as a process of its own and kill it.
#[test]
#[ignore = "run by the tests of this file"]
fn uses_the_file_until_killed() {
    let path = std::env::var_os("ANTEROOM_TEST_FILE").unwrap();
    let statements = std::env::var_os("ANTEROOM_TEST_STATEMENTS").unwrap();
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    connection.batch_execute(statements.to_str().unwrap()).unwrap();
    println!("{DONE}");
    std::thread::sleep(std::time::Duration::from_mins(10));
}

/// Another process that has run statements on the file and keeps its transaction open. It ends with this value.
struct Other(Child);

impl Other {
    fn runs(place: &support::Place, statements: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "uses_the_file_until_killed", "--nocapture"]);
        command.stdout(Stdio::piped());
        command.env("ANTEROOM_TEST_FILE", place.path()).env("ANTEROOM_TEST_STATEMENTS", statements);
        let mut other = Self(command.spawn().unwrap());
        let mut lines = BufReader::new(other.0.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains(DONE)));
        other
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn read(store: &SqlStore) -> Result<usize, StoreError> {
    store.read(|unit| unit.workspaces()).map(|workspaces| workspaces.len())
}

fn write(store: &SqlStore) -> Result<(), StoreError> {
    store.write(|unit| unit.write_nothing_new())
}

#[test]
fn while_another_process_writes_we_read_and_do_not_write() {
    let place = support::Place::new();
    let store = support::migrated(&place.url());
    for statements in ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "BEGIN; DELETE FROM workspaces"] {
        let other = Other::runs(&place, statements);
        assert_eq!(read(&store).unwrap(), 0);
        assert!(matches!(write(&store), Err(StoreError::Unavailable(_))), "{statements}");
        drop(other);
        write(&store).unwrap();
    }
}

#[test]
fn a_process_that_reads_without_end_holds_up_nobody() {
    let place = support::Place::new();
    let store = support::migrated(&place.url());
    let _other = Other::runs(&place, "BEGIN; SELECT count(*) FROM workspaces");
    for _ in 0..100 {
        write(&store).unwrap();
    }
    assert_eq!(read(&store).unwrap(), 0);
}
