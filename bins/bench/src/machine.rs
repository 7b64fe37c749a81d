//! The two cores, and who runs on which.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::{Context, bail};
use clap::ValueEnum;

/// Where the processes run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Placement {
    /// The server alone on core 0, load generator and database on core 1.
    P1,
    /// Everything everywhere.
    P2,
}

/// A side of the measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The product, or what it is compared with.
    Server,
    /// Load generators and PostgreSQL.
    Rest,
}

impl Placement {
    /// The core that a side is kept to; `None` when it may use all.
    pub(crate) fn core(self, side: Side) -> Option<&'static str> {
        match (self, side) {
            (Self::P1, Side::Server) => Some("0"),
            (Self::P1, Side::Rest) => Some("1"),
            (Self::P2, _) => None,
        }
    }

    /// The name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::P1 => "P1",
            Self::P2 => "P2",
        }
    }

    /// A command of that program on the cores of that side, which the system ends when this process ends in any way.
    pub(crate) fn command(self, side: Side, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]);
        if let Some(core) = self.core(side) {
            command.args(["taskset", "--cpu-list", core]);
        }
        command.arg(program);
        command
    }

    /// Moves a process that runs already, with all its threads, to the cores of that side.
    pub(crate) fn pin(self, side: Side, process: &str) -> anyhow::Result<()> {
        let cores = available_parallelism().map_or(1, usize::from);
        let all = format!("0-{}", cores.saturating_sub(1));
        let core = self.core(side).unwrap_or(&all);
        let mut taskset = Command::new("taskset");
        taskset.args(["--all-tasks", "--cpu-list", "--pid", core, process]);
        // A process of the server's that has ended meanwhile needs no core.
        taskset.output().context("taskset")?;
        Ok(())
    }
}

/// Refuses a machine without the programs that the bench starts.
pub(crate) fn check(placement: Placement) -> anyhow::Result<()> {
    for (program, package) in [("wrk", "wrk"), ("taskset", "util-linux"), ("setpriv", "util-linux")] {
        if Command::new(program).arg("--version").output().is_err() {
            bail!("{program} is not installed: on Debian, `apt-get install {package}`");
        }
    }
    if placement == Placement::P1 && available_parallelism().map_or(1, usize::from) < 2 {
        bail!("p1 needs two cores: use --placement p2");
    }
    Ok(())
}

/// A new folder for what a run keeps; what an earlier one left behind goes.
pub(crate) fn folder(parent: &Path) -> anyhow::Result<PathBuf> {
    const PREFIX: &str = "anteroom-bench-";
    for entry in std::fs::read_dir(parent)?.filter_map(Result::ok) {
        let name = entry.file_name();
        let left_by = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.parse::<u32>().ok());
        if left_by.is_some_and(|process| !Path::new(&format!("/proc/{process}")).exists()) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    let folder = parent.join(format!("{PREFIX}{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
