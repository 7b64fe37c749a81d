//! With the plug pulled: what was answered is there when the server comes back, and nothing is there by half.

use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anteroom_testkit::plug::half_written;
use serde_json::Value;

use crate::sandbox::{Address, Sandbox};

/// Rounds of the ordinary tests; the soak has more.
const ROUNDS: usize = 20;

const PASSWORD: &str = "correct horse battery";

/// Something that the server said it has.
enum Kept {
    /// A customer of that external id, with its address.
    Customer(String),
    /// A customer session of that token.
    Session(String),
    /// An e-mail that signs in with the password.
    Shopper(String),
}

/// What came of pulling the plug many times.
struct Outcome {
    rounds: usize,
    acknowledged: usize,
    /// From the start of the process until it is ready, shortest first.
    starts: Vec<Duration>,
}

/// A client with a token and a key of workspace `demo`.
struct Client {
    address: Address,
    merchant: String,
    shop: String,
}

impl Client {
    /// The status and the JSON of the answer; `None` when the server did not live to give it.
    fn post(&self, path: &str, headers: &str, body: &str) -> Option<(String, Value)> {
        let headers = format!("{headers}Content-Type: application/json\r\n");
        read(&self.address.request("POST", path, &headers, body)?)
    }

    /// Creates customers until the server no longer answers.
    fn create_customers(&self, name: &str, kept: &Mutex<Vec<Kept>>) {
        for number in 0.. {
            let external_id = format!("{name}-{number}");
            let body = format!(
                r#"{{"email": "{external_id}@example.com", "external_id": "{external_id}",
                    "billing_address": {{"country": "GB", "city": "London"}}}}"#
            );
            let Some((status, body)) = self.post("/api/customers", &self.merchant, &body) else { return };
            assert_eq!(status, "201", "{body}");
            kept.lock().unwrap().push(Kept::Customer(external_id));
        }
    }

    /// Opens sessions of the demo's customer until the server no longer answers.
    fn open_sessions(&self, kept: &Mutex<Vec<Kept>>) {
        let body = r#"{"external_customer_id": "usr_1337"}"#;
        while let Some((status, body)) = self.post("/api/customer-sessions", &self.merchant, body) {
            assert_eq!(status, "201", "{body}");
            kept.lock().unwrap().push(Kept::Session(text(&body, "token")));
        }
    }

    /// Registers shoppers, each with its customer, until the server no longer answers.
    fn register(&self, name: &str, kept: &Mutex<Vec<Kept>>) {
        for number in 0.. {
            let email = format!("{name}-{number}@example.com");
            let login = format!(r#"{{"email": "{email}", "password": "{PASSWORD}"}}"#);
            let Some((status, body)) = self.post("/auth/customer/emailpass/register", &self.shop, &login)
            else {
                return;
            };
            assert_eq!(status, "200", "{body}");
            kept.lock().unwrap().push(Kept::Shopper(email));
            let headers = format!("{}Authorization: Bearer {}\r\n", self.shop, text(&body, "token"));
            let Some((status, body)) = self.post("/store/customers", &headers, "{}") else { return };
            assert_eq!(status, "200", "{body}");
        }
    }

    fn is_ready(&self) -> bool {
        self.address.request("GET", "/health/ready", "", "").is_some_and(|answer| answer.contains(" 200 OK"))
    }

    /// Whether the server still has it, with all that belongs to it.
    fn has(&self, kept: &Kept) -> bool {
        match kept {
            Kept::Customer(external_id) => {
                let path = format!("/api/customers/external/{external_id}");
                let answer = self.address.request("GET", &path, &self.merchant, "").unwrap();
                let (status, customer) = read(&answer).unwrap();
                status == "200" && customer.pointer("/billing_address/country") == Some(&"GB".into())
            }
            Kept::Session(token) => {
                let body = format!(r#"{{"token": "{token}"}}"#);
                let answer = self.post("/api/customer-sessions/introspect", &self.merchant, &body);
                answer.unwrap().1.get("active") == Some(&true.into())
            }
            Kept::Shopper(email) => {
                let login = format!(r#"{{"email": "{email}", "password": "{PASSWORD}"}}"#);
                self.post("/auth/customer/emailpass", &self.shop, &login).unwrap().0 == "200"
            }
        }
    }
}

fn read(answer: &str) -> Option<(String, Value)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    // An answer that was cut off is none.
    let body = serde_json::from_str(body).ok()?;
    Some((head.split(' ').nth(1)?.to_owned(), body))
}

fn text(body: &Value, name: &str) -> String {
    body.get(name).and_then(Value::as_str).unwrap().to_owned()
}

/// Starts a server, lets five clients write, kills it, and looks after each time.
fn pull_plugs(sandbox: Sandbox, url: &str, rounds: usize) -> Outcome {
    let sandbox = sandbox.set("ANTEROOM__DATABASE__URL", url);
    let mut outcome = Outcome { rounds, acknowledged: 0, starts: Vec::new() };
    let (mut words, mut last) = (None, Vec::new());
    for round in 0..=rounds {
        let begun = Instant::now();
        let mut server = sandbox.serve();
        let (token, key) = words.get_or_insert_with(|| {
            let message = server.out();
            let word =
                |start| message.split_whitespace().find(|word| word.starts_with(start)).unwrap().to_owned();
            (word("anteroom_wat_"), word("pk_"))
        });
        let client = Client {
            address: server.address(),
            merchant: format!("Authorization: Bearer {token}\r\n"),
            shop: format!("x-publishable-api-key: {key}\r\n"),
        };
        assert!(client.is_ready(), "{}", server.err());
        outcome.starts.push(begun.elapsed());
        assert!(
            last.iter().all(|kept| client.has(kept)),
            "round {round}: something was answered and is gone"
        );
        outcome.acknowledged += last.len();
        if round == rounds {
            break;
        }
        let kept = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for writer in 0..2 {
                let (client, kept) = (&client, &kept);
                scope.spawn(move || client.create_customers(&format!("r{round}w{writer}"), kept));
                scope.spawn(move || client.open_sessions(kept));
            }
            scope.spawn(|| client.register(&format!("r{round}"), &kept));
            // Each round ends at another moment, but never before something was written.
            server.wait_for(|_| kept.lock().unwrap().len() > 3 + round % 17);
            server.stop_by("KILL");
        });
        last = kept.into_inner().unwrap();
        assert_eq!(half_written(url), Vec::<String>::new(), "round {round}");
    }
    outcome.starts.sort_unstable();
    assert!(outcome.acknowledged > 4 * rounds);
    outcome
}

