//! The throwaway PostgreSQL starts, copies templates and goes away with its process.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anteroom_testkit::postgres::{self, OwnServer, sql as query};

#[test]
fn databases_are_separate() {
    let (Some(one), Some(other)) = (postgres::database(), postgres::database()) else { return };
    query(&one, "CREATE TABLE thing (id int)");
    query(&other, "CREATE TABLE thing (id int)");
    assert_ne!(one, other);
}

#[test]
fn a_template_is_prepared_once_and_copied() {
    let prepare = |url: &str| drop(query(url, "CREATE TABLE thing AS SELECT 7 AS id"));
    let Some(one) = postgres::template("things", prepare) else { return };
    query(&one, "DELETE FROM thing");
    let other = postgres::template("things", |_| panic!("prepared twice")).expect("a server");
    assert_eq!(query(&other, "SELECT id FROM thing"), "7");
}

/// Not a test by itself: the next one runs it as a process of its own and kills it.
#[test]
fn stays_until_killed() {
    if env::var_os("ANTEROOM_TEST_STAY").is_none() {
        return;
    }
    let url = postgres::database().expect("a server");
    println!("{}", query(&url, "SHOW data_directory"));
    thread::sleep(Duration::from_mins(1));
}

#[test]
fn a_killed_process_leaves_nothing_behind() {
    if postgres::database().is_none() {
        return;
    }
    let mut child = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", "stays_until_killed", "--nocapture"])
        .env("ANTEROOM_TEST_STAY", "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let directory =
        lines.map_while(Result::ok).find_map(|line| Some(line.get(line.find('/')?..)?.to_owned()));
    let directory = directory.expect("the data directory");
    assert!(Path::new(&directory).exists());
    child.kill().expect("to kill");
    child.wait().expect("to end");
    let deadline = Instant::now() + Duration::from_secs(20);
    while Path::new(&directory).parent().expect("a parent").exists() {
        assert!(Instant::now() < deadline, "{directory} is still there");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_own_server_pauses_stops_and_starts_again() {
    let Some(server) = OwnServer::start(&["max_connections=7"]) else { return };
    let url = server.database();
    assert_eq!(query(&url, "SHOW max_connections"), "7");
    let (paused, from) = (server.pause(), url.clone());
    let asked = thread::spawn(move || query(&from, "SELECT 'late'"));
    thread::sleep(Duration::from_millis(300));
    assert!(!asked.is_finished(), "nobody answers");
    drop(paused);
    assert_eq!(asked.join().expect("an answer"), "late");
    query(&url, "CREATE TABLE thing AS SELECT 7 AS id");
    server.crash();
    let gone = Command::new("psql").args(["-XAtq", "-c", "SELECT 1", &url]).output();
    assert!(!gone.expect("psql to start").status.success());
    server.start_again();
    assert_eq!(query(&url, "SELECT id FROM thing"), "7");
    server.stop();
    server.start_again();
    assert_eq!(query(&url, "SELECT id FROM thing"), "7");
    // It ends although it is paused.
    std::mem::forget(server.pause());
}

#[test]
fn a_durable_server_keeps_its_tables_where_it_is_told_and_as_safely_as_by_default() {
    let parent = tempfile::tempdir().expect("a folder");
    let everyone = std::os::unix::fs::PermissionsExt::from_mode(0o1777);
    std::fs::set_permissions(parent.path(), everyone).expect("to let everybody in");
    let Some(server) = OwnServer::start_durable(parent.path()) else { return };
    let url = server.database();
    for setting in ["fsync", "synchronous_commit", "full_page_writes", "autovacuum"] {
        assert_eq!(query(&url, &format!("SHOW {setting}")), "on", "{setting}");
    }
    let folder = query(&url, "SHOW data_directory");
    assert!(folder.starts_with(parent.path().to_str().expect("a path in UTF-8")), "{folder}");
    assert!(server.processes().len() > 1, "the first process and those that it has started");
    drop(server);
    let left = std::fs::read_dir(parent.path()).expect("the folder").count();
    assert_eq!(left, 0, "it takes its files with it");
}
