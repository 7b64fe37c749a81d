//! `doctor` finds what is wrong and changes nothing.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anteroom_domain::text::Slug;
use anteroom_domain::workspace::Workspace;
use anteroom_store::StoreExt;
use anteroom_store::sql::{SqlOptions, SqlStore};
use serde_json::{Value, json};

use crate::sandbox::Sandbox;

fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// A fingerprint of what every file of a folder holds, and when it was written.
fn contents(folder: &Path, found: &mut BTreeMap<String, (u64, SystemTime)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        let written = path.metadata().unwrap().modified().unwrap();
        if path.is_dir() {
            found.insert(name, (0, written));
            contents(&path, found);
        } else {
            found.insert(name, (fingerprint(&fs::read(&path).unwrap()), written));
        }
    }
}

fn everything(sandbox: &Sandbox) -> BTreeMap<String, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    contents(&sandbox.path(""), &mut found);
    found
}

/// The check, verdict and text of each finding.
fn findings(sandbox: &Sandbox) -> Vec<(String, String, String)> {
    let said = sandbox.run(&["doctor", "--json"]);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    let text = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let found: Vec<_> = told
        .get("checks")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                text(one, "check"),
                text(one, "verdict"),
                format!("{} — {}", text(one, "what"), text(one, "advice")),
            )
        })
        .collect();
    let failed = found.iter().any(|(_, verdict, _)| verdict == "fail");
    assert_eq!(
        (told.get("healthy") == Some(&json!(false)), said.code == Some(1)),
        (failed, failed),
        "{said:?}"
    );
    let lines = sandbox.run(&["doctor"]);
    assert_eq!((lines.code, lines.out.lines().count()), (said.code, found.len()), "a line each: {lines:?}");
    for (line, (_, verdict, _)) in lines.out.lines().zip(&found) {
        assert!(line.starts_with(&format!("{verdict:4}  ")), "{line}");
    }
    found
}

#[track_caller]
fn assert_found(sandbox: &Sandbox, check: &str, verdict: &str, parts: &[&str]) {
    let found = findings(sandbox);
    let is_meant = |(name, degree, text): &(String, String, String)| {
        name == check && degree == verdict && parts.iter().all(|part| text.contains(part))
    };
    assert!(found.iter().any(is_meant), "{verdict} of {check} with {parts:?} in {found:#?}");
}

#[test]
fn a_sound_installation_has_nothing_but_oks() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let create =
            ["key", "create", "--workspace", "shop", "--title", "t", "--origin", "http://127.0.0.1:3000"];
        assert_eq!(sandbox.run(&create).code, Some(0));
        let checks = [
            "configuration",
            "disk",
            "database",
            "migrations",
            "master key",
            "signing keys",
            "clock",
            "public url",
            "cookie",
            "origins",
            "mail",
            "permissions",
        ];
        for _server in [None, Some(sandbox.serve())] {
            let found = findings(&sandbox);
            let names: Vec<_> = found.iter().map(|(check, ..)| check.as_str()).collect();
            assert_eq!(names, checks);
            assert!(found.iter().all(|(_, verdict, _)| verdict == "ok"), "{found:#?}");
        }
    }
}

#[test]
fn nothing_is_changed() {
    // What the server itself does beside requests would be taken for the doctor's doing.
    let sandbox = Sandbox::new().set("ANTEROOM__JOBS__ENABLED", "false");
    let before = everything(&sandbox);
    assert_eq!(sandbox.run(&["doctor"]).code, Some(1));
    assert_eq!(everything(&sandbox), before, "where there is nothing");

    let mut server = sandbox.serve();
    let before = everything(&sandbox);
    assert_eq!(sandbox.run(&["doctor"]).code, Some(0));
    assert_eq!(without_marks(everything(&sandbox)), without_marks(before), "beside a server");

    assert_eq!(server.stop_by("TERM").0, Some(0));
    let before = without_marks(everything(&sandbox));
    assert_eq!(sandbox.run(&["doctor"]).code, Some(0));
    let names = |all: &BTreeMap<String, _>| all.keys().cloned().collect::<Vec<_>>();
    let after = without_marks(everything(&sandbox));
    assert_eq!(names(&after), names(&before));
    for (name, (held, _)) in &before {
        assert_eq!(&after[name].0, held, "{name}");
    }
}

/// Readers leave their marks in the memory that the processes on a SQLite file share; and that memory, with an empty log, may
/// stay behind a process that ends in a hurry.
fn without_marks(mut all: BTreeMap<String, (u64, SystemTime)>) -> BTreeMap<String, (u64, SystemTime)> {
    let is_empty = |name: &str| std::fs::metadata(name).is_ok_and(|file| file.len() == 0);
    all.retain(|name, _| !(name.ends_with("-shm") || name.ends_with("-wal") && is_empty(name)));
    all
}

#[test]
fn faults_of_the_configuration_are_findings() {
    let sandbox = Sandbox::new().set("ANTEROOM__SERVER__LISTEN", "x").set("ANTEROOM__DEMO", "x");
    let found = findings(&sandbox);
    assert!(found.len() == 2 && found.iter().all(|(check, ..)| check == "configuration"), "{found:#?}");
    assert_found(&sandbox, "configuration", "fail", &["ANTEROOM__SERVER__LISTEN should be"]);
    assert_found(&sandbox, "configuration", "fail", &["ANTEROOM__DEMO should be"]);
}

