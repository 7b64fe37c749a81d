//! Every command that there is, in every trouble: one line, exit code 1, and what to do.
//!
//! The commands are those that the program's own help names, so that a new one is missed here.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;

use anteroom_store::sql::{SqlOptions, SqlStore};
use anteroom_store::{Mode, Store};

use crate::sandbox::{Said, Sandbox};

const ABSENT: &str = "3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60";
/// An external id that nobody has.
const NOBODY: &str = "crm/0";

/// What a command does with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Database {
    /// It makes one where there is none, and brings an older one to this version.
    Migrates,
    /// It makes one where there is none.
    Makes,
    /// It wants one that is there, of this version and begun.
    Wants,
    /// It tells of what is there.
    Tells,
    /// It reports what it finds on stdout.
    Examines,
    /// It needs none.
    Ignores,
}

use Database::{Examines, Ignores, Makes, Migrates, Tells, Wants};

/// Each command, with arguments that are right but for the records they name.
const COMMANDS: [(&str, Database, &[&str]); 33] = [
    ("", Migrates, &[]),
    ("serve", Migrates, &[]),
    ("workspace create", Makes, &["--slug", "new", "--name", "New"]),
    ("workspace list", Wants, &[]),
    ("workspace disable", Wants, &["--workspace", "nowhere"]),
    ("workspace enable", Wants, &["--workspace", "nowhere"]),
    ("token create", Wants, &["--workspace", "nowhere", "--scopes", "all", "--comment", "c"]),
    ("token list", Wants, &["--workspace", "nowhere"]),
    ("token update", Wants, &[ABSENT, "--workspace", "nowhere", "--comment", "c"]),
    ("token rotate", Wants, &[ABSENT, "--workspace", "nowhere"]),
    ("token revoke", Wants, &[ABSENT, "--workspace", "nowhere"]),
    ("key create", Wants, &["--workspace", "nowhere", "--title", "t"]),
    ("key list", Wants, &["--workspace", "nowhere"]),
    ("key revoke", Wants, &[ABSENT, "--workspace", "nowhere"]),
    ("customer list", Wants, &["--workspace", "nowhere"]),
    ("customer show", Wants, &[ABSENT, "--workspace", "nowhere"]),
    ("customer show", Wants, &["--external-id", NOBODY, "--workspace", "nowhere"]),
    ("customer import", Wants, &["customers.csv", "--workspace", "nowhere"]),
    ("customer export", Wants, &["--workspace", "nowhere"]),
    ("session list", Wants, &["--customer", ABSENT, "--workspace", "nowhere"]),
    ("session list", Wants, &["--external-id", NOBODY, "--workspace", "nowhere"]),
    ("session revoke", Wants, &[ABSENT, "--workspace", "nowhere"]),
    ("jobs list", Wants, &[]),
    ("jobs run", Wants, &["sweep-store-sessions"]),
    ("signing-key list", Wants, &[]),
    ("signing-key rotate", Wants, &[]),
    ("migrate", Migrates, &[]),
    ("migrate status", Tells, &[]),
    ("config check", Ignores, &[]),
    ("config show", Ignores, &[]),
    ("doctor", Examines, &[]),
    // These two print pages of text; see operation.rs.
    ("completions", Ignores, &["bash"]),
    ("man", Ignores, &[]),
];

fn commands() -> impl Iterator<Item = (Database, Vec<&'static str>)> {
    COMMANDS.into_iter().map(|(name, database, arguments)| {
        (database, name.split_whitespace().chain(arguments.iter().copied()).collect())
    })
}

/// The commands below `path` that do something, by the program's own help.
fn runnable(sandbox: &Sandbox, path: &str, found: &mut BTreeSet<String>) {
    let words: Vec<_> = path.split_whitespace().chain(["-h"]).collect();
    let help = sandbox.run(&words).out;
    let usage =
        help.lines().skip_while(|line| !line.starts_with("Usage:")).take_while(|line| !line.is_empty());
    if usage.into_iter().any(|line| !line.contains("<COMMAND>")) {
        found.insert(path.to_owned());
    }
    let below =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    for name in below.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        runnable(sandbox, format!("{path} {name}").trim(), found);
    }
}

