//! A workspace with as many customers as are asked for: taking them in, finding them, writing them out.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Output;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::figure::{float, median};
use crate::http;
use crate::report::{Budget, Row, Verdict};
use crate::seed::records;
use crate::server::own_memory;
use crate::stage::{Source, Stage};
use crate::wrk::{Lines, Load};

/// Its number among the budgets.
const NUMBER: u32 = 15;
/// How many look at once.
const READERS: u32 = 8;
/// How many customers a page of the walk has.
const PAGE: usize = 100;

/// Takes them in by the product's own command, asks for each list, walks all of them by cursor, and writes them out; everything on every
/// core.
pub(super) fn run(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    stage.everywhere(move_in_and_look)
}

fn move_in_and_look(stage: &mut Stage<'_>) -> anyhow::Result<Vec<Row>> {
    let count = stage.effort.customers;
    let file = stage.folder.join("customers.ndjson");
    records::write(&file, count)?;
    open_shop(stage)?;
    let mut rows = vec![import(stage, &file, count)?];
    fs::remove_file(&file)?;
    if !stage.database.is_sqlite() {
        anteroom_testkit::postgres::sql(&stage.product.url, "VACUUM ANALYZE");
    }
    for (name, query) in queries(count) {
        rows.push(list(stage, name, &query)?);
    }
    rows.push(walk(stage, count)?);
    rows.push(export(stage, count)?);
    Ok(rows)
}

/// The workspace, and a token that looks at its customers.
fn open_shop(stage: &Stage<'_>) -> anyhow::Result<()> {
    said(stage.product.run(&["workspace", "create", "--slug", "lists", "--name", "Lists", "--json"])?)?;
    let scopes = ["--scopes", "customers:read", "--comment", "Lists", "--json"];
    let arguments = [&["token", "create", "--workspace", "lists"][..], &scopes].concat();
    let made: Value = serde_json::from_str(&said(stage.product.run(&arguments)?)?)?;
    let token = made.get("token").and_then(Value::as_str).context("a token")?;
    Ok(fs::write(stage.seed.tokens.join("lists_token"), token)?)
}

