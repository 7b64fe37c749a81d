//! What is set up once for all scenarios of a database: the product on a seeded store, and what it is compared with.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::bench::Effort;
use crate::cli::Ask;
use crate::database::Database;
use crate::figure::{Figure, Rounds};
use crate::flood::Seen;
use crate::http;
use crate::machine::{Placement, Side};
use crate::process::{Process, free_port, listens};
use crate::raw::pgbench::{Pgbench, Script};
use crate::report::Row;
use crate::seed::Seed;
use crate::server::{Product, Server};
use crate::wrk::{Load, Wrk};

/// Everything that runs.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) database: &'a Database,
    pub(crate) placement: Placement,
    pub(crate) effort: Effort,
    pub(crate) folder: PathBuf,
    pub(crate) product: Product,
    pub(crate) seed: Seed,
    pub(crate) server: Server,
    pub(crate) wrk: Wrk,
}

/// What can be measured.
#[derive(Debug)]
pub(crate) enum Source<'s> {
    /// A server on that port.
    Served(u16, Load<'s>),
    /// This program without HTTP, with those arguments.
    Raw(&'s [&'s str]),
    /// `pgbench` over so many connections.
    Pgbench(&'s Pgbench, Script, u32),
}

/// A server of this program that does one thing.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) port: u16,
    _process: Process,
}

impl<'a> Stage<'a> {
    /// Seeds a new database and starts the product on it.
    pub(crate) fn set(
        database: &'a Database,
        product: &Path,
        folder: &Path,
        placement: Placement,
        effort: Effort,
    ) -> anyhow::Result<Self> {
        let data = folder.join("data");
        std::fs::create_dir_all(&data)?;
        let url = database.create(&data)?;
        // A file for each round of each of the two scenarios that trade JWTs.
        let seed = Seed::plant(&url, &data, effort.sessions, 2 * usize::try_from(effort.rounds)?)?;
        eprintln!(
            "{}: {} customers, {} sessions of each kind, made in {:.1} s",
            database.name(),
            crate::seed::CUSTOMERS,
            seed.sessions,
            seed.took.as_secs_f64()
        );
        if url.starts_with("postgres") {
            // As for what it is compared with. PostgreSQL does so by itself within a minute; before, it plans as for empty tables.
            anteroom_testkit::postgres::sql(&url, "VACUUM ANALYZE");
        }
        database.place(placement)?;
        let product = Product { program: product.to_owned(), data, url, placement };
        let server = product.start()?;
        let wrk = Wrk::new(placement, folder, seed.tokens.clone())?;
        Ok(Self { database, placement, effort, folder: folder.to_owned(), product, seed, server, wrk })
    }

    /// The product in a new process, which has seen nothing yet.
    pub(crate) fn restart(&mut self) -> anyhow::Result<()> {
        let server = self.product.start()?;
        drop(std::mem::replace(&mut self.server, server));
        Ok(())
    }

    /// A server of this program, at work on its port.
    pub(crate) fn reference(&self, arguments: &[&str]) -> anyhow::Result<Reference> {
        let port = free_port()?;
        let mut command = self.placement.command(Side::Server, std::env::current_exe()?);
        command.args(arguments).args(["--port", &port.to_string()]);
        let log = self.folder.join("reference.log");
        let mut process = Process::start(command, &log)?;
        process.wait_until(&log, || listens(port))?;
        Ok(Reference { port, _process: process })
    }

    /// The limit of session checks, which answers as long a body as the product's.
    pub(crate) fn check_limit(&self) -> anyhow::Result<Reference> {
        let cookies = self.seed.tokens.join("cookies");
        let cookie = std::fs::read_to_string(&cookies)?;
        let cookie = format!("connect.sid={}", cookie.lines().next().unwrap_or_default());
        let headers = [("cookie", cookie.as_str()), ("x-publishable-api-key", &self.seed.publishable_key)];
        let answer = http::expect(200, self.server.port, "GET", "/store/customers/me", &headers, None)?;
        let body = self.folder.join("body.json");
        std::fs::write(&body, answer.body)?;
        let (cookies, body) = (cookies.display().to_string(), body.display().to_string());
        self.reference(&["limit", "--cookies", &cookies, "--body", &body])
    }

