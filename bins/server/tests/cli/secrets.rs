//! What must not be read later: in the log at its most talkative, and in a copy of the database.

use std::fs;

use crate::sandbox::{Sandbox, Server};
use crate::serving::{sequence, shell};

/// The words that begin as a secret of ours does.
fn secrets(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c)));
    let starts = ["anteroom_wat_", "anteroom_mst_", "anteroom_cst_", "anteroom_pec_", "anteroom_sck_", "eyJ"];
    words
        .filter(|word| word.len() > 30 && starts.iter().any(|start| word.starts_with(start)))
        .map(str::to_owned)
        .collect()
}

/// What a server answers who makes an access token and rotates it, each under a key that may be sent again.
fn access_tokens(server: &Server, message: &str) -> String {
    let own = secrets(message).into_iter().find(|secret| secret.starts_with("anteroom_wat_")).unwrap();
    let post = |path: &str, body: &str| {
        let headers = format!(
            "Authorization: Bearer {own}\r\nContent-Type: application/json\r\nIdempotency-Key: {}\r\n",
            path.len()
        );
        server.request("POST", path, &headers, body).unwrap()
    };
    let path = "/api/workspace-access-tokens";
    let made = post(path, r#"{"comment": "c", "scopes": ["members:read"]}"#);
    let id = made.split(r#""id":""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let rotated = post(&format!("{path}/{id}/rotate"), "{}");
    format!("{made}\n{rotated}")
}

#[test]
fn lo_02_se_01_neither_the_log_nor_the_database_has_a_secret_that_works() {
    let sandbox = Sandbox::new().set("ANTEROOM__LOG__LEVEL", "trace");
    let mut server = sandbox.serve();
    let message = server.out();
    let portal = shell(&sequence(&message, "1. "));
    let shopper = shell(&format!("{}\nprintf '%s\\n' \"$jwt\"", sequence(&message, "2. ")));
    let code = secrets(&portal).into_iter().find(|secret| secret.starts_with("anteroom_pec_")).unwrap();
    assert!(server.get(&format!("/demo/portal?code={code}")).contains("200"));
    let made = secrets(&access_tokens(&server, &message));
    assert_eq!(made.len(), 2, "{made:?}");
    for wrong in ["Bearer hunter2-is-no-token", "Basic aHVudGVyMjpodW50ZXIy"] {
        let headers = format!("Authorization: {wrong}\r\n");
        assert!(server.request("GET", "/api/workspace", &headers, "").unwrap().starts_with("HTTP/1.1 401"));
    }
    assert_eq!(server.stop_by("TERM").0, Some(0));

    let mut found = secrets(&message);
    found.extend(made);
    found.extend(secrets(&portal));
    found.extend(secrets(&shopper));
    let kinds = ["anteroom_wat_", "anteroom_mst_", "anteroom_pec_", "anteroom_sck_", "eyJ"];
    for kind in kinds {
        assert!(found.iter().any(|secret| secret.starts_with(kind)), "the test has seen no {kind}");
    }
    found.extend(["correct horse battery", "hunter2", "aHVudGVyMjpodW50ZXIy"].map(str::to_owned));
    let master_key = fs::read_to_string(sandbox.path("data/master.key")).unwrap();
    found.push(master_key.trim().to_owned());

    let log = server.err();
    assert!(log.lines().count() > 5, "a talkative log says something: {log}");
    let mut database = String::new();
    for name in ["data/anteroom.db", "data/anteroom.db-wal"] {
        let bytes = fs::read(sandbox.path(name)).unwrap_or_default();
        database.push_str(&String::from_utf8_lossy(&bytes));
    }
    assert!(database.contains("ada@example.com"), "the test reads the database");
    for secret in &found {
        assert!(!log.contains(secret.as_str()), "the log has {secret}");
        assert!(!database.contains(secret.as_str()), "the database has {secret}");
    }
}

#[test]
fn a_refused_request_is_a_line_with_its_id_its_route_and_no_path() {
    let sandbox = Sandbox::new();
    let mut server = sandbox.serve();
    let headers = "X-Request-Id: find-me-1\r\n";
    let path = "/api/customers/external/somebody%40example.com";
    assert!(server.request("GET", path, headers, "").unwrap().starts_with("HTTP/1.1 401"));
    assert_eq!(server.stop_by("TERM").0, Some(0));
    let log = server.err();
    let line =
        log.lines().find(|line| line.contains("find-me-1")).unwrap_or_else(|| panic!("no line: {log}"));
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["request.id"], "find-me-1");
    assert_eq!(line["http.route"], "/api/customers/external/{external_id}");
    assert_eq!((&line["http.status"], &line["http.method"]), (&401.into(), &"GET".into()));
    assert!(!log.contains("somebody"), "{log}");
}
