//! What servers have in memory, while they cannot hear each other or stand still: what was ended at one of them is
//! accepted at another for a second at most.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use anteroom_testkit::postgres::{self, sql};
use serde_json::Value;

use super::muffle::Muffle;
use crate::sandbox::{Address, Sandbox, Server};

/// How long a server may go on with what was ended at another one.
const BOUND: Duration = Duration::from_secs(1);

/// How long a slow machine may take for anything else.
const PATIENCE: Duration = Duration::from_mins(1);

/// Two servers on one database.
struct Pair {
    one: Server,
    other: Server,
    merchant: String,
    _sandboxes: [Sandbox; 2],
}

/// A customer session.
struct Session {
    path: String,
    body: String,
}

impl Pair {
    /// Both on the database of the sandbox; the first one reaches it at another URL, if one is given.
    fn start(sandbox: Sandbox, first_url: Option<&str>) -> Self {
        let folder = sandbox.path("data").display().to_string();
        let sandbox = sandbox.set("ANTEROOM__DATA_DIR", &folder);
        let other = sandbox.serve();
        let message = other.out();
        let token = message.split_whitespace().find(|word| word.starts_with("anteroom_wat_")).unwrap();
        let merchant = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        let url = first_url.map_or_else(|| sandbox.database(), str::to_owned);
        let first = Sandbox::new().set("ANTEROOM__DATA_DIR", &folder).set("ANTEROOM__DATABASE__URL", &url);
        Self { one: first.serve(), other, merchant, _sandboxes: [sandbox, first] }
    }

    fn call(&self, at: &Address, method: &str, path: &str, body: &str) -> (u16, Value) {
        let answer = at.request(method, path, &self.merchant, body).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    /// Whether the session is live, as a server says that has to answer. Where many tests share few cores it may be too busy
    /// for once; then it is asked again.
    fn is_live(&self, at: &Address, session: &Session) -> bool {
        let ask = || self.call(at, "POST", "/api/customer-sessions/introspect", &session.body);
        let (mut status, mut answer) = ask();
        for _ in 0..4 {
            if status == 503 {
                (status, answer) = ask();
            }
        }
        assert_eq!(status, 200, "{answer}");
        answer.get("active").and_then(Value::as_bool).unwrap()
    }

    /// A session that the first server has in memory.
    fn remembered_session(&self) -> Session {
        let new = r#"{"external_customer_id": "usr_1337"}"#;
        let (status, opened) = self.call(&self.other.address(), "POST", "/api/customer-sessions", new);
        assert_eq!(status, 201, "{opened}");
        let text = |name| opened.get(name).and_then(Value::as_str).unwrap();
        let session = Session {
            path: format!("/api/customer-sessions/{}", text("id")),
            body: format!(r#"{{"token": "{}"}}"#, text("token")),
        };
        for _ in 0..3 {
            assert!(self.is_live(&self.one.address(), &session));
        }
        session
    }

    /// Ends the session at the other server.
    fn end(&self, session: &Session) {
        let (status, answer) = self.call(&self.other.address(), "DELETE", &session.path, "");
        assert_eq!(status, 200, "{answer}");
        assert!(!self.is_live(&self.other.address(), session), "its own server knows at once");
    }

    /// Ends a session at the other server and asks the first one without a pause, which answers, until it says the same
    /// and for some time after; the second that it has is over by then.
    fn forgets_in_time(&self) {
        let session = self.remembered_session();
        let lasting = self.remembered_session();
        self.end(&session);
        let (ended, one) = (Instant::now(), self.one.address());
        let mut is_refused = false;
        loop {
            let asked = ended.elapsed();
            let is_live = self.is_live(&one, &session);
            assert!(!is_live || asked <= BOUND, "ended, and accepted {asked:?} later");
            assert!(!(is_live && is_refused), "refused, and accepted {asked:?} later");
            assert!(self.is_live(&one, &lasting), "refused without a reason");
            is_refused = !is_live;
            if asked > BOUND + Duration::from_millis(300) {
                return;
            }
        }
    }

    /// Waits until so many connections of servers listen, none of which is among `before`; gives all of them.
    fn listeners(&self, url: &str, count: usize, before: &[String]) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let found = sql(url, &format!("SELECT pid FROM {LISTENERS}"));
            let found: Vec<_> = found.lines().map(str::to_owned).collect();
            if found.iter().filter(|pid| !before.contains(pid)).count() == count {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "{found:?} listen: {}", self.one.err());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

const LISTENERS: &str =
    "pg_stat_activity WHERE application_name = 'anteroom change feed' AND datname = current_database()";

#[test]
fn what_was_ended_elsewhere_is_forgotten_in_time_when_the_listener_is_cut_off() {
    let Some(url) = postgres::database() else { return };
    let pair = Pair::start(Sandbox::new().set("ANTEROOM__DATABASE__URL", &url), None);
    let mut listeners = pair.listeners(&url, 2, &[]);
    pair.forgets_in_time();
    for _ in 0..2 {
        sql(&url, &format!("SELECT pg_terminate_backend(pid) FROM {LISTENERS}"));
        pair.forgets_in_time();
        listeners = pair.listeners(&url, 2, &listeners);
        pair.forgets_in_time();
    }
    assert!(pair.one.err().contains("what other servers change is heard again"), "{}", pair.one.err());
}

#[test]
fn what_was_ended_elsewhere_is_forgotten_in_time_when_the_listener_goes_silent() {
    let Some(url) = postgres::database() else { return };
    let muffle = Muffle::before(&url);
    let sandbox = Sandbox::new().set("ANTEROOM__DATABASE__URL", &url);
    let pair = Pair::start(sandbox, Some(&muffle.url(&url)));
    let before = pair.listeners(&url, 2, &[]);
    pair.forgets_in_time();
    muffle.turn(true);
    // At once, and when it is known to be silent, and while a new one cannot be had.
    for _ in 0..3 {
        pair.forgets_in_time();
    }
    muffle.turn(false);
    pair.listeners(&url, 1, &before);
    pair.forgets_in_time();
}

/// The server stands still for so long while others end sessions, and is asked meanwhile: those are its first answers.
fn stands_still_for(time: Duration) {
    for sandbox in Sandbox::on_both() {
        let pair = Pair::start(sandbox, None);
        let (ended, lasting): (Vec<_>, _) =
            ((0..16).map(|_| pair.remembered_session()).collect(), pair.remembered_session());
        let one = pair.one.address();
        let paused = pair.one.pause();
        for session in &ended {
            pair.end(session);
        }
        std::thread::sleep(time);
        let asked = Barrier::new(ended.len() + 1);
        std::thread::scope(|scope| {
            for session in &ended {
                scope.spawn(|| {
                    asked.wait();
                    for _ in 0..20 {
                        assert!(!pair.is_live(&one, session), "ended while it stood still, and accepted");
                    }
                });
            }
            asked.wait();
            // Until the system has the requests for it; when some of them come later, that is as good.
            std::thread::sleep(Duration::from_millis(100));
            drop(paused);
        });
        assert!(pair.is_live(&one, &lasting));
        pair.forgets_in_time();
    }
}

#[test]
fn a_server_that_stood_still_accepts_nothing_that_was_ended_meanwhile() {
    stands_still_for(3 * BOUND);
}

#[test]
#[ignore = "takes minutes: just soak"]
fn soak_of_a_server_that_stands_still_for_long() {
    stands_still_for(30 * BOUND);
}
