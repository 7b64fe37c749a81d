use std::path::PathBuf;

use super::*;

fn read(file: &str, variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("a.toml");
    std::fs::write(&path, file).unwrap();
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    Config::read(Some(&path), variables).map_err(|faults| {
        faults.iter().map(|fault| fault.to_string().replace(path.to_str().unwrap(), "a.toml")).collect()
    })
}

#[test]
fn without_anything_the_defaults_hold() {
    let config = read("", &[("PATH", "/bin"), ("ANTEROOM_PORT", "tcp://10.0.0.1:80")]).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.public_url(8081).unwrap().as_str(), "http://127.0.0.1:8081/");
    assert_eq!(config.database.options.url, "sqlite:./data/anteroom.db");
    assert!(config.demo && config.master_key.is_none() && config.database.in_data_dir);
    assert_eq!(config.lifetimes, Lifetimes::default());
    assert_eq!(config.passwords, PasswordPolicy::default());
}

#[test]
fn variables_are_stronger_than_the_file() {
    let file = "data_dir = '/x'\n[server]\nlisten = '0.0.0.0:1'\nworkers = 3\n";
    let config = read(file, &[("ANTEROOM__SERVER__LISTEN", "[::]:2"), ("ANTEROOM__DATA_DIR", "")]).unwrap();
    assert_eq!(config.server.listen.to_string(), "[::]:2");
    assert_eq!(config.server.public_url(2).unwrap().as_str(), "http://localhost:2/");
    assert_eq!(config.server.workers.get(), 3);
    assert_eq!(config.database.options.url, "sqlite:/x/anteroom.db");
}

#[test]
fn every_fault_is_reported_with_its_place_and_no_secret() {
    let file =
        "master_key = 'hunter2'\ncolour = 1\n[server]\nlisen = 'a'\nworkers = 0\nbase_domain = ['a']\n";
    let variables = [
        ("ANTEROOM__SERVER__LISTEN", "8080"),
        ("ANTEROOM__SERVER__PUBLIC_URL", "https://a.example/path"),
        ("ANTEROOM__DATABASE__URL", "user:hunter2@host"),
        ("ANTEROOM__LISTEN", "x"),
        ("ANTEROOM__LOG__LEVEL", "inof"),
        ("ANTEROOM__SESSION__COOKIE_SAME_SITE", "strict"),
    ];
    let faults = read(file, &variables).unwrap_err();
    assert!(!faults.concat().contains("hunter2"));
    for start in [
        "master_key in a.toml (line 1) should be 32 bytes",
        "colour in a.toml (line 2) is no setting: `anteroom --help` lists them",
        "server.lisen in a.toml (line 4) is no setting: do you mean server.listen?",
        "server.workers in a.toml (line 5) should be a whole number from 1 to 1024, not \"0\"",
        "server.base_domain in a.toml (line 6) should be one value",
        "ANTEROOM__SERVER__LISTEN should be an address and a port",
        "ANTEROOM__SERVER__PUBLIC_URL should be an absolute",
        "ANTEROOM__DATABASE__URL should begin with sqlite: or postgres://",
        "ANTEROOM__LISTEN is no setting: do you mean ANTEROOM__SERVER__LISTEN?",
        "ANTEROOM__LOG__LEVEL should be error,",
        "ANTEROOM__SESSION__COOKIE_SAME_SITE should be lax or none",
    ] {
        assert_eq!(faults.iter().filter(|fault| fault.starts_with(start)).count(), 1, "{start}: {faults:#?}");
    }
    assert_eq!(faults.len(), 11);
}

#[test]
fn a_database_that_will_be_refused_is_a_fault_already() {
    for (url, told) in [
        ("postgres://u:hunter2@db.example/x", "PostgreSQL on db.example would be used without TLS"),
        ("postgres://u:hunter 2@[bad/x", "database URL has a space"),
        ("postgres://u:hunter2@[bad/x", "database URL has a host that is none"),
        ("sqlite:", "database URL names no file"),
        ("mysql://u:hunter2@h/x", "should begin with sqlite: or postgres://"),
    ] {
        let file = format!("# ours\n[database]\nurl = '{url}'\n");
        let from_file = read(&file, &[]).unwrap_err();
        let from_variable = read("", &[("ANTEROOM__DATABASE__URL", url)]).unwrap_err();
        for (faults, place) in
            [(from_file, "database.url in a.toml (line 3) "), (from_variable, "ANTEROOM__DATABASE__URL ")]
        {
            assert_eq!(faults.len(), 1, "{url}: {faults:?}");
            assert!(faults[0].starts_with(place) && faults[0].contains(told), "{faults:?}");
            assert!(!faults[0].contains("hunter"), "{faults:?}");
        }
    }
    let agreed = "postgres://u:hunter2@db.example/x?sslmode=disable";
    assert_eq!(read("", &[("ANTEROOM__DATABASE__URL", agreed)]).unwrap().database.options.url, agreed);
}