    /// Measures each source in turn, round after round, after a warm-up of those that are served.
    pub(crate) fn measure<const N: usize>(&self, sources: &[Source<'_>; N]) -> anyhow::Result<[Rounds; N]> {
        for source in sources {
            if let Source::Served(port, load) = source {
                self.wrk.run(*port, *load, 1)?;
            }
        }
        let mut figures: [Vec<Figure>; N] = [const { Vec::new() }; N];
        for _ in 0..self.effort.rounds {
            for (source, figures) in sources.iter().zip(&mut figures) {
                figures.push(self.once(source)?);
            }
        }
        Ok(figures.map(|figures| Rounds::of(&figures)))
    }

    /// Measures once.
    pub(crate) fn once(&self, source: &Source<'_>) -> anyhow::Result<Figure> {
        let seconds = self.effort.seconds;
        match source {
            Source::Served(port, load) => self.wrk.run(*port, *load, seconds),
            Source::Raw(arguments) => self.raw(arguments, seconds),
            Source::Pgbench(pgbench, script, connections) => pgbench.run(*script, *connections, seconds),
        }
    }

    /// A measurement by this program without HTTP, in the place of the server.
    pub(crate) fn raw(&self, arguments: &[&str], seconds: u32) -> anyhow::Result<Figure> {
        let mut command = self.placement.command(Side::Server, std::env::current_exe()?);
        command.arg("raw").args(arguments).args(["--seconds", &seconds.to_string()]);
        let folder = self.folder.join("raw");
        if arguments.first().is_some_and(|name| name.starts_with("sqlite")) {
            drop(std::fs::remove_dir_all(&folder));
            command.args(["--database", &Database::Sqlite.create(&folder)?]);
        }
        let output = command.output()?;
        let Ok(figure) = serde_json::from_slice(&output.stdout) else {
            bail!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        };
        Ok(figure)
    }

    /// Asks the product in an open loop.
    pub(crate) fn flood(&self, ask: Ask, rate: f64, connections: u32, seconds: u32) -> anyhow::Result<Seen> {
        let mut command = self.placement.command(Side::Rest, std::env::current_exe()?);
        command.args(["flood", "--ask", ask.name(), "--tokens"]).arg(&self.seed.tokens);
        command.args(["--port", &self.server.port.to_string(), "--rate", &rate.to_string()]);
        command.args(["--connections", &connections.to_string(), "--seconds", &seconds.to_string()]);
        let output = command.output()?;
        let Ok(seen) = serde_json::from_slice(&output.stdout) else {
            bail!("flood: {}", String::from_utf8_lossy(&output.stderr));
        };
        Ok(seen)
    }

    /// The first line of a file of tokens.
    pub(crate) fn word(&self, name: &str) -> anyhow::Result<String> {
        let text = std::fs::read_to_string(self.seed.tokens.join(name))?;
        Ok(text.lines().next().with_context(|| format!("{name} is empty"))?.to_owned())
    }

    /// A database for `pgbench`, of the server that the product's is on.
    pub(crate) fn pgbench(&self) -> anyhow::Result<Pgbench> {
        let folder = self.folder.join("pgbench");
        Pgbench::new(self.database.create(&folder)?, folder, self.placement)
    }

    /// Everything everywhere, the product in a new process.
    pub(crate) fn everywhere<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let before = self.placement;
        self.place(Placement::P2)?;
        let done = work(self);
        self.place(before)?;
        done
    }

    fn place(&mut self, placement: Placement) -> anyhow::Result<()> {
        self.placement = placement;
        self.product.placement = placement;
        self.wrk.placement = placement;
        self.database.place(placement)?;
        self.restart()
    }

    /// A row of the table about the product as it now is.
    pub(crate) fn row(&self, budget: u32, scenario: &str, connections: Option<u32>) -> Row {
        Row {
            budget,
            scenario: scenario.to_owned(),
            database: self.database.name().to_owned(),
            placement: self.placement.name().to_owned(),
            connections,
            memory: self.server.memory().ok().map(|memory| memory.resident),
            ..Row::default()
        }
    }
}
