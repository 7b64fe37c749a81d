//! Processes of the bench: each ends with the value that stands for it.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// A process that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts a command that writes what it says to `log`.
    pub(crate) fn start(mut command: Command, log: &Path) -> anyhow::Result<Self> {
        let file = File::options().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        Ok(Self { child })
    }

    /// Waits until `ready` holds, which is asked again and again.
    pub(crate) fn wait_until(&mut self, log: &Path, ready: impl Fn() -> bool) -> anyhow::Result<()> {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                bail!("a process ended ({status}): {}", fs::read_to_string(log).unwrap_or_default());
            }
            if Instant::now() > deadline {
                bail!("a process is not ready: {}", fs::read_to_string(log).unwrap_or_default());
            }
            sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// How it ended; `None` while it runs.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let asked = Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status();
        let deadline = Instant::now() + Duration::from_secs(if asked.is_ok() { 10 } else { 0 });
        while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            sleep(Duration::from_millis(5));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Whether somebody listens on the port.
pub(crate) fn listens(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
}

/// Processor time that the threads of a process have used whose names do not begin so.
pub(crate) fn processor_time_beside(process: u32, name: &str) -> anyhow::Result<Duration> {
    let mut used = Duration::ZERO;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let thread = thread?.path();
        if !fs::read_to_string(thread.join("comm"))?.starts_with(name) {
            // The scheduler counts in nanoseconds; `stat` would tell hundredths of a second.
            let statistics = fs::read_to_string(thread.join("schedstat"))?;
            let nanoseconds = statistics.split_whitespace().next().context("nothing of the scheduler")?;
            used += Duration::from_nanos(nanoseconds.parse()?);
        }
    }
    Ok(used)
}
