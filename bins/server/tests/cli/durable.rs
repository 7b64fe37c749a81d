//! With the plug pulled: what was answered is there when the server comes back.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::sandbox::{Address, Sandbox};

const WRITERS: usize = 4;
const ROUNDS: usize = 5;

/// Creates customers until the server no longer answers, and notes those that it said it has.
fn write_until_the_end(
    server: &Address,
    token: &str,
    name: &str,
    acknowledged: &Mutex<Vec<String>>,
    count: &AtomicUsize,
) {
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    for number in 0.. {
        let external_id = format!("{name}-{number}");
        let body = format!(r#"{{"email": "{external_id}@example.com", "external_id": "{external_id}"}}"#);
        match server.request("POST", "/api/customers", &headers, &body) {
            Some(answer) if answer.starts_with("HTTP/1.1 201") => {
                acknowledged.lock().unwrap().push(external_id);
            }
            Some(answer) if answer.starts_with("HTTP/1.1") => panic!("{answer}"),
            _ => return,
        }
        count.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn rl_03_a_kill_under_load_loses_nothing_that_was_answered() {
    let sandbox = Sandbox::new();
    let acknowledged = Mutex::new(Vec::new());
    let mut token = None;
    for round in 0..ROUNDS {
        let mut server = sandbox.serve();
        let token = token.get_or_insert_with(|| {
            let message = server.out();
            message.split_whitespace().find(|word| word.starts_with("anteroom_wat_")).unwrap().to_owned()
        });
        let (count, writing) = (AtomicUsize::new(0), server.address());
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (acknowledged, count, writing, token) = (&acknowledged, &count, &writing, &*token);
                scope.spawn(move || {
                    write_until_the_end(writing, token, &format!("r{round}w{writer}"), acknowledged, count);
                });
            }
            // Each round ends at another moment, but never before something was written.
            server.wait_for(|_| count.load(Ordering::SeqCst) > 7 * (round + 1));
            server.stop_by("KILL");
        });
    }
    let server = sandbox.serve();
    let headers = format!("Authorization: Bearer {}\r\n", token.unwrap());
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > 7 * ROUNDS);
    for external_id in acknowledged {
        let answer = server.request("GET", &format!("/api/customers/external/{external_id}"), &headers, "");
        assert!(answer.unwrap().starts_with("HTTP/1.1 200"), "{external_id} was answered and is gone");
    }
}