#[test]
fn every_command_stands_in_the_table() {
    let mut found = BTreeSet::new();
    runnable(&Sandbox::new(), "", &mut found);
    let listed: BTreeSet<_> = COMMANDS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(found, listed);
}

#[test]
fn a_workspace_that_is_not_there_is_named() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let named = commands().filter(|(_, command)| command.contains(&"--workspace"));
        for (_, command) in named {
            sandbox.run(&command).is_refusal(&["\"nowhere\"", "anteroom workspace list"]);
            let misspelt: Vec<_> =
                command.iter().map(|word| if *word == "nowhere" { "No Where" } else { word }).collect();
            sandbox.run(&misspelt).is_refusal(&["--workspace \"No Where\"", "a-z"]);
        }
    }
}

#[test]
fn a_record_that_is_not_there_is_named_and_a_wrong_id_too() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        for (_, command) in commands().filter(|(_, command)| command.contains(&ABSENT)) {
            let with = |id| -> Vec<&str> {
                let replace = |word| match word {
                    "nowhere" => "shop",
                    ABSENT => id,
                    word => word,
                };
                command.iter().map(|word| replace(*word)).collect()
            };
            sandbox.run(&with(ABSENT)).is_refusal(&["shop", ABSENT, "`anteroom ", " list"]);
            for wrong in ["abc", "00000000-0000-0000-0000-000000000000", ""] {
                sandbox.run(&with(wrong)).is_refusal(&["should be a version 4 UUID"]);
            }
        }
    }
}

#[test]
fn an_external_id_that_nobody_has_is_named() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        for (_, command) in commands().filter(|(_, command)| command.contains(&NOBODY)) {
            let with = |id| -> Vec<&str> {
                let replace = |word| match word {
                    "nowhere" => "shop",
                    NOBODY => id,
                    word => word,
                };
                command.iter().map(|word| replace(*word)).collect()
            };
            sandbox.run(&with(NOBODY)).is_refusal(&[
                "workspace shop has no customer with external id \"crm/0\": ",
                "`anteroom customer list --workspace shop`",
            ]);
            sandbox.run(&with("")).is_refusal(&["--external-id should not be empty"]);
        }
    }
}

#[test]
fn no_database_is_made_by_commands_that_only_look() {
    for sandbox in Sandbox::on_both() {
        for (database, command) in commands() {
            match database {
                Wants | Tells => {
                    sandbox.run(&command).is_refusal(&["there is no database", "anteroom workspace create"]);
                }
                Examines => examined(&sandbox.run(&command), &["fail  there is no database"]),
                Ignores => assert_eq!(sandbox.run(&command).code, Some(0), "{command:?}"),
                Migrates | Makes => continue,
            }
            assert!(!sandbox.path("data").exists(), "{command:?}");
        }
        assert_eq!(sandbox.run(&["migrate"]).code, Some(0));
        for (_, command) in commands().filter(|(database, _)| *database == Wants) {
            sandbox.run(&command).is_refusal(&["nothing in them", "anteroom workspace create"]);
        }
        examined(&sandbox.run(&["doctor"]), &["nothing in them"]);
        assert!(!sandbox.path("data/master.key").exists());
    }
}

/// Asserts that `doctor` has failed and that its findings have every one of `parts`.
fn examined(said: &Said, parts: &[&str]) {
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""), "{said:?}");
    for part in parts {
        assert!(said.out.contains(part), "{part:?} in {}", said.out);
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let url = format!("postgres://ada:hunter2@{free}/anteroom");
    let sandbox = Sandbox::new().set("ANTEROOM__DATABASE__URL", &url);
    for (database, command) in commands() {
        let said = sandbox.run(&command);
        match database {
            Migrates | Makes | Wants | Tells => said.is_refusal(&[&free, "check that it runs"]),
            Examines => examined(&said, &["fail  PostgreSQL at", &free]),
            Ignores => assert_eq!(said.code, Some(0), "{command:?}"),
        }
        assert!(!(said.out + &said.err).contains("hunter2"), "{command:?}");
    }
}

