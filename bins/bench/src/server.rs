//! The product as a process.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::figure::float;
use crate::http;
use crate::machine::{Placement, Side};
use crate::process::{Process, free_port, listens, processor_time_beside};

/// The address that the product takes for its own: the issuer of its JWTs, whatever port it has.
pub(crate) const PUBLIC_URL: &str = "http://anteroom.test";

/// How the product is started.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    /// The program.
    pub(crate) program: PathBuf,
    /// Its data folder, with the master key.
    pub(crate) data: PathBuf,
    /// Its database.
    pub(crate) url: String,
    /// On which cores.
    pub(crate) placement: Placement,
}

/// The product, running.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    pub(crate) port: u16,
    /// From the start of the process to the first answer that it is ready.
    pub(crate) started_in: Duration,
}

impl Product {
    /// Starts the product with everything on that is on by default, and its metrics, and waits until it is ready. Its limits are as high
    /// as they can be, because all load comes from one address.
    pub(crate) fn start(&self) -> anyhow::Result<Server> {
        let (port, metrics) = (free_port()?, free_port()?);
        let mut command = self.command(&["serve"]);
        for (name, value) in [
            ("SERVER__LISTEN", format!("127.0.0.1:{port}")),
            ("SERVER__PUBLIC_URL", PUBLIC_URL.to_owned()),
            ("METRICS__LISTEN", format!("127.0.0.1:{metrics}")),
            ("DEMO", "false".to_owned()),
            ("LIMITS__CREDENTIAL_POSTS_PER_MINUTE", "100000".to_owned()),
            ("LIMITS__CREDENTIAL_POSTS_PER_WORKSPACE_PER_MINUTE", "10000000".to_owned()),
            ("LIMITS__FAILURES_PER_ACCOUNT", "99".to_owned()),
        ] {
            command.env(format!("ANTEROOM__{name}"), value);
        }
        let log = self.log();
        let begun_at = Instant::now();
        let mut process = Process::start(command, &log)?;
        process.wait_until(&log, || {
            listens(port) && http::ask(port, "GET", "/health/ready", &[], None).is_ok_and(|a| a.status == 200)
        })?;
        Ok(Server { process, port, started_in: begun_at.elapsed() })
    }

    /// Runs a command of the product's to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        Ok(self.command(arguments).output()?)
    }

    /// Begins a command of the product's, which writes what it says to `log`.
    pub(crate) fn begin(&self, arguments: &[&str], log: &Path) -> anyhow::Result<Process> {
        Process::start(self.command(arguments), log)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.placement.command(Side::Server, &self.program);
        command.args(arguments).current_dir(&self.data);
        command.env("ANTEROOM__DATA_DIR", &self.data).env("ANTEROOM__DATABASE__URL", &self.url);
        command
    }

    fn log(&self) -> PathBuf {
        self.data.join("server.log")
    }
}

impl Server {
    /// Memory in MiB: all that is resident, files mapped into it too; and what is its own.
    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        let status = status(self.process.id())?;
        Ok(Memory { resident: field(&status, "VmRSS:")?, own: field(&status, "RssAnon:")? })
    }

    /// Processor time that it has used for anything but the hashes of passwords, which have threads of their own.
    pub(crate) fn processor_time_beside_hashes(&self) -> anyhow::Result<Duration> {
        processor_time_beside(self.process.id(), "password-hash")
    }
}

/// Memory of a process, in MiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// All that is resident.
    pub(crate) resident: f64,
    /// Without files.
    pub(crate) own: f64,
}

/// Memory of a process that is no file's, in MiB.
pub(crate) fn own_memory(process: u32) -> anyhow::Result<f64> {
    field(&status(process)?, "RssAnon:")
}

fn status(process: u32) -> anyhow::Result<String> {
    Ok(fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"))?)
}

fn field(status: &str, name: &str) -> anyhow::Result<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line of status")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(float(kibibytes) / 1024.0)
}
