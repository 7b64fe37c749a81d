//! Load by `wrk`: one thread, as many connections as asked, every status looked at.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::figure::{Figure, float};
use crate::machine::{Placement, Side};

/// The scripts, by name.
const SCRIPTS: [(&str, &str); 10] = [
    ("shared", include_str!("../lua/shared.lua")),
    ("check_cookie", include_str!("../lua/check_cookie.lua")),
    ("check_bearer", include_str!("../lua/check_bearer.lua")),
    ("introspect", include_str!("../lua/introspect.lua")),
    ("create", include_str!("../lua/create.lua")),
    ("set_session", include_str!("../lua/set_session.lua")),
    ("add_address", include_str!("../lua/add_address.lua")),
    ("update_profile", include_str!("../lua/update_profile.lua")),
    ("sign_in", include_str!("../lua/sign_in.lua")),
    ("lists", include_str!("../lua/lists.lua")),
];

/// What ends sooner, in microseconds, says nothing.
const SHORTEST: f64 = 200_000.0;

/// Where the scripts and the files that they read are.
#[derive(Debug, Clone)]
pub(crate) struct Wrk {
    pub(crate) placement: Placement,
    scripts: PathBuf,
    /// The files of tokens.
    tokens: PathBuf,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load<'a> {
    /// The script.
    pub(crate) script: &'a str,
    /// The only status that counts as an answer; where the server may also say that it is busy, 503 beside it.
    pub(crate) status: &'a str,
    /// How many connections ask, each the next thing when the last was answered.
    pub(crate) connections: u32,
    /// Which lines of the files are used.
    pub(crate) lines: Lines,
    /// What the script wants to know besides.
    pub(crate) more: Option<&'a str>,
}

/// Which lines of a file are used.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lines {
    /// Any of the first so many.
    Any(usize),
    /// Each of these once, and in order: after the first so many, so many.
    Once(usize, usize),
}

#[derive(Deserialize)]
struct Seen {
    requests: usize,
    microseconds: f64,
    p50: f64,
    p99: f64,
    wrong: u64,
    wrong_status: u16,
    beyond: u64,
    broken: u64,
}

impl Wrk {
    /// Writes the scripts into the folder; the files that they read are in `tokens`.
    pub(crate) fn new(placement: Placement, folder: &Path, tokens: PathBuf) -> anyhow::Result<Self> {
        let scripts = folder.join("lua");
        std::fs::create_dir_all(&scripts)?;
        for (name, text) in SCRIPTS {
            std::fs::write(scripts.join(format!("{name}.lua")), text)?;
        }
        Ok(Self { placement, scripts, tokens })
    }

    /// Asks the server at that port for so many seconds, or until all that can be asked once is used up. An error when
    /// any answer was not the expected one.
    pub(crate) fn run(&self, port: u16, load: Load<'_>, seconds: u32) -> anyhow::Result<Figure> {
        let seen = self.see(port, load, seconds)?;
        if seen.beyond > 0 && seen.microseconds < SHORTEST {
            bail!("used up what can be asked once too soon: raise --sessions");
        }
        Ok(Figure {
            rate: float(u64::try_from(seen.requests)?) / (seen.microseconds / 1e6),
            p50: seen.p50 / 1e3,
            p99: seen.p99 / 1e3,
        })
    }

    /// Asks for each of the first `count` lines once.
    pub(crate) fn fill(&self, port: u16, load: Load<'_>, count: usize) -> anyhow::Result<()> {
        let mut done = 0;
        while done < count {
            let lines = Lines::Once(done, count - done);
            let seen = self.see(port, Load { lines, ..load }, 1)?;
            done = if seen.beyond > 0 { count } else { done + seen.requests };
        }
        Ok(())
    }

    fn see(&self, port: u16, load: Load<'_>, seconds: u32) -> anyhow::Result<Seen> {
        let mut command = self.placement.command(Side::Rest, "wrk");
        command.env("ANTEROOM_BENCH_LUA", &self.scripts);
        command.args(["-t1", "--latency", "--timeout", "20s"]);
        command.arg(format!("-c{}", load.connections)).arg(format!("-d{seconds}s"));
        command.arg("-s").arg(self.scripts.join(format!("{}.lua", load.script)));
        command.arg(format!("http://127.0.0.1:{port}")).arg("--").arg(&self.tokens);
        let (mode, first, count) = match load.lines {
            Lines::Any(count) => ("any", 0, count),
            Lines::Once(first, count) => ("once", first, count),
        };
        command.args([load.status.to_owned(), mode.to_owned(), first.to_string(), count.to_string()]);
        // A number of its own for each run, so that no two pick alike.
        command.arg(next_number().to_string()).args(load.more);
        let output = command.output().context("cannot start wrk")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let figures = text.lines().find_map(|line| line.strip_prefix("FIGURES "));
        let Some(figures) = figures else {
            bail!("wrk {}: {text}{}", load.script, String::from_utf8_lossy(&output.stderr));
        };
        let seen: Seen = serde_json::from_str(figures)?;
        if seen.wrong > 0 || seen.broken > 0 {
            let (wrong, status, broken) = (seen.wrong, seen.wrong_status, seen.broken);
            bail!("{wrong} answers were not {} (one was {status}), {broken} connections broke", load.status);
        }
        if seen.requests == 0 && seen.beyond == 0 {
            bail!("nothing was answered");
        }
        Ok(seen)
    }
}

fn next_number() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}
