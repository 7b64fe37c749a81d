//! Opening a database: what is refused, and how it is said.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without has failed it")]

mod raw;
mod support;

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use anteroom_store::sql::{Backend, OpenError, SqlOptions, SqlStore};
use anteroom_store::{Mode, Store, StoreError, StoreExt};
use diesel::connection::SimpleConnection;

/// The error, whose message is one line without a secret.
#[track_caller]
fn refusal(url: &str) -> OpenError {
    let error = SqlStore::open(&SqlOptions::new(url)).unwrap_err();
    let line = error.to_string();
    assert!(!line.is_empty() && !line.contains('\n') && !line.contains("secret"), "{line}");
    error
}

#[test]
fn an_unknown_url_is_refused() {
    assert!(matches!(refusal("mysql://u:secret@h/d"), OpenError::UnknownScheme(scheme) if scheme == "mysql"));
    assert!(matches!(refusal("secret"), OpenError::UnknownScheme(scheme) if scheme.is_empty()));
    assert!(matches!(refusal("sqlite:"), OpenError::NoPath));
    assert!(matches!(refusal("sqlite://"), OpenError::NoPath));
}

#[test]
fn a_place_that_cannot_be_written_is_refused() {
    let place = support::Place::new();
    let missing = place.path().join("deeper/test.db");
    assert!(matches!(refusal(&format!("sqlite:{}", missing.display())), OpenError::FolderMissing(_)));
    std::fs::write(place.path(), "").unwrap();
    let below_a_file = place.path().join("test.db");
    assert!(matches!(refusal(&format!("sqlite:{}", below_a_file.display())), OpenError::NotWritable { .. }));
}

#[test]
fn what_is_no_database_is_refused() {
    let place = support::Place::new();
    let mut damaged = b"SQLite format 3\0".to_vec();
    damaged.extend([7; 4096]);
    for contents in [b"x".to_vec(), b"SQLite format".to_vec(), vec![b'x'; 8192], vec![0; 8192], damaged] {
        std::fs::write(place.path(), &contents).unwrap();
        assert!(matches!(refusal(&place.url()), OpenError::NotADatabase(_)));
        assert_eq!(std::fs::read(place.path()).unwrap(), contents, "left as it was");
    }
    let folder = place.path().parent().unwrap().display().to_string();
    assert!(matches!(refusal(&format!("sqlite:{folder}")), OpenError::NotADatabase(_)));
}

#[test]
fn another_programs_file_is_refused_and_left_alone() {
    for setup in [
        "CREATE TABLE songs (id INTEGER PRIMARY KEY)",
        "PRAGMA application_id = 7; VACUUM",
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY, run_on TIMESTAMP); \
         INSERT INTO __diesel_schema_migrations (version) VALUES ('20200101000000')",
    ] {
        let place = support::Place::new();
        raw::sqlite(&place).batch_execute(setup).unwrap();
        let before = std::fs::read(place.path()).unwrap();
        assert!(matches!(refusal(&place.url()), OpenError::NotOurs(_)), "{setup}");
        assert_eq!(std::fs::read(place.path()).unwrap(), before);
    }
}

#[test]
fn another_programs_schema_is_refused() {
    for setup in [
        "CREATE TABLE songs (id integer PRIMARY KEY)",
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY, run_on TIMESTAMP); \
         INSERT INTO __diesel_schema_migrations (version) VALUES ('20200101000000')",
    ] {
        let Some(url) = support::postgres() else { return };
        raw::postgres(&url).batch_execute(setup).unwrap();
        assert!(matches!(refusal(&url), OpenError::NotOurs(_)), "{setup}");
    }
}

#[test]
fn a_newer_versions_database_is_refused_by_name() {
    const NEWER: &str = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')";
    let place = support::Place::new();
    let store = support::migrated(&place.url());
    raw::sqlite(&place).batch_execute(NEWER).unwrap();
    assert!(matches!(refusal(&place.url()), OpenError::Newer(version) if version == "99990101000000"));
    assert!(matches!(store.migrate(), Err(OpenError::Newer(_))));
    let Some(url) = support::postgres() else { return };
    support::migrated(&url);
    raw::postgres(&url).batch_execute(NEWER).unwrap();
    assert!(matches!(refusal(&url), OpenError::Newer(version) if version == "99990101000000"));
}

