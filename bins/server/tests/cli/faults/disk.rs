//! The disk below the database is full.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anteroom_testkit::postgres::{OwnServer, sql};

use super::shop::{Ask, READS, Shop, WRITES};
use crate::sandbox::Sandbox;

/// Writes are refused and reads are not, until there is room again.
fn holds_out(shop: &Shop, fill: impl FnOnce(), free: impl FnOnce()) {
    shop.write_while(|| {
        fill();
        shop.refuses(&WRITES);
        shop.serves(&READS);
        shop.refuses_at_once(&WRITES, 32);
        shop.is_live_and_not_ready();
        shop.serves(&READS);
        free();
        shop.recovers();
    });
}

#[test]
fn rl_02_files_that_may_not_grow_are_read_and_not_written() {
    let sandbox = Sandbox::new();
    let url = format!("sqlite:{}", sandbox.path("shop.db").display());
    let shop = Shop::open(sandbox, &url);
    // Of no file, the log neither.
    let limit = |size: &str| {
        let mut prlimit = Command::new("prlimit");
        let status = prlimit.args(["--pid", &shop.server.id(), &format!("--fsize={size}")]).status();
        assert!(status.expect("prlimit, which is part of util-linux").success());
    };
    holds_out(&shop, || limit("0:"), || limit("unlimited:"));
    shop.has_lost_nothing();
}

/// Fills a small file system of the server's own to the last byte. Where the system lets nobody make one, the test is
/// skipped; the one above has no such need.
#[test]
fn rl_02_a_full_file_system_is_read_and_not_written() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("small")).unwrap();
    let Some(server) = sandbox.serve_on_a_small_disk("small") else { return };
    let inside = format!("/proc/{}/root{}", server.id(), sandbox.path("small").display());
    let copy = sandbox.path("copy.db");
    let shop = Shop::at(sandbox, server, &format!("sqlite:{}", copy.display()));
    let filler = Path::new(&inside).join("filler");
    let fill = || {
        let mut file = fs::OpenOptions::new().append(true).create(true).open(&filler).unwrap();
        let full = std::io::copy(&mut std::io::repeat(7), &mut file).unwrap_err();
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    };
    shop.write_while(|| {
        fill();
        // A write may still find room in pages that the log of the database had already, so each is asked for until it is
        // refused, as it is once they are used up.
        for ask in WRITES {
            shop.refuses_in_the_end(ask, fill);
        }
        shop.serves(&READS);
        shop.refuses_or_does_at_once(&WRITES, 32);
        let begun = Instant::now();
        while shop.is_ready() {
            assert!(begun.elapsed() < Duration::from_mins(1), "always ready");
            shop.refuses_in_the_end(Ask::ShopperWrites, fill);
        }
        assert_eq!(shop.server.get("/health/live"), "HTTP/1.1 200 OK");
        shop.serves(&READS);
        fs::remove_file(&filler).unwrap();
        shop.recovers();
    });
    // SQLite itself would not find the file from outside.
    for suffix in ["", "-wal"] {
        let name = format!("data/anteroom.db{suffix}");
        fs::copy(Path::new(&inside).join(name), format!("{}{suffix}", copy.display())).unwrap();
    }
    shop.has_lost_nothing();
}

/// What still has room in a page of its own is written, as an update often has, the one that the readiness makes too; a
/// new customer is refused.
#[test]
fn rl_02_a_full_file_system_below_postgresql_is_read_and_takes_nothing_new() {
    let Some(database) = OwnServer::start_on_a_small_disk() else { return };
    let shop = Shop::open(Sandbox::new(), &database.database());
    let others = database.database();
    sql(&others, "CREATE TABLE filler (words text)");
    // What was rolled back keeps its room.
    let fill = "DO $$ BEGIN LOOP BEGIN \
                INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 10000); \
                EXCEPTION WHEN disk_full THEN RETURN; END; END LOOP; END $$";
    shop.write_while(|| {
        let mut refused = 0;
        while refused < 50 {
            sql(&others, fill);
            refused = if shop.ask(Ask::MerchantWrites).status == 503 { refused + 1 } else { 0 };
        }
        shop.refuses(&[Ask::MerchantWrites]);
        shop.refuses_at_once(&[Ask::MerchantWrites], 32);
        shop.serves(&READS);
        assert_eq!(shop.server.get("/health/live"), "HTTP/1.1 200 OK");
        sql(&others, "DROP TABLE filler");
        shop.recovers();
    });
    shop.has_lost_nothing();
}
