//! What is set up once for all scenarios of a database: the product on a seeded store, and what it is compared with.

use std::path::{Path, PathBuf};

use crate::bench::Effort;
use crate::database::Database;
use crate::figure::{Figure, Rounds};
use crate::http;
use crate::machine::{Placement, Side};
use crate::process::{Process, free_port, listens};
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

/// A server that does one thing, and what it is called in the table.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) name: String,
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
        let seed = Seed::plant(&url, &data, effort.sessions)?;
        eprintln!(
            "{}: {} customers, {} sessions of each kind, made in {:.1} s",
            database.name(),
            crate::seed::CUSTOMERS,
            seed.sessions,
            seed.took.as_secs_f64()
        );
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
    pub(crate) fn reference(&self, name: &str, arguments: &[&str]) -> anyhow::Result<Reference> {
        let port = free_port()?;
        let mut command = self.placement.command(Side::Server, std::env::current_exe()?);
        command.args(arguments).args(["--port", &port.to_string()]);
        let log = self.folder.join("reference.log");
        let mut process = Process::start(command, &log)?;
        process.wait_until(&log, || listens(port))?;
        Ok(Reference { name: name.to_owned(), port, _process: process })
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
        self.reference("limit", &["limit", "--cookies", &cookies, "--body", &body])
    }

    /// The servers of one load, each at its port, measured in turn, round after round, after a warm-up of each.
    pub(crate) fn measure<const N: usize>(
        &self,
        servers: [(u16, Load<'_>); N],
        seconds: u32,
    ) -> anyhow::Result<[Rounds; N]> {
        for (port, load) in servers {
            self.wrk.run(port, load, 1)?;
        }
        let mut figures: [Vec<Figure>; N] = [const { Vec::new() }; N];
        for _ in 0..self.effort.rounds {
            for ((port, load), figures) in servers.iter().zip(&mut figures) {
                figures.push(self.wrk.run(*port, *load, seconds)?);
            }
        }
        Ok(figures.map(|figures| Rounds::of(&figures)))
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