#[test]
fn a_url_that_no_client_understands_is_refused_without_a_word_of_it() {
    for url in [
        "postgres://u:secret and@localhost/d",
        "postgres://u:secret%@localhost/d",
        "postgres://u:secret@[bad/d",
        "postgres://u@localhost:secret/d",
    ] {
        assert!(matches!(refusal(url), OpenError::Malformed(_)), "{url}");
        assert!(matches!(SqlOptions::new(url).check(), Err(OpenError::Malformed(_))), "{url}");
    }
    assert!(SqlOptions::new("postgres://u:secret@127.0.0.1:1/d").check().is_ok(), "nobody need be there");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let error = refusal("postgres://u:secret@127.0.0.1:1/d?application_name=secret");
    assert!(error.to_string().contains("postgres://127.0.0.1:1/d"), "{error}");
    assert!(matches!(error, OpenError::Unreachable { .. }));
}

#[test]
fn clear_text_over_a_network_has_to_be_asked_for() {
    for url in [
        "postgres://u:secret@db.example/d",
        "postgresql://db.example:5432",
        "postgres://localhost,192.0.2.1:1/d",
        "postgres://[2001:db8::1]:5432/d",
        "postgres:///d?host=db.example",
        "postgres://localhost/d?hostaddr=2001:db8::1",
        "postgres://db.example/d?sslmode=prefer",
    ] {
        assert!(matches!(refusal(url), OpenError::ClearText(_)), "{url}");
    }
    for url in [
        "postgres://[::1]:1/d",
        "postgres://u@LOCALHOST:1/d?x",
        "postgres://%2Fnowhere/d",
        "postgres:///d?host=/nowhere",
    ] {
        assert!(!matches!(refusal(url), OpenError::ClearText(_)), "{url}");
    }
}

#[test]
fn secrets_are_not_printed() {
    let options = SqlOptions::new("postgres://user:secret@localhost/d?password=secret");
    let text = format!("{options:?}");
    assert!(text.contains("localhost") && !text.contains("secret") && !text.contains("user"), "{text}");
    let Some(url) = support::postgres() else { return };
    let text = format!("{:?}", support::open(&format!("{url}?application_name=secret")));
    assert!(text.contains("postgres://") && !text.contains("secret"), "{text}");
}

#[test]
fn the_file_is_for_its_owner_alone() {
    let place = support::Place::new();
    let store = support::migrated(&place.url());
    let folder = std::fs::read_dir(place.path().parent().unwrap()).unwrap();
    let modes: Vec<_> = folder.map(|entry| entry.unwrap().metadata().unwrap().permissions().mode()).collect();
    assert!(modes.len() == 3 && modes.iter().all(|mode| mode & 0o777 == 0o600), "{modes:?}");
    assert_eq!((store.backend(), store.connections()), (Backend::Sqlite, 4));
    store.ping().unwrap();
}

#[test]
fn a_new_file_is_ours_only_once_it_is_migrated() {
    let place = support::Place::new();
    let store = support::open(&place.url());
    assert!(!store.pending_migrations().unwrap().is_empty());
    support::open(&place.url());
    store.migrate().unwrap();
    let relative = SqlStore::open(&SqlOptions::new(place.url().replacen("sqlite:", "sqlite://", 1))).unwrap();
    assert!(relative.pending_migrations().unwrap().is_empty());
}

#[test]
fn what_is_there_is_opened_and_what_is_not_is_not_made() {
    let place = support::Place::new();
    let options = SqlOptions::new(place.url());
    assert!(matches!(SqlStore::open_existing(&options), Err(OpenError::Missing(_))));
    assert!(!place.path().exists());
    std::fs::write(place.path(), "").unwrap();
    assert!(matches!(SqlStore::open_existing(&options), Err(OpenError::Missing(_))));
    assert_eq!(place.path().metadata().unwrap().len(), 0);

    let empty = support::open(&place.url());
    assert!(matches!(SqlStore::open_existing(&options), Err(OpenError::Missing(_))));
    let applied = empty.migrate().unwrap();
    let store = SqlStore::open_existing(&options).unwrap();
    assert_eq!(store.applied_migrations().unwrap(), applied);
    assert_eq!(store.clock().unwrap(), None);
    let newest = store.revert_newest().unwrap();
    let (last, rest) = applied.split_last().unwrap();
    assert!(newest.len() == 1 && last.replace('-', "").starts_with(&newest[0]), "{newest:?}");
    assert_eq!(store.applied_migrations().unwrap(), rest);
    assert_eq!(store.pending_migrations().unwrap(), [last.as_str()]);
}

