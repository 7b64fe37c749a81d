//! With the plug pulled, and every request sent again under its key: one effect, and the answer of before.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::sandbox::{Address, Sandbox};

const WRITERS: usize = 4;
const ROUNDS: usize = 5;

/// What was answered to the request of each key; `None` where the server did not live to answer.
type Sent = BTreeMap<String, Option<String>>;

fn token(message: &str) -> String {
    message.split_whitespace().find(|word| word.starts_with("anteroom_wat_")).unwrap().to_owned()
}

/// Sends the request of that key, and gives the status line and the body of the answer. Every other one opens a session,
/// which nothing but the key keeps from being opened twice; the others make a customer.
fn send(server: &Address, token: &str, key: &str) -> Option<String> {
    let number: usize = key.rsplit('-').next().unwrap().parse().unwrap();
    let (path, body) = if number.is_multiple_of(2) {
        ("/api/customer-sessions", json!({"external_customer_id": "usr_1337"}))
    } else {
        ("/api/customers", json!({"email": format!("{key}@example.com"), "external_id": key}))
    };
    let headers = format!(
        "Authorization: Bearer {token}\r\nContent-Type: application/json\r\nIdempotency-Key: {key}\r\n"
    );
    let answer = server.request("POST", path, &headers, &body.to_string())?;
    // Killed in the middle of a sentence, it has said nothing.
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let length: usize = header(head, "content-length")?.parse().unwrap();
    let status = head.lines().next().unwrap();
    (body.len() == length).then(|| format!("{status}\n{body}"))
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.into_iter().find_map(|(found, value)| found.eq_ignore_ascii_case(name).then_some(value))
}

fn write_until_the_end(server: &Address, token: &str, name: &str, sent: &Mutex<Sent>, count: &AtomicUsize) {
    for number in 0.. {
        let key = format!("{name}-{number}");
        let answer = send(server, token, &key);
        let is_over = answer.is_none();
        sent.lock().unwrap().insert(key, answer);
        if is_over {
            return;
        }
        count.fetch_add(1, Ordering::SeqCst);
    }
}

fn pull_the_plug_again_and_again(sandbox: &Sandbox) {
    let mut sent = Sent::new();
    let mut access = None;
    for round in 0..ROUNDS {
        let mut server = sandbox.serve();
        let access = access.get_or_insert_with(|| token(&server.out()));
        let (count, address) = (AtomicUsize::new(0), server.address());
        let this_round = Mutex::new(Sent::new());
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (address, access, this_round, count) = (&address, &*access, &this_round, &count);
                let name = format!("r{round}w{writer}");
                scope.spawn(move || write_until_the_end(address, access, &name, this_round, count));
            }
            // Each round ends at another moment, but never before something was written.
            server.wait_for(|_| count.load(Ordering::SeqCst) > 7 * (round + 1));
            server.stop_by("KILL");
        });
        sent.extend(this_round.into_inner().unwrap());
        let again = sandbox.serve();
        for (key, answer) in &mut sent {
            let now = send(&again.address(), access, key).unwrap();
            assert!(now.starts_with("HTTP/1.1 201"), "{key}: {now}");
            assert_eq!(
                answer.get_or_insert_with(|| now.clone()),
                &now,
                "{key} was answered otherwise before"
            );
        }
    }
    let server = sandbox.serve();
    let headers = format!("Authorization: Bearer {}\r\n", access.unwrap());
    let listed = server.request("GET", "/api/customer-sessions", &headers, "").unwrap();
    let listed: Value = serde_json::from_str(listed.split_once("\r\n\r\n").unwrap().1).unwrap();
    let sessions = sent.keys().filter(|key| key.ends_with(['0', '2', '4', '6', '8'])).count();
    assert!(sessions > 7 * ROUNDS / 2, "{sessions} sessions");
    assert_eq!(listed.pointer("/meta/total").unwrap(), sessions, "each was opened once");
}

#[test]
fn rl_03_what_is_sent_again_after_a_kill_has_one_effect_and_one_answer() {
    pull_the_plug_again_and_again(&Sandbox::new());
}

#[test]
fn rl_03_on_postgresql_too_it_has_one_effect_and_one_answer() {
    if let Some(url) = anteroom_testkit::postgres::database() {
        pull_the_plug_again_and_again(&Sandbox::new().set("ANTEROOM__DATABASE__URL", &url));
    }
}

#[test]
fn lo_02_neither_the_log_nor_the_database_has_a_key_or_a_kept_answer() {
    let sandbox = Sandbox::new().set("ANTEROOM__LOG__LEVEL", "trace");
    let mut server = sandbox.serve();
    let access = token(&server.out());
    let key = "a-key-that-is-nowhere-to-be-read-0";
    let [first, again] = [0, 1].map(|_| send(&server.address(), &access, key).unwrap());
    assert_eq!(first, again);
    assert_eq!(server.stop_by("TERM").0, Some(0));

    let opened: Value = serde_json::from_str(first.split_once('\n').unwrap().1).unwrap();
    let mut kept = server.err();
    for name in ["data/anteroom.db", "data/anteroom.db-wal"] {
        kept.push_str(&String::from_utf8_lossy(&fs::read(sandbox.path(name)).unwrap_or_default()));
    }
    assert!(kept.contains("idempotent_answers"), "the test reads the database");
    for secret in [key, opened["token"].as_str().unwrap(), "customer_portal_url"] {
        assert!(!kept.contains(secret), "{secret}");
    }
}
