//! `config check`, the file and the environment.

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn an_unknown_key_is_refused_wherever_it_stands() {
    let sandbox = Sandbox::new().set("ANTEROOM__SERVER__LISEN", "127.0.0.1:0");
    for arguments in
        [&["serve"][..], &["config", "check"], &["config", "show"], &["workspace", "list"], &["migrate"]]
    {
        sandbox.run(arguments).is_refusal(&["ANTEROOM__SERVER__LISEN", "ANTEROOM__SERVER__LISTEN"]);
    }
    assert!(!sandbox.path("data").exists());

    let sandbox = Sandbox::new();
    fs::write(sandbox.path("anteroom.toml"), "[server]\nlisen = \"127.0.0.1:0\"\n").unwrap();
    sandbox.run(&["serve"]).is_refusal(&["server.lisen in anteroom.toml (line 2)", "server.listen"]);
}

#[test]
fn every_fault_is_told_at_once_a_line_each() {
    let sandbox = Sandbox::new()
        .set("ANTEROOM__SERVER__LISTEN", "8080")
        .set("ANTEROOM__DEMO", "maybe")
        .set("ANTEROOM__COLOUR", "green");
    for arguments in [&["config", "check"][..], &["serve"]] {
        let said = sandbox.run(arguments);
        assert_eq!((said.code, said.err.lines().count()), (Some(1), 3), "{said:?}");
        for name in ["ANTEROOM__SERVER__LISTEN", "ANTEROOM__DEMO", "ANTEROOM__COLOUR"] {
            assert!(said.err.contains(&format!("anteroom: {name} ")), "{said:?}");
        }
    }
    let said = sandbox.run(&["config", "check", "--json"]);
    let faults: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, faults["faults"].as_array().unwrap().len()), (Some(1), 3), "{said:?}");
}

#[test]
fn every_setting_is_accepted_and_no_secret_shown() {
    let key = "ab".repeat(32);
    let mut sandbox = Sandbox::new();
    for (name, value) in [
        ("DATA_DIR", "./elsewhere"),
        ("SERVER__LISTEN", "127.0.0.1:0"),
        ("SERVER__PUBLIC_URL", "https://id.shop.example/"),
        ("SERVER__BASE_DOMAIN", "id.shop.example"),
        ("SERVER__WORKERS", "2"),
        ("SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("DATABASE__URL", "postgres://ada:hunter2@localhost/anteroom"),
        ("DATABASE__CONNECTIONS", "8"),
        ("MASTER_KEY", &key),
        ("DEMO", "false"),
        ("METRICS__LISTEN", "127.0.0.1:9090"),
        ("LIMITS__ENABLED", "true"),
        ("LIMITS__CREDENTIAL_POSTS_PER_MINUTE", "30"),
        ("LIMITS__CREDENTIAL_POSTS_PER_WORKSPACE_PER_MINUTE", "3000"),
        ("LIMITS__FAILURES_PER_ACCOUNT", "20"),
        ("TOKEN_LEAKS__PUBLIC_KEYS_FILE", "./reporters.json"),
        ("MEMORY__MEBIBYTES", "64"),
        ("JOBS__ENABLED", "false"),
        ("MAIL__SMTP_HOST", "smtp.example.com"),
        ("MAIL__SMTP_PORT", "2525"),
        ("MAIL__SMTP_ENCRYPTION", "tls"),
        ("MAIL__SMTP_USERNAME", "anteroom"),
        ("MAIL__SMTP_PASSWORD", "hunter3"),
        ("MAIL__SMTP_TIMEOUT_SECONDS", "20"),
        ("MAIL__SMTP_CA_FILE", "./ca.pem"),
        ("MAIL__TEMPLATES_DIR", "./words"),
        ("SESSION__COOKIE_NAME", "__Host-sid"),
        ("SESSION__COOKIE_SAME_SITE", "none"),
        ("SESSION__IDLE_SECONDS", "3600"),
        ("SESSION__ABSOLUTE_SECONDS", "86400"),
        ("SESSION__JWT_SECONDS", "600"),
        ("SIGNING_KEYS__ROTATION_DAYS", "30"),
        ("PASSWORDS__MINIMUM_LENGTH", "12"),
        ("PROVIDERS__ALLOW_LOOPBACK", "true"),
        ("LOG__LEVEL", "info,anteroom_http=debug"),
        ("LOG__FORMAT", "json"),
    ] {
        sandbox = sandbox.set(&format!("ANTEROOM__{name}"), value);
    }
    std::fs::write(sandbox.path("ca.pem"), "").unwrap();
    std::fs::write(sandbox.path("reporters.json"), r#"{"public_keys": []}"#).unwrap();
    std::fs::create_dir(sandbox.path("words")).unwrap();
    let checked = sandbox.json(&["config", "check", "--json"]);
    assert_eq!(checked["valid"], true);
    let settings = checked["settings"].as_object().unwrap();
    assert_eq!(settings.len(), 36);
    assert!(settings.values().all(|setting| setting["from"] != "default"), "{settings:#?}");
    let said = sandbox.run(&["config", "check"]);
    for secret in [key.as_str(), "hunter2", "hunter3"] {
        assert!(!said.out.contains(secret) && !checked.to_string().contains(secret), "{said:?}");
    }
}

#[test]
fn another_file_can_be_named() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("other.toml"), "data_dir = \"elsewhere\"\n[session]\nidle_seconds = 60\n")
        .unwrap();
    let checked = sandbox.json(&["config", "check", "--json", "--config", "other.toml"]);
    assert_eq!(checked["settings"]["session.idle_seconds"]["value"], "60");
    assert_eq!(sandbox.run(&["--config", "other.toml", "migrate"]).code, Some(0));
    assert!(sandbox.path("elsewhere/anteroom.db").exists());
    sandbox.run(&["--config", "nowhere.toml", "migrate"]).is_refusal(&["nowhere.toml", "--config"]);
}

#[test]
fn help_teaches() {
    let said = Sandbox::new().run(&["--help"]);
    assert_eq!(said.code, Some(0));
    for part in [
        "[default: 127.0.0.1:8080]",
        "[default: ./data]",
        "[default: sqlite:{data_dir}/anteroom.db]",
        "Examples:\n  anteroom  ",
        "\n  anteroom workspace create --slug shop",
        "ANTEROOM__SERVER__LISTEN",
        "server.base_domain",
    ] {
        assert!(said.out.contains(part), "{part}");
    }
    assert_eq!(Sandbox::new().run(&["sevre"]).code, Some(2));
}
