//! What an operator asks about the installation itself.

use std::fs;

use crate::sandbox::{Said, Sandbox};

#[test]
fn the_migrations_are_told_and_nothing_is_changed() {
    for sandbox in Sandbox::on_both() {
        let status = ["migrate", "status", "--json"];
        sandbox.run(&status).is_refusal(&["there is no database", "anteroom serve"]);
        let applied = sandbox.json(&["migrate", "--json"])["applied"].clone();
        let told = sandbox.json(&status);
        assert_eq!((&told["applied"], told["pending"].as_array().unwrap().len()), (&applied, 0));
        let said = sandbox.run(&["migrate", "status"]);
        assert_eq!(said.out.lines().count(), applied.as_array().unwrap().len(), "{said:?}");
        assert!(said.out.starts_with("applied  2026-11-22-000001_foundation\n"), "{said:?}");
        assert!(!sandbox.path("data/master.key").exists());
        assert_eq!(sandbox.run(&["migrate", "--json", "status"]).code, Some(2));
    }
}

#[test]
fn the_settings_are_shown_with_their_origin_and_without_secrets() {
    let sandbox = Sandbox::new()
        .set("ANTEROOM__DATABASE__URL", "postgres://ada:hunter2@localhost/anteroom")
        .set("ANTEROOM__MASTER_KEY", &"ab".repeat(32));
    fs::write(sandbox.path("anteroom.toml"), "# ours\n\n[session]\nidle_seconds = 60\n").unwrap();
    let shown = sandbox.json(&["config", "show", "--json"]);
    let checked = sandbox.json(&["config", "check", "--json"]);
    assert_eq!(shown, checked["settings"]);
    let of = |name: &str| (shown[name]["value"].as_str().unwrap(), shown[name]["from"].as_str().unwrap());
    assert_eq!(of("session.idle_seconds"), ("60", "session.idle_seconds in anteroom.toml (line 4)"));
    assert_eq!(of("server.listen"), ("127.0.0.1:0", "ANTEROOM__SERVER__LISTEN"));
    assert_eq!(of("log.level"), ("info", "default"));
    assert_eq!(of("master_key"), ("(hidden)", "ANTEROOM__MASTER_KEY"));
    assert_eq!(of("database.url"), ("(hidden)", "ANTEROOM__DATABASE__URL"));
    let said = sandbox.run(&["config", "show"]);
    assert_eq!(said.out.lines().count(), shown.as_object().unwrap().len() + 1, "{said:?}");
    let check = sandbox.run(&["config", "check"]).out;
    assert!(
        check.starts_with("The configuration is sound. ") && check.contains("session.idle_seconds"),
        "{check}"
    );
    assert!(!check.contains("log.level"), "only what is set: {check}");
    assert!(!(said.out + &check).contains("hunter2"));
    let all_default = sandbox.command(&["config", "check"]).env_clear().current_dir("/").output().unwrap();
    assert!(String::from_utf8(all_default.stdout).unwrap().ends_with("every setting has its default.\n"));
}

#[test]
fn what_follows_from_other_settings_is_shown_as_it_is() {
    let sandbox =
        Sandbox::new().set("ANTEROOM__SERVER__LISTEN", "0.0.0.0:81").set("ANTEROOM__DATA_DIR", "/x");
    let shown = sandbox.json(&["config", "show", "--json"]);
    for (name, value) in [
        ("server.public_url", "http://localhost:81"),
        ("database.url", "sqlite:/x/anteroom.db"),
        ("master_key", "/x/master.key"),
    ] {
        assert_eq!(shown[name], serde_json::json!({"value": value, "from": "default"}), "{name}");
    }
    assert!(!sandbox.run(&["config", "show"]).out.contains('{'));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sandbox = Sandbox::new().with_shop();
    fs::remove_file(sandbox.path("data/master.key")).unwrap();
    for (arguments, code) in [
        (&["migrate", "status"][..], 0),
        (&["config", "show"], 0),
        (&["man"], 0),
        (&["completions", "bash"], 0),
        (&["doctor"], 1),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = sandbox.command(arguments).stdout(writer).output().unwrap();
        let said = Said::of(&output);
        assert_eq!((said.code, said.err.as_str()), (Some(code), ""), "{arguments:?}: {said:?}");
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status =
        sandbox.command(&["token", "list", "--workspace", "nowhere"]).stderr(writer).status().unwrap();
    assert_eq!(status.code(), Some(1), "nobody hears why, and nothing panics");
}

#[test]
fn shells_and_readers_of_manuals_are_served_without_a_database() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let said = sandbox.run(&["completions", shell]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
        assert!(said.out.contains("doctor") && said.out.contains("external-id"), "{shell}");
    }
    assert_eq!(sandbox.run(&["completions", "sh"]).code, Some(2));
    let page = sandbox.run(&["man"]).out;
    for part in [
        ".TH anteroom 1",
        "anteroom\\-doctor(1)",
        "server.listen",
        "\n.SH \"EXIT STATUS\"\n",
        "\n.SH EXAMPLES\n.nf\nanteroom  ",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let settings = page.split("\n.SH ").find(|section| section.starts_with("SETTINGS\n")).unwrap();
    assert_eq!(settings.matches("\n.TP\n").count(), 36, "{settings}");
    assert!(!page.contains("EXTRA"), "{page}");
    fs::create_dir(sandbox.path("man1")).unwrap();
    let said = sandbox.run(&["man", "--folder", "man1"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{said:?}");
    for name in ["anteroom.1", "anteroom-doctor.1", "anteroom-token-revoke.1"] {
        assert!(sandbox.path("man1").join(name).is_file(), "{name}");
    }
    assert_eq!(fs::read_to_string(sandbox.path("man1/anteroom.1")).unwrap(), page);
    sandbox.run(&["man", "--folder", "nowhere"]).is_refusal(&["nowhere", "name a folder"]);
    assert!(!sandbox.path("data").exists());
}
