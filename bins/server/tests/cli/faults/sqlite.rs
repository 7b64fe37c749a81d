//! Another process writes to the SQLite file and does not stop.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anteroom_store::sql::{SqlOptions, SqlStore};
use anteroom_store::{Mode, Store};

use super::shop::{READS, Shop, WRITES};
use crate::sandbox::Sandbox;

const LOCKED: &str = "the file is locked";

/// Not a test by itself: the next one runs it as a process of its own and kills it.
#[test]
#[ignore = "run by rl_02_a_file_that_another_process_has_locked_is_read_and_not_written"]
fn holds_the_lock_until_killed() {
    let url = std::env::var_os("ANTEROOM_TEST_LOCK").expect("the URL of the database to lock");
    let options = SqlOptions::new(url.to_str().unwrap());
    // Under load the others are quicker, now and then for longer than anybody waits.
    let store = std::iter::repeat_with(|| SqlStore::open(&options)).find_map(Result::ok).unwrap();
    let _unit = std::iter::repeat_with(|| store.begin(Mode::Write)).find_map(Result::ok).unwrap();
    println!("{LOCKED}");
    std::thread::sleep(std::time::Duration::from_mins(10));
}

/// Ends with this value.
struct Holder(Child);

impl Holder {
    fn of(url: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "faults::sqlite::holds_the_lock_until_killed", "--nocapture"]);
        let child = command.env("ANTEROOM_TEST_LOCK", url).stdout(Stdio::piped()).spawn().unwrap();
        let mut holder = Self(child);
        let mut lines = BufReader::new(holder.0.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains(LOCKED)));
        holder
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn rl_02_a_file_that_another_process_has_locked_is_read_and_not_written() {
    let sandbox = Sandbox::new();
    let url = format!("sqlite:{}", sandbox.path("shop.db").display());
    let shop = Shop::open(sandbox, &url);
    shop.write_while(|| {
        let holder = Holder::of(&url);
        shop.refuses(&WRITES);
        shop.refuses_at_once(&WRITES, 32);
        shop.is_live_and_not_ready();
        drop(holder);
        shop.recovers();
    });
    let holder = Holder::of(&url);
    shop.serves(&READS);
    shop.refuses(&WRITES);
    shop.serves(&READS);
    drop(holder);
    shop.recovers();
    shop.has_lost_nothing();
}