fn said(output: Output) -> anyhow::Result<String> {
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Every list, by what it finds.
fn queries(count: usize) -> Vec<(&'static str, String)> {
    let middle = count / 2;
    vec![
        ("newest first", String::new()),
        ("e-mail", format!("?email=customer-{middle}@example.com")),
        ("external id", format!("?external_id=usr_{middle}")),
        ("word that one in fourteen has", "?query=lovelace".to_owned()),
        ("word that one in fourteen has, by name", "?query=lovelace&sorting=name".to_owned()),
        ("beginning that few have", format!("?query=customer-{}", middle / 10)),
        // They were made one after the other, and as many after them as before.
        ("beginning that one in ninety has", format!("?query=customer-{}", middle / count.div_ceil(100))),
        ("note that one in three has", "?metadata[plan]=gold".to_owned()),
        ("note that one has", format!("?metadata[number]={middle}")),
    ]
}

fn list(stage: &Stage<'_>, name: &str, query: &str) -> anyhow::Result<Row> {
    let load = Load {
        script: "lists",
        status: "200",
        connections: READERS,
        lines: Lines::Any(1),
        more: (!query.is_empty()).then_some(query),
    };
    warm_up(stage, query)?;
    let [product] = stage.measure(&[Source::Served(stage.server.port, load)])?;
    Ok(Row {
        figure: Some(product),
        verdicts: vec![Verdict::of("p99 ms", product.median.p99, Budget::AtMost(20.0))],
        ..stage.row(NUMBER, &format!("lists: {name}"), Some(READERS))
    })
}

/// Asks until there is an answer: after a restart the first ones fetch from the disk, and may be told that it takes too long.
fn warm_up(stage: &Stage<'_>, query: &str) -> anyhow::Result<()> {
    let authorization = format!("Bearer {}", stage.word("lists_token")?);
    let (path, headers) = (format!("/api/customers{query}"), [("authorization", authorization.as_str())]);
    for _ in 0..50 {
        if http::ask(stage.server.port, "GET", &path, &headers, None)?.status == 200 {
            return Ok(());
        }
        sleep(Duration::from_millis(200));
    }
    bail!("{path} has no answer")
}

/// The whole list by cursor, one page after the other.
fn walk(stage: &Stage<'_>, count: usize) -> anyhow::Result<Row> {
    let authorization = format!("Bearer {}", stage.word("lists_token")?);
    let (mut times, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/customers?limit={PAGE}{cursor}");
        let begun_at = Instant::now();
        let headers = [("authorization", authorization.as_str())];
        let answer = http::expect(200, stage.server.port, "GET", &path, &headers, None)?;
        times.push(begun_at.elapsed().as_secs_f64() * 1e3);
        let body: Value = serde_json::from_str(&answer.body)?;
        match body.pointer("/meta/next_cursor").and_then(Value::as_str) {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    if times.len() != count.div_ceil(PAGE) {
        bail!("{} pages of {PAGE} for {count} customers", times.len());
    }
    // The first page is nobody's measure: it warms up.
    let first = median(times.iter().skip(1).take(100).copied());
    let last = median(times.iter().rev().skip(1).take(100).copied());
    let measure = format!("page {} ms ÷ page 1 {first:.2}", times.len());
    Ok(Row {
        verdicts: vec![Verdict::of(measure, last / first, Budget::AtMost(1.5))],
        ..stage.row(NUMBER, "lists: by cursor", Some(1))
    })
}

fn import(stage: &Stage<'_>, file: &Path, count: usize) -> anyhow::Result<Row> {
    let file = file.display().to_string();
    let moved = watch(stage, &["customer", "import", &file, "--workspace", "lists"])?;
    Ok(Row { verdicts: moved.verdicts(count)?, ..stage.row(NUMBER, "lists: import", None) })
}

fn export(stage: &Stage<'_>, count: usize) -> anyhow::Result<Row> {
    let output = stage.folder.join("exported.ndjson");
    let path = output.display().to_string();
    let moved = watch(stage, &["customer", "export", "--workspace", "lists", "--output", &path])?;
    let written = BufReader::new(File::open(&output)?).lines().count();
    fs::remove_file(&output)?;
    if written != count {
        bail!("{written} customers were written of {count}");
    }
    Ok(Row { verdicts: moved.verdicts(count)?, ..stage.row(NUMBER, "lists: export", None) })
}

/// How customers were moved.
struct Moved {
    took: Duration,
    /// The most memory of its own that the command had, in MiB.
    most_memory: f64,
}

impl Moved {
    fn verdicts(&self, count: usize) -> anyhow::Result<Vec<Verdict>> {
        let rate = float(u64::try_from(count)?) / self.took.as_secs_f64();
        Ok(vec![
            Verdict::of("customers a second", rate, Budget::Nothing),
            Verdict::of("most MiB of its own", self.most_memory, Budget::AtMost(100.0)),
        ])
    }
}

/// Runs a command of the product's to its end, and looks at its memory ten times a second.
fn watch(stage: &Stage<'_>, arguments: &[&str]) -> anyhow::Result<Moved> {
    let log = stage.folder.join("moved.log");
    let begun_at = Instant::now();
    let mut process = stage.product.begin(arguments, &log)?;
    let mut most_memory: f64 = 0.0;
    let status = loop {
        if let Some(status) = process.ended()? {
            break status;
        }
        most_memory = most_memory.max(own_memory(process.id()).unwrap_or_default());
        sleep(Duration::from_millis(100));
    };
    let took = begun_at.elapsed();
    if !status.success() {
        bail!("{arguments:?}: {}", fs::read_to_string(&log).unwrap_or_default());
    }
    Ok(Moved { took, most_memory })
}