#[test]
fn a_file_that_another_process_writes_is_named() {
    let sandbox = Sandbox::new().with_shop();
    let store = SqlStore::open(&SqlOptions::new(sandbox.database())).unwrap();
    let _writing = store.begin(Mode::Write).unwrap();
    for (database, command) in commands() {
        let said = sandbox.run(&command);
        let told = "anteroom.db is being written by another process: wait for it, or stop it";
        match database {
            Migrates | Makes | Wants | Tells => said.is_refusal(&[told]),
            Examines => examined(&said, &[told]),
            Ignores => assert_eq!(said.code, Some(0), "{command:?}"),
        }
    }
}

#[test]
fn a_postgres_that_takes_no_writes_is_named() {
    let Some(url) = anteroom_testkit::postgres::database() else { return };
    let sandbox = Sandbox::new().set("ANTEROOM__DATABASE__URL", &url).with_shop();
    let read_only = format!("{url}?options=-c%20default_transaction_read_only%3Don");
    let sandbox = sandbox.set("ANTEROOM__DATABASE__URL", &read_only);
    for (database, command) in commands() {
        let said = sandbox.run(&command);
        match database {
            Migrates | Makes | Wants | Tells => {
                said.is_refusal(&["read-only", "default_transaction_read_only"]);
            }
            Examines => examined(&said, &["read-only"]),
            Ignores => assert_eq!(said.code, Some(0), "{command:?}"),
        }
    }
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let sandbox = Sandbox::new().with_shop();
    let mode =
        |name: &str, mode| fs::set_permissions(sandbox.path(name), Permissions::from_mode(mode)).unwrap();
    for (name, bits) in
        [("", 0o755), ("data/anteroom.db", 0o444), ("data/master.key", 0o444), ("data", 0o555)]
    {
        mode(name, bits);
    }
    // Nothing is read-only to the superuser, who is somebody else for this test, with a program within reach.
    let is_superuser = fs::metadata(sandbox.path("")).unwrap().uid() == 0;
    let program = sandbox.path("program");
    fs::copy(env!("CARGO_BIN_EXE_anteroom"), &program).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(&program);
        command.args(arguments).current_dir(sandbox.path("")).env_clear();
        command.env("ANTEROOM__SERVER__LISTEN", "127.0.0.1:0");
        if is_superuser {
            command.uid(65_534).gid(65_534);
        }
        Said::of(&command.output().unwrap())
    };
    for (database, command) in commands() {
        let said = run(&command);
        match database {
            Migrates | Makes | Wants | Tells => {
                said.is_refusal(&["anteroom.db cannot be written", "give this user write access"]);
            }
            Examines => examined(
                &said,
                &["fail  folder ./data cannot be written", "fail  database ./data/anteroom.db"],
            ),
            Ignores => assert_eq!(said.code, Some(0), "{command:?}"),
        }
    }
    mode("data", 0o755);
}

#[test]
fn a_database_of_an_older_version_is_named() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let store = SqlStore::open(&SqlOptions::new(sandbox.database())).unwrap();
        let is_the_first = store.applied_migrations().unwrap().len() == 1;
        store.revert_newest().unwrap();
        drop(store);
        // Before the first version there was nothing.
        let told =
            if is_the_first { "there is no database" } else { "of an older version: run `anteroom migrate`" };
        for (database, command) in commands() {
            match (database, is_the_first) {
                (Wants, _) | (Makes, false) | (Tells, true) => sandbox.run(&command).is_refusal(&[told]),
                (Tells, false) => {
                    let said = sandbox.run(&command);
                    assert_eq!((said.code, said.err.as_str()), (Some(3), ""), "{said:?}");
                    assert!(said.out.contains("\npending  "), "{said:?}");
                }
                (Examines, _) => examined(&sandbox.run(&command), &[told]),
                (Migrates | Ignores, _) | (Makes, true) => {}
            }
        }
        assert_eq!(sandbox.run(&["migrate"]).code, Some(0));
        assert_eq!(sandbox.run(&["migrate", "status"]).code, Some(0));
    }
}
