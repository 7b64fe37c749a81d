//! Starts that must fail, each with one line that says what to do.

use std::fs;
use std::net::TcpListener;

use crate::sandbox::Sandbox;

const CREATE: [&str; 6] = ["workspace", "create", "--slug", "shop", "--name", "Shop"];

#[test]
fn a_busy_port_is_named_before_anything_is_made() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let sandbox = Sandbox::new().set("ANTEROOM__SERVER__LISTEN", &address);
    sandbox.run(&[]).is_refusal(&[&address, "in use", "server.listen"]);
    assert!(!sandbox.path("data").exists());
}

#[test]
fn a_data_folder_that_cannot_be_is_named() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("data"), "").unwrap();
    sandbox.run(&["serve"]).is_refusal(&["./data", "data_dir"]);

    let sandbox = Sandbox::new().set("ANTEROOM__DATA_DIR", "/dev/null/data");
    sandbox.run(&["serve"]).is_refusal(&["/dev/null/data", "data_dir"]);
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("data")).unwrap();
    fs::write(sandbox.path("data/anteroom.db"), "garbage ".repeat(1000)).unwrap();
    sandbox.run(&["serve"]).is_refusal(&["anteroom.db", "not a SQLite database"]);
    sandbox.run(&["workspace", "list"]).is_refusal(&["anteroom.db"]);
    assert!(!sandbox.path("data/master.key").exists());
}

#[test]
fn a_database_server_that_is_not_there_is_named_without_the_password() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let url = format!("postgres://ada:hunter2@{free}/anteroom");
    let said = Sandbox::new().set("ANTEROOM__DATABASE__URL", &url).run(&["serve"]);
    said.is_refusal(&[&free]);
    assert!(!said.err.contains("hunter2"), "{said:?}");
}

#[test]
fn another_master_key_and_none_are_refused() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&CREATE).code, Some(0));
    let sandbox = sandbox.set("ANTEROOM__MASTER_KEY", &"ab".repeat(32));
    sandbox.run(&["serve"]).is_refusal(&["master key is not the one", "ANTEROOM__MASTER_KEY"]);

    let sandbox = sandbox.set("ANTEROOM__MASTER_KEY", "not a key");
    let said = sandbox.run(&["serve"]);
    said.is_refusal(&["ANTEROOM__MASTER_KEY", "32 bytes"]);
    assert!(!said.err.contains("not a key"), "{said:?}");

    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&CREATE).code, Some(0));
    fs::remove_file(sandbox.path("data/master.key")).unwrap();
    sandbox.run(&["serve"]).is_refusal(&["./data/master.key", "ANTEROOM__MASTER_KEY"]);
    assert!(!sandbox.path("data/master.key").exists());
}

#[test]
fn another_master_key_is_named_by_the_place_where_it_stands() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&CREATE).code, Some(0));
    let file = format!("demo = false\nmaster_key = \"{}\"\n", "ab".repeat(32));
    fs::write(sandbox.path("anteroom.toml"), file).unwrap();
    let place = "master_key in anteroom.toml (line 2)";
    for arguments in [&["serve"][..], &["workspace", "list"], &["doctor"]] {
        let said = sandbox.run(arguments);
        let all = said.out + &said.err;
        assert!(said.code == Some(1) && all.contains(place), "{all}");
        assert!(!all.contains("ANTEROOM__MASTER_KEY") && !all.contains("abab"), "{all}");
    }
}

#[test]
fn a_master_key_from_the_environment_is_written_nowhere() {
    let sandbox = Sandbox::new().set("ANTEROOM__MASTER_KEY", &"ab".repeat(32));
    let server = sandbox.serve();
    assert!(!sandbox.path("data/master.key").exists());
    assert!(!(server.out() + &server.err()).contains(&"ab".repeat(32)));
}

#[test]
fn a_damaged_key_file_is_named() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("data")).unwrap();
    fs::write(sandbox.path("data/master.key"), "").unwrap();
    sandbox.run(&["serve"]).is_refusal(&["./data/master.key holds no key"]);
}
