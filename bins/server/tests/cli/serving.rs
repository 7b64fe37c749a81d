//! Starts and stops that go well.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use crate::sandbox::Sandbox;

/// The lines to be pasted from the paragraph that begins with `start`.
pub(crate) fn sequence(message: &str, start: &str) -> String {
    let lines = message.lines().skip_while(|line| !line.starts_with(start)).skip(2);
    lines.take_while(|line| line.starts_with("  ")).collect::<Vec<_>>().join("\n")
}

pub(crate) fn shell(script: &str) -> String {
    let output = Command::new("sh").args(["-eu", "-c", script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{script}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn first_start_shows_all_that_is_needed_once() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve();
    let message = server.out();
    assert!(message.lines().count() < 45);
    assert!(message.starts_with(&format!("anteroom is listening on {}\n", server.url())));
    for part in [
        "  data             ./data (the database and its master key",
        "  access token     anteroom_wat_",
        "  publishable key  pk_",
        "curl -sS -X POST http://127.0.0.1:",
        "/api/customer-sessions/",
        "/auth/session",
        "anteroom token create --workspace demo",
    ] {
        assert!(message.contains(part), "{part}");
    }
    assert!(!server.err().contains("anteroom_wat_"));
    let mode = |name: &str| fs::metadata(sandbox.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("data"), mode("data/master.key")), (0o700, 0o600));
}

#[test]
fn the_sequences_of_the_first_start_reach_both_apis() {
    let server = Sandbox::new();
    let server = server.serve();
    let message = server.out();

    let portal = shell(&sequence(&message, "1. "));
    let link = portal.lines().last().unwrap();
    assert!(link.starts_with(&format!("{}/demo/portal?code=", server.url())), "{portal}");
    assert!(portal.contains("\"customer_portal_url\""), "{portal}");

    let shopper = shell(&sequence(&message, "2. "));
    assert!(shopper.to_lowercase().contains("set-cookie: connect.sid="), "{shopper}");
    let account = shopper.lines().last().unwrap();
    for part in ["{\"customer\":{", "@example.com", "Hopper", "12 St James Square"] {
        assert!(account.contains(part), "{part} in {shopper}");
    }
}

#[test]
fn second_start_is_quiet_and_loses_nothing() {
    let sandbox = Sandbox::new();
    let mut first = sandbox.serve();
    assert_eq!(first.stop_by("TERM").0, Some(0));
    let mut second = sandbox.serve();
    assert_eq!(second.stop_by("TERM").0, Some(0));
    let said = second.out();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("new keys: anteroom token create --workspace demo"), "{said}");
    assert!(!said.contains("anteroom_wat_"), "{said}");
    let workspaces = sandbox.json(&["workspace", "list", "--json"]);
    assert_eq!(workspaces[0]["slug"], "demo");
}

#[test]
fn without_the_demo_the_first_start_says_how_to_begin() {
    let sandbox = Sandbox::new().set("ANTEROOM__DEMO", "false");
    let server = sandbox.serve();
    assert!(server.out().contains("anteroom workspace create"), "{}", server.out());
    assert_eq!(server.out().lines().count(), 1);
    assert_eq!(sandbox.json(&["workspace", "list", "--json"]), serde_json::json!([]));
}

#[test]
fn both_signals_end_it_well_even_with_an_idle_connection() {
    let sandbox = Sandbox::new();
    for signal in ["TERM", "INT"] {
        let mut server = sandbox.serve();
        assert!(server.get("/health/live").contains(" 200 "), "{}", server.get("/health/live"));
        let _idle = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).unwrap();
        let (code, took) = server.stop_by(signal);
        assert_eq!(code, Some(0), "{}", server.err());
        assert!(took < Duration::from_secs(12), "{took:?}");
        assert!(server.err().contains("stopping") && server.err().contains("stopped"));
    }
}

#[test]
fn a_start_that_was_killed_anywhere_can_be_repeated() {
    for stage in ["data", "data/anteroom.db", "data/anteroom.db-wal", "data/master.key"] {
        let sandbox = Sandbox::new();
        let mut killed = sandbox.spawn();
        killed.wait_for(|_| sandbox.path(stage).exists());
        assert_eq!(killed.stop_by("KILL").0, None);
        let mut again = sandbox.serve();
        assert_eq!(again.stop_by("TERM").0, Some(0), "{stage}");
        assert_eq!(sandbox.json(&["workspace", "list", "--json"])[0]["slug"], "demo", "{stage}");
    }
}

#[test]
fn a_server_that_was_killed_loses_nothing() {
    let sandbox = Sandbox::new();
    let mut server = sandbox.serve();
    assert_eq!(server.stop_by("KILL").0, None);
    let again = sandbox.serve();
    assert_eq!(again.out().lines().count(), 1);
    assert!(again.get("/health/live").contains(" 200 "));
}

#[test]
fn two_first_starts_at_once_agree_and_one_shows_the_token() {
    let sandbox = Sandbox::new();
    let mut servers = [sandbox.spawn(), sandbox.spawn()];
    for server in &mut servers {
        server.wait_until_it_listens();
    }
    let shown = servers.iter().filter(|server| server.out().contains("access token     anteroom_wat_"));
    assert_eq!(shown.count(), 1);
}

#[test]
fn on_postgresql_only_the_master_key_is_in_the_data_folder() {
    let Some(url) = anteroom_testkit::postgres::database() else { return };
    let sandbox = Sandbox::new().set("ANTEROOM__DATABASE__URL", &url);
    let mut first = sandbox.serve();
    assert!(first.out().contains("master key in ./data: back up both"), "{}", first.out());
    assert_eq!(first.stop_by("TERM").0, Some(0));
    let names = fs::read_dir(sandbox.path("data")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["master.key"]);

    let stranger = Sandbox::new().set("ANTEROOM__DATABASE__URL", &url);
    stranger.run(&["serve"]).is_refusal(&["needs its master key", "./data/master.key"]);
    assert_eq!(sandbox.serve().out().lines().count(), 1);
}

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    let sandbox = Sandbox::new();
    let mut server = sandbox.serve();
    let message = server.out();
    let token = message.split_whitespace().find(|word| word.starts_with("anteroom_wat_")).unwrap();
    let body = r#"{"email": "late@example.com", "external_id": "late"}"#;
    let (first_half, second_half) = body.split_at(20);
    let mut stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).unwrap();
    write!(
        stream,
        "POST /api/customers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{first_half}",
        body.len()
    )
    .unwrap();
    // The server has begun with it once it has answered somebody who came later.
    assert!(server.get("/health/ready").contains("200"));
    server.ask_to_stop();
    server.wait_for(|server| server.err().contains("stopping"));
    stream.write_all(second_half.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(server.stop_by("TERM").0, Some(0));
    let server = sandbox.serve();
    let headers = format!("Authorization: Bearer {token}\r\n");
    let kept = server.request("GET", "/api/customers/external/late", &headers, "").unwrap();
    assert!(kept.starts_with("HTTP/1.1 200"), "{kept}");
}