#[test]
fn a_copy_that_sqlite_makes_beside_a_running_server_is_a_backup() {
    let (place, copy) = (support::Place::new(), support::Place::new());
    let store = support::migrated(&place.url());
    let statement = format!("VACUUM INTO '{}'", copy.path().display());
    raw::sqlite(&place).batch_execute(&statement).unwrap();
    let restored = SqlStore::open_existing(&SqlOptions::new(copy.url())).unwrap();
    assert_eq!(restored.applied_migrations().unwrap(), store.applied_migrations().unwrap());
    restored.ping().unwrap();
}

#[test]
fn a_server_that_takes_no_writes_is_said_to_be_read_only() {
    let Some(url) = support::postgres() else { return };
    let store = support::migrated(&url);
    let clock = store.clock().unwrap().unwrap();
    assert!(clock > time::macros::datetime!(2026-01-01 00:00 UTC), "{clock}");
    let read_only = format!("{url}?options=-c%20default_transaction_read_only%3Don");
    let error = refusal(&read_only);
    assert!(matches!(error, OpenError::ReadOnly(_)), "{error}");
    assert!(!error.to_string().contains("options"), "{error}");
}

#[test]
fn memory_is_one_connection_that_stays() {
    let store = support::migrated("sqlite::memory:");
    assert_eq!(store.connections(), 1);
    let other = support::open("sqlite::memory:");
    assert!(!other.pending_migrations().unwrap().is_empty(), "another database");
    assert!(store.clone().pending_migrations().unwrap().is_empty(), "the same database");
}

#[test]
fn of_several_that_migrate_at_once_one_does_it() {
    let place = support::Place::new();
    for url in [Some(place.url()), support::postgres()].into_iter().flatten() {
        let names = support::open(&url).pending_migrations().unwrap();
        let mut done = std::thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(|| support::open(&url).migrate().unwrap()));
            threads.map(|thread| thread.join().unwrap())
        });
        done.sort();
        assert_eq!(done, [vec![], vec![], vec![], names]);
    }
}

#[test]
fn waiting_for_a_connection_has_an_end() {
    let place = support::Place::new();
    let options = SqlOptions {
        connections: 1,
        connection_timeout: Duration::from_millis(20),
        ..SqlOptions::new(place.url())
    };
    let store = SqlStore::open(&options).unwrap();
    let unit = store.begin(Mode::Read).unwrap();
    assert!(matches!(store.begin(Mode::Read), Err(StoreError::Unavailable(_))));
    drop(unit);
    store.ping().unwrap();
}

#[test]
fn a_server_that_hangs_up_is_called_again() {
    let Some(url) = support::postgres() else { return };
    let store = support::migrated(&url);
    let count = || store.read(|unit| unit.workspaces()).map(|workspaces| workspaces.len());
    assert_eq!(count().unwrap(), 0);
    let hang_up = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
    raw::postgres(&url).batch_execute(hang_up).unwrap();
    let recovered = (0..=store.connections()).any(|_| match count() {
        Ok(count) => count == 0,
        Err(StoreError::Unavailable(_)) => false,
        Err(other) => panic!("{other:?}"),
    });
    assert!(recovered);
}

#[test]
fn what_we_would_not_have_stored_is_corrupt() {
    let place = support::Place::new();
    let store = support::migrated(&place.url());
    let insert = |columns: &str| {
        let sql = format!(
            "DELETE FROM workspaces; INSERT INTO workspaces \
             (id, slug, name, member_model_enabled, allowed_origins, created_at, modified_at) VALUES ({columns})"
        );
        raw::sqlite(&place).batch_execute(&sql).unwrap();
        store.read(|unit| unit.workspaces()).map(|workspaces| workspaces.len())
    };
    let id = "x'11111111111141118111111111111111'";
    assert_eq!(insert(&format!("{id}, 'a', 'A', 1, '[]', 0, NULL")).unwrap(), 1);
    for columns in [
        "x'00', 'a', 'A', 1, '[]', 0, NULL".to_owned(),
        "x'11111111111111111111111111111111', 'a', 'A', 1, '[]', 0, NULL".to_owned(),
        format!("{id}, 'a', 'A', 1, '{{}}', 0, NULL"),
        format!("{id}, 'a', 'A', 1, 'nonsense', 0, NULL"),
        format!("{id}, 'a', 'A', 1, '[1]', 0, NULL"),
        format!("{id}, 'a', 'A', 1, '[]', 9223372036854775807, NULL"),
    ] {
        assert!(matches!(insert(&columns), Err(StoreError::Corrupt(_))), "{columns}");
    }
}