fn on_sqlite(rounds: usize) -> Outcome {
    let sandbox = Sandbox::new();
    let url = format!("sqlite:{}", sandbox.path("plug.db").display());
    pull_plugs(sandbox, &url, rounds)
}

/// `None` where PostgreSQL is not installed.
fn on_postgresql(rounds: usize) -> Option<Outcome> {
    Some(pull_plugs(Sandbox::new(), &anteroom_testkit::postgres::database()?, rounds))
}

#[test]
fn rl_03_a_kill_under_load_loses_nothing_that_was_answered() {
    on_sqlite(ROUNDS);
}

#[test]
fn rl_03_a_kill_under_load_on_postgresql_loses_nothing_that_was_answered() {
    on_postgresql(ROUNDS);
}

#[test]
#[ignore = "takes minutes: just soak"]
fn rl_03_soak_on_sqlite() {
    on_sqlite(soak_rounds()).report("SQLite");
}

#[test]
#[ignore = "takes minutes: just soak"]
fn rl_03_soak_on_postgresql() {
    if let Some(outcome) = on_postgresql(soak_rounds()) {
        outcome.report("PostgreSQL");
    }
}

fn soak_rounds() -> usize {
    let rounds = std::env::var_os("ANTEROOM_TEST_ROUNDS").unwrap_or_else(|| "1000".into());
    rounds.to_str().unwrap().parse().unwrap()
}

impl Outcome {
    /// Says on stderr, which the test harness would keep to itself, what was measured. A start takes less than a second.
    fn report(&self, database: &str) {
        let (median, slowest) =
            (self.starts.get(self.starts.len() / 2).unwrap(), self.starts.last().unwrap());
        let line = format!(
            "{database}: {} kills, {} acknowledged writes, none lost, nothing by half; {} starts, median {median:.0?}, \
             slowest {slowest:.0?}\n",
            self.rounds,
            self.acknowledged,
            self.starts.len(),
        );
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        assert!(*slowest < Duration::from_secs(1), "{line}");
    }
}