#[test]
fn a_line_is_the_one_in_which_the_key_stands() {
    let file = "# a comment\r\n\n[log]\nlevel = \"\"\"\nloud\"\"\"\n\n[session]\nidle_seconds = 0x10\n\
        cookie_name = 'a b'\n[server]\n\"workers\" = 0o0\n[passwords]\nminimum_length = 1_000\n";
    let faults = read(file, &[]).unwrap_err();
    for start in [
        "log.level in a.toml (line 4) ",
        "session.cookie_name in a.toml (line 9) ",
        "server.workers in a.toml (line 11) ",
        "passwords.minimum_length in a.toml (line 13) should be a whole number from 8 to 128, not \"1000\"",
    ] {
        assert!(faults.iter().any(|fault| fault.starts_with(start)), "{start}: {faults:#?}");
    }
    assert_eq!(faults.len(), 4, "idle_seconds is 16: {faults:#?}");
    let faults = read("server = { workers = 2, lisen = 1 }\nsession.idle_seconds = -1", &[]).unwrap_err();
    assert!(faults[0].starts_with("server.lisen in a.toml (line 1) is no setting"), "{faults:?}");
    assert!(faults[1].starts_with("session.idle_seconds in a.toml (line 2) should be"), "{faults:?}");
}

#[test]
fn what_browsers_demand_of_cookies_is_demanded_here() {
    let none = ("ANTEROOM__SESSION__COOKIE_SAME_SITE", "none");
    let name = ("ANTEROOM__SESSION__COOKIE_NAME", "__Host-sid");
    let https = ("ANTEROOM__SERVER__PUBLIC_URL", "https://id.shop.example/");
    assert_eq!(read("", &[none, name]).unwrap_err().len(), 2);
    let config = read("", &[none, name, https]).unwrap();
    assert!(config.session_cookie.cross_site);
}

#[test]
fn an_empty_master_key_and_a_broken_file_are_refused() {
    assert_eq!(read("", &[("ANTEROOM__MASTER_KEY", "")]).unwrap_err().len(), 1);
    let faults = read("master_key = 'hunter2\n", &[]).unwrap_err();
    assert!(
        faults.len() == 1
            && faults[0].starts_with("a.toml is no TOML in line 1: ")
            && !faults[0].contains("hunter2"),
        "{faults:?}"
    );
    let faults = read("data_dir = 'x'\n\nworkers =\n\n[server]\nlisten = \n", &[]).unwrap_err();
    let starts = |line: &str| faults.iter().filter(|fault| fault.starts_with(line)).count();
    assert!(starts("a.toml is no TOML in line 3: ") >= 1, "{faults:?}");
    assert!(starts("a.toml is no TOML in line 6: ") >= 1, "{faults:?}");
    assert!(Config::read(Some(Path::new("/nowhere.toml")), []).is_err());
}

#[test]
fn secrets_are_neither_printed_nor_listed() {
    let key = "ab".repeat(32);
    let variables =
        [("ANTEROOM__MASTER_KEY", &*key), ("ANTEROOM__DATABASE__URL", "postgres://u:hunter2@localhost/d")];
    let config = read("", &variables).unwrap();
    let printed = format!("{config:?}");
    assert!(!printed.contains(&key) && !printed.contains("hunter2"), "{printed}");
}

#[test]
fn proxies_are_networks_and_nobody_else() {
    let set = |text| read("", &[("ANTEROOM__SERVER__TRUSTED_PROXIES", text)]);
    assert!(set("127.0.0.1, 10.0.0.0/8").is_ok() && set("").is_ok());
    for (text, told) in [
        ("proxy.example", "is neither"),
        ("10.0.0.1/8", "do you mean 10.0.0.0/8?"),
        ("0.0.0.0/0", "everybody"),
    ] {
        let faults = set(text).unwrap_err();
        assert!(faults.len() == 1 && faults[0].contains(told), "{faults:?}");
        assert!(faults[0].starts_with("ANTEROOM__SERVER__TRUSTED_PROXIES "), "{faults:?}");
    }
}
