//! The metrics, as whoever collects them meets the program.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use anteroom_store::sql::{SqlOptions, SqlStore};
use anteroom_store::{Mode, Store};
use anteroom_testkit::metrics::Scrape;

use crate::sandbox::{Address, Sandbox, Server};

pub(crate) const LISTEN: &str = "ANTEROOM__METRICS__LISTEN";

fn measured() -> Sandbox {
    Sandbox::new().set(LISTEN, "127.0.0.1:0")
}

/// Where the log says that metrics are served.
pub(crate) fn address(server: &mut Server) -> Address {
    server.wait_for(|server| server.err().contains("metrics are served"));
    let log = server.err();
    let line = log.lines().find(|line| line.contains("metrics are served")).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    Address(line.get("address").unwrap().as_str().unwrap().to_owned())
}

/// Head and body.
fn get(address: &Address, headers: &str) -> (String, String) {
    let answer = address.request("GET", "/metrics", headers, "").unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

pub(crate) fn scrape(address: &Address) -> Scrape {
    Scrape::parse(&get(address, "").1)
}

fn status(address: &Address, method: &str, path: &str) -> String {
    let answer = address.request(method, path, "", "").unwrap();
    answer.split_whitespace().nth(1).unwrap().to_owned()
}

/// The headers of a merchant's server with the token that the first start shows.
fn merchant(server: &Server) -> String {
    let message = server.out();
    let token = message.split_whitespace().find(|word| word.starts_with("anteroom_wat_")).unwrap();
    format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n")
}

#[test]
fn they_are_off_unless_an_address_is_set() {
    let sandbox = Sandbox::new();
    let mut server = sandbox.serve();
    assert!(server.get("/metrics").contains("404"), "{}", server.get("/metrics"));
    assert_eq!(server.listening_sockets(), 1);
    assert_eq!(server.stop_by("TERM").0, Some(0));
    assert!(!server.err().contains("metrics"), "{}", server.err());
}

#[test]
fn they_have_an_address_of_their_own_that_answers_nothing_else() {
    let sandbox = measured();
    let mut server = sandbox.serve();
    let metrics = address(&mut server);
    assert_eq!(server.listening_sockets(), 2);
    assert_eq!(status(&metrics, "GET", "/metrics"), "200");
    for (method, path) in [
        ("POST", "/metrics"),
        ("GET", "/"),
        ("GET", "/metrics/"),
        ("GET", "/health/live"),
        ("GET", "/demo/portal"),
        ("POST", "/auth/session"),
        ("GET", "/api/workspace"),
    ] {
        assert_eq!(status(&metrics, method, path), "404", "{method} {path}");
    }
    assert_eq!(status(&server.address(), "GET", "/metrics"), "404");
}

#[test]
fn known_requests_are_counted_exactly() {
    let sandbox = measured().set("ANTEROOM__JOBS__ENABLED", "false");
    let mut server = sandbox.serve();
    let metrics = address(&mut server);
    let merchant = merchant(&server);
    let created = server.request("POST", "/api/customers", &merchant, r#"{"email": "new@example.com"}"#);
    assert!(created.unwrap().starts_with("HTTP/1.1 201"));
    for _ in 0..2 {
        server.request("POST", "/api/customers/", &merchant, r#"{"email": 5}"#).unwrap();
    }
    for _ in 0..3 {
        server.get("/api/customers/external/usr_42");
    }
    server.get("/health/live");
    server.get("/wp-login.php");
    // Another program holds the one right to write that SQLite gives.
    let file = format!("sqlite:{}", sandbox.path("data/anteroom.db").display());
    let elsewhere = SqlStore::open(&SqlOptions::new(file)).unwrap();
    let writing = elsewhere.begin(Mode::Write).unwrap();
    let busy = server.request("POST", "/api/customers", &merchant, r#"{"email": "late@example.com"}"#);
    assert!(busy.unwrap().starts_with("HTTP/1.1 503"));
    drop(writing);

    let scrape = scrape(&metrics);
    let counted = scrape.rows("anteroom_http_requests_total", ["method", "route", "status"]);
    let expected = [
        (["POST", "/api/customers", "201"], 1),
        (["POST", "/api/customers", "422"], 2),
        (["POST", "/api/customers", "503"], 1),
        (["GET", "/api/customers/external/{external_id}", "401"], 3),
        (["GET", "/health/live", "200"], 1),
        (["GET", "none", "404"], 1),
    ];
    let expected: BTreeMap<_, _> = expected.map(|(labels, times)| (labels.map(str::to_owned), times)).into();
    assert_eq!(counted, expected);
    assert_eq!(scrape.count("anteroom_http_request_duration_seconds_count", &[]), 9);
    assert_eq!(scrape.count("anteroom_database_unavailable_total", &[]), 1);
    assert_eq!(scrape.count("anteroom_database_connections_limit", &[]), 4);
    let jobs = scrape.families().filter(|(name, _)| name.starts_with("anteroom_job"));
    assert_eq!(jobs.count(), 0, "none are run here");
}

fn has_run_every_job(scrape: &Scrape) -> bool {
    let mut names = anteroom_jobs::all().into_iter().map(|job| job.name());
    names.all(|job| scrape.count("anteroom_job_runs_total", &[("job", job), ("outcome", "done")]) > 0)
}

#[test]
fn jobs_are_counted_by_name_and_outcome() {
    let sandbox = measured();
    let mut server = sandbox.serve();
    let metrics = address(&mut server);
    server.wait_for(|_| has_run_every_job(&scrape(&metrics)));
    let scrape = scrape(&metrics);
    for job in anteroom_jobs::all().iter().map(anteroom_jobs::AnyJob::name) {
        let runs = |outcome| scrape.count("anteroom_job_runs_total", &[("job", job), ("outcome", outcome)]);
        assert_eq!(["failed", "stopped", "lease_lost"].map(runs), [0, 0, 0], "{job}");
        // What is done every few seconds has perhaps been done again.
        assert!(runs("done") == 1 || (runs("done") > 1 && job == "deliver-mail"), "{job}");
    }
    let jobs = f64::from(u8::try_from(anteroom_jobs::all().len()).unwrap());
    let last = scrape.number("anteroom_job_last_success_timestamp_seconds") / jobs;
    assert!((last - scrape.number("process_start_time_seconds")).abs() < 600.0, "{last}");
}

#[test]
fn the_process_is_described_as_the_system_sees_it() {
    let sandbox = measured();
    let mut server = sandbox.serve();
    let metrics = address(&mut server);
    // The system counts in hundredths of a second, which a quick start may not have spent.
    server.wait_for(|_| scrape(&metrics).number("process_cpu_seconds_total") > 0.0);
    let scrape = scrape(&metrics);
    let value = |name: &str| scrape.number(name);
    assert!((1e6..1e9).contains(&value("process_resident_memory_bytes")), "megabytes");
    assert!(value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"));
    assert!((3.0..1000.0).contains(&value("process_open_fds")));
    assert!(value("process_max_fds") > value("process_open_fds"));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    let age = now - value("process_start_time_seconds");
    assert!((-2.0..600.0).contains(&age), "{age}");
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(scrape.count("anteroom_build_info", &version), 1);
}

#[test]
fn the_format_is_the_one_that_is_asked_for() {
    let sandbox = measured();
    let mut server = sandbox.serve();
    let metrics = address(&mut server);
    let (head, body) = get(&metrics, "");
    assert!(head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{head}");
    assert!(head.contains("cache-control: no-store") && !body.contains("# EOF"), "{head}");
    let prometheus =
        "Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2\r\n";
    let (head, body) = get(&metrics, prometheus);
    assert!(
        head.contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8"),
        "{head}"
    );
    assert!(body.ends_with("\n# EOF\n"));
}

#[test]
fn a_busy_port_is_named_before_anything_is_made() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let sandbox = Sandbox::new().set(LISTEN, &address);
    sandbox.run(&["serve"]).is_refusal(&[&address, "in use", "metrics.listen", LISTEN]);
    assert!(!sandbox.path("data").exists());
}

#[test]
fn the_address_of_the_product_is_refused() {
    let sandbox =
        Sandbox::new().set("ANTEROOM__SERVER__LISTEN", "127.0.0.1:8080").set(LISTEN, "127.0.0.1:8080");
    sandbox.run(&["config", "check"]).is_refusal(&[LISTEN, "is the address of server.listen"]);
}

#[test]
fn they_end_with_the_server_and_not_before() {
    let sandbox = measured();
    let mut server = sandbox.serve();
    let metrics = address(&mut server);
    // A request whose body is still to come keeps the product from ending.
    let body = r#"{"email": "late@example.com"}"#;
    let (first_half, second_half) = body.split_at(10);
    let mut under_way = TcpStream::connect(&server.address().0).unwrap();
    let head = format!("POST /api/customers HTTP/1.1\r\nHost: localhost\r\n{}", merchant(&server));
    write!(under_way, "{head}Content-Length: {}\r\n\r\n{first_half}", body.len()).unwrap();
    assert!(server.get("/health/ready").contains("200"));
    server.ask_to_stop();
    server.wait_for(|server| server.err().contains("stopping"));
    assert_eq!(status(&metrics, "GET", "/metrics"), "200");
    under_way.write_all(second_half.as_bytes()).unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(server.stop_by("TERM").0, Some(0));
    assert!(metrics.request("GET", "/metrics", "", "").is_none());
    assert!(server.err().contains("stopped"), "{}", server.err());
}

/// The page's table: name, type and labels.
fn documented(page: &str) -> BTreeMap<String, (String, Vec<String>)> {
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let quoted =
        |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    rows.map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [_, name, kind, labels, meaning, _, _] = cells.as_slice() else { panic!("{row}") };
        assert!(meaning.ends_with('.'), "{row}");
        let mut labels = quoted(labels);
        labels.sort();
        (quoted(name).concat(), ((*kind).to_owned(), labels))
    })
    .collect()
}

#[test]
fn the_page_on_metrics_lists_every_one_of_them() {
    let on_sqlite = Some(measured());
    let on_postgres =
        anteroom_testkit::postgres::database().map(|url| measured().set("ANTEROOM__DATABASE__URL", &url));
    on_sqlite.iter().chain(&on_postgres).for_each(page_lists_metrics_of);
}

fn page_lists_metrics_of(sandbox: &Sandbox) {
    let mut server = sandbox.serve();
    let metrics = address(&mut server);
    server.get("/health/ready");
    // Every job is due at a first start, and has its numbers once it has run.
    server.wait_for(|_| has_run_every_job(&scrape(&metrics)));
    let scrape = scrape(&metrics);
    let found: BTreeMap<_, _> = scrape
        .families()
        .map(|(name, family)| {
            assert!(!family.samples.is_empty(), "{name} has no sample to tell its labels");
            let labels = family.labels().into_iter().map(str::to_owned).collect();
            (name.to_owned(), (family.kind.clone(), labels))
        })
        .collect();
    assert!(found.len() > 20, "the test finds the metrics");
    assert_eq!(found, documented(include_str!("../../../../docs/metrics.md")));
}