#[test]
fn a_wrong_master_key_and_none_are_found() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let key = sandbox.path("data/master.key");
        fs::rename(&key, sandbox.path("kept")).unwrap();
        assert_found(&sandbox, "master key", "fail", &["./data/master.key is not there", "restore"]);
        assert!(!key.exists());
        fs::write(&key, "x").unwrap();
        assert_found(&sandbox, "master key", "fail", &["./data/master.key holds no key"]);
        let sandbox = sandbox.set("ANTEROOM__MASTER_KEY", &"ab".repeat(32));
        assert_found(
            &sandbox,
            "master key",
            "fail",
            &["not the one", "ANTEROOM__MASTER_KEY", "restore the right"],
        );
    }
}

#[test]
fn what_others_can_read_is_found() {
    let sandbox = Sandbox::new().with_shop();
    for (name, mode, advice) in [
        ("data", 0o750, "chmod 700 ./data"),
        ("data/master.key", 0o640, "chmod 600 ./data/master.key"),
        ("data/anteroom.db", 0o604, "chmod 600 ./data/anteroom.db"),
    ] {
        fs::set_permissions(sandbox.path(name), Permissions::from_mode(mode)).unwrap();
        assert_found(&sandbox, "permissions", "warn", &["others on this machine", advice]);
    }
    assert_eq!(findings(&sandbox).iter().filter(|(_, verdict, _)| verdict != "ok").count(), 3);
}

#[test]
fn a_clock_that_is_behind_the_records_is_found() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let store = SqlStore::open(&SqlOptions::new(sandbox.database())).unwrap();
        let slug = Slug::parse("shop").unwrap();
        let workspace: Workspace = store.read(|unit| unit.workspace_by_slug(&slug)).unwrap().unwrap();
        let later = Workspace {
            id: "3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60".parse().unwrap(),
            slug: Slug::parse("later").unwrap(),
            created_at: workspace.created_at + Duration::from_hours(1),
            ..workspace
        };
        store.write(|unit| unit.insert_workspace(&later)).unwrap();
        drop(store);
        assert_found(&sandbox, "clock", "fail", &["newest record", "NTP"]);
    }
    let sandbox = Sandbox::new().with_shop();
    let later = SystemTime::now() + Duration::from_secs(30);
    File::open(sandbox.path("data/anteroom.db")).unwrap().set_modified(later).unwrap();
    assert_found(&sandbox, "clock", "warn", &["the database file", "NTP"]);
}

#[test]
fn addresses_that_clients_cannot_use_are_found() {
    let at = |listen: &str, url: &str| {
        let sandbox = Sandbox::new().set("ANTEROOM__SERVER__LISTEN", listen);
        if url.is_empty() { sandbox } else { sandbox.set("ANTEROOM__SERVER__PUBLIC_URL", url) }
    };
    for (listen, url, verdict, part) in [
        ("127.0.0.1:8080", "", "ok", "http://127.0.0.1:8080"),
        ("0.0.0.0:8080", "", "warn", "server.public_url is not set"),
        ("0.0.0.0:8080", "http://0.0.0.0:8080", "fail", "no client can reach"),
        ("0.0.0.0:8080", "http://[::]:8080", "fail", "no client can reach"),
        ("0.0.0.0:8080", "http://id.shop.example", "warn", "clear text"),
        ("127.0.0.1:8080", "http://localhost", "warn", "the server listens on 127.0.0.1:8080"),
        ("127.0.0.1:8080", "http://localhost:8080", "ok", "http://localhost:8080"),
        ("127.0.0.1:8080", "https://id.shop.example", "ok", "https://id.shop.example"),
    ] {
        assert_found(&at(listen, url), "public url", verdict, &[part]);
    }
    let https = "https://id.shop.example";
    assert_found(&at("127.0.0.1:8080", https), "cookie", "ok", &["SameSite=Lax and Secure", "proxy"]);
    assert_found(&at("0.0.0.0:8080", https), "cookie", "warn", &["0.0.0.0:8080 past the proxy", "firewall"]);
    assert_found(&at("127.0.0.1:8080", ""), "cookie", "ok", &["not Secure"]);
}

#[test]
fn shops_that_will_get_no_cookie_are_found() {
    for sandbox in Sandbox::on_both() {
        let mut sandbox = sandbox.with_shop();
        for origin in [
            "https://www.shop.example",
            "http://shop.example",
            "https://other.example",
            "http://localhost:3000",
        ] {
            let create = ["key", "create", "--workspace", "shop", "--title", "t", "--origin", origin];
            assert_eq!(sandbox.run(&create).code, Some(0));
        }
        let told = |sandbox: &Sandbox| -> Vec<String> {
            let found = findings(sandbox).into_iter().filter(|(check, ..)| check == "origins");
            found.map(|(_, _, text)| text).collect()
        };
        sandbox = sandbox.set("ANTEROOM__SERVER__PUBLIC_URL", "https://id.shop.example");
        let found = told(&sandbox);
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(
            found[0].contains("http://shop.example (workspace shop)") && found[0].contains("http and https")
        );
        assert!(found[1].contains("https://other.example") && found[1].contains("cookie_same_site to none"));
        assert!(found[2].contains("http://localhost:3000"));

        sandbox = sandbox.set("ANTEROOM__SESSION__COOKIE_SAME_SITE", "none");
        let found = told(&sandbox);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].contains("https://other.example") && found[0].contains("block the cookies"));

        sandbox = sandbox.set("ANTEROOM__SERVER__PUBLIC_URL", "http://127.0.0.1:8080");
        sandbox = sandbox.set("ANTEROOM__SESSION__COOKIE_SAME_SITE", "lax");
        let found = told(&sandbox);
        assert!(
            found
                .iter()
                .any(|text| text.contains("http://localhost:3000") && text.contains("by the same name"))
        );
    }
}
