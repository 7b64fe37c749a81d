//! PostgreSQL stands still, restarts, is gone, lets nobody in.

use anteroom_store::sql::{SqlOptions, SqlStore};
use anteroom_store::{Mode, Store};
use anteroom_testkit::postgres::{self, OwnServer, sql};

use super::shop::{Ask, READS, Shop, WRITES};
use crate::sandbox::Sandbox;

fn shop_on(database: &OwnServer) -> Shop {
    Shop::open(Sandbox::new(), &database.database())
}

#[test]
fn rl_02_a_server_that_stands_still_is_answered_for_and_comes_back() {
    let Some(database) = OwnServer::start(&[]) else { return };
    let mut shop = shop_on(&database);
    // Whoever meets it first waits longest.
    for ask in [Ask::MerchantReads, Ask::ShopperWrites, Ask::ReaderReads] {
        let paused = database.pause();
        shop.refuses(&[ask]);
        drop(paused);
        shop.recovers();
    }
    shop.write_while(|| {
        let _paused = database.pause();
        shop.refuses_at_once(&[READS, WRITES].concat(), 64);
        shop.is_live_and_not_ready();
        shop.refuses(&[READS, WRITES].concat());
    });
    shop.recovers();
    shop.has_lost_nothing();

    // Nor does it keep the process from ending.
    let _paused = database.pause();
    shop.refuses(&READS);
    assert_eq!(shop.server.stop_by("TERM").0, Some(0));
}

#[test]
fn rl_02_a_server_that_restarts_or_crashes_is_answered_for_and_comes_back() {
    let Some(database) = OwnServer::start(&[]) else { return };
    let shop = shop_on(&database);
    for end in [OwnServer::stop, OwnServer::crash] {
        shop.write_while(|| {
            end(&database);
            shop.refuses(&[READS, WRITES].concat());
            shop.refuses_at_once(&[READS, WRITES].concat(), 16);
            shop.is_live_and_not_ready();
            database.start_again();
            shop.recovers();
        });
        shop.has_lost_nothing();
    }
}

#[test]
fn rl_02_a_table_that_somebody_has_locked_is_answered_for_until_it_is_free() {
    let Some(url) = postgres::database() else { return };
    let shop = Shop::open(Sandbox::new(), &url);
    // What a shopper reads may be remembered, and is not asked for.
    let those_who_need_it = [&WRITES[..], &[Ask::MerchantReads, Ask::ReaderReads]].concat();
    shop.write_while(|| {
        std::thread::scope(|scope| {
            sql(&url, "CREATE TABLE told (by_the_test boolean)");
            // For a minute at most, should the test fail meanwhile.
            let locked = scope.spawn(|| {
                let waits =
                    "NOT EXISTS (SELECT FROM told) AND clock_timestamp() < now() + interval '60 seconds'";
                let until_told =
                    format!("DO $$ BEGIN WHILE {waits} LOOP PERFORM pg_sleep(0.05); END LOOP; END $$");
                sql(
                    &url,
                    &format!("BEGIN; LOCK TABLE workspaces, customers, addresses; {until_told}; COMMIT"),
                )
            });
            let held = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted \
                        AND relation = 'addresses'::regclass";
            while sql(&url, held) != "1" {}
            shop.refuses(&those_who_need_it);
            shop.refuses_at_once(&those_who_need_it, 32);
            sql(&url, "INSERT INTO told VALUES (true)");
            locked.join().unwrap();
        });
        shop.recovers();
    });
    shop.has_lost_nothing();
}

#[test]
fn rl_02_a_database_that_is_gone_in_the_middle_is_an_outage_until_it_is_there_again() {
    let Some(url) = postgres::database() else { return };
    let (server, name) = url.rsplit_once('/').unwrap();
    let shop = Shop::open(Sandbox::new(), &url);
    shop.write_while(|| {
        let elsewhere = |statement: &str| sql(&format!("{server}/postgres"), statement);
        let everybody = format!("FROM pg_stat_activity WHERE datname = '{name}'");
        elsewhere(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
        elsewhere(&format!("SELECT pg_terminate_backend(pid, 5000) {everybody}"));
        elsewhere(&format!("ALTER DATABASE {name} RENAME TO gone_{name}"));
        shop.refuses(&[READS, WRITES].concat());
        shop.is_live_and_not_ready();
        elsewhere(&format!("ALTER DATABASE gone_{name} RENAME TO {name}"));
        elsewhere(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
        shop.recovers();
    });
    shop.has_lost_nothing();
}

#[test]
fn rl_02_a_server_without_a_free_connection_is_answered_for_until_others_leave() {
    let Some(database) = OwnServer::start(&["max_connections=9", "superuser_reserved_connections=3"]) else {
        return;
    };
    let owner = database.database();
    let (_, name) = owner.rsplit_once('/').unwrap();
    sql(&owner, &format!("CREATE ROLE tenant LOGIN; ALTER DATABASE {name} OWNER TO tenant"));
    let url = owner.replace("anteroom@", "tenant@");
    let shop = Shop::open(Sandbox::new(), &url);
    let options = SqlOptions { connections: 6, ..SqlOptions::new(format!("{url}?application_name=others")) };
    let others = SqlStore::open(&options).unwrap();
    let mut taken = Vec::new();
    while taken.len() < 6 {
        sql(
            &owner,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE usename = 'tenant' AND application_name <> 'others'",
        );
        taken.extend(others.begin(Mode::Read));
    }
    // What the server had went with the last of its connections; the pool learns that by using them.
    while shop.ask(Ask::MerchantReads).status != 503 {}
    shop.refuses(&[READS, WRITES].concat());
    shop.refuses_at_once(&[READS, WRITES].concat(), 16);
    shop.is_live_and_not_ready();
    drop(taken);
    drop(others);
    shop.recovers();
    shop.has_lost_nothing();
}
