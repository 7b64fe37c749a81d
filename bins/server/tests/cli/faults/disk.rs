//! The disk below the SQLite file is full.

use std::fs;
use std::path::Path;
use std::process::Command;

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
        let mut refused = 0;
        while refused < 10 || shop.is_ready() {
            let mut file = fs::OpenOptions::new().append(true).create(true).open(&filler).unwrap();
            let full = std::io::copy(&mut std::io::repeat(7), &mut file).unwrap_err();
            assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
            // The last few pages that the log of the database had already still take a small write or two.
            refused = if shop.ask(Ask::ShopperWrites).status == 503 { refused + 1 } else { 0 };
        }
    };
    holds_out(&shop, fill, || fs::remove_file(&filler).unwrap());
    // SQLite itself would not find the file from outside.
    for suffix in ["", "-wal"] {
        let name = format!("data/anteroom.db{suffix}");
        fs::copy(Path::new(&inside).join(name), format!("{}{suffix}", copy.display())).unwrap();
    }
    shop.has_lost_nothing();
}
