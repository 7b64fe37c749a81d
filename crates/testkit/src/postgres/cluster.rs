//! One running server and the databases in it.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, io};

use super::programs;
use crate::leash::Leash;

/// A server on a port of the loopback address; everybody on this machine may connect while the tests run.
#[derive(Debug)]
pub(super) struct Cluster {
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
    leash: Leash,
}

/// Where a server keeps its tables.
#[derive(Debug, Clone, Copy)]
pub(super) enum Disk<'a> {
    /// Beside everything else.
    Everyones,
    /// On a file system of a few megabytes; its log of changes is elsewhere.
    Small,
    /// In a new folder of this one, and as safely as a server keeps them by itself.
    Durable(&'a Path),
}

/// Makes the files and runs the server; again, when it was stopped while a file `down` was there, once that is gone.
/// `$0` is the programs' directory, the rest are settings; in the C locale messages are English and text sorts the
/// same on every machine. A server that was paused has to go on before it can end. Where there is a directory `small`,
/// the tables are in it.
const START: &str = r#"
"$0/initdb" --pgdata=data --username=anteroom --auth=trust --encoding=UTF8 --locale=C --no-sync || exit
[ ! -d small ] || { mv data/base/* small && rmdir data/base && ln -s ../small data/base; } || exit
for setting; do set -- "$@" -c "$setting"; shift; done
end() { kill -s CONT "$server" $(cat "/proc/$server/task/$server/children"); kill -s INT "$server"; wait "$server"; exit; }
trap end TERM INT
while :; do
  "$0/postgres" -D data "$@" & server=$!
  wait "$server"
  [ -e down ] || exit
  : >stopped
  while [ -e down ]; do sleep 0.02; done
done
"#;

/// Runs what follows with a file system of 64 megabytes in `small` that it alone sees. Who mounts has to be root in a user
/// name space, and who runs the server must not be.
const ON_A_SMALL_DISK: [&str; 7] = [
    "/usr/bin/unshare",
    "--user",
    "--map-root-user",
    "--mount",
    "sh",
    "-c",
    r#"mkdir small && mount -t tmpfs -o size=64m none small && exec unshare --user --map-user=1000 --map-group=1000 sh -c "$0" "$@""#,
];

/// Trades safety for speed, and keeps connections of the server's own out of the templates.
const FAST: [&str; 6] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
];

/// Lets many connect, on this machine alone.
const SETTINGS: [&str; 4] = [
    "max_connections=300",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "logging_collector=off",
];

impl Cluster {
    /// Makes and starts a server, with more settings or others; a second and a third time if another process took its
    /// port meanwhile.
    pub(super) fn start(programs: PathBuf, disk: Disk<'_>, settings: &[&str]) -> Self {
        let attempt = || Self::try_start(&programs, disk, settings);
        let (port, leash) =
            attempt().or_else(|_| attempt()).or_else(|_| attempt()).expect("PostgreSQL to start");
        Self { programs, port, databases: AtomicU32::new(0), leash }
    }

    fn try_start(programs: &Path, disk: Disk<'_>, settings: &[&str]) -> Result<(u16, Leash), String> {
        let mut directory = tempfile::Builder::new();
        directory.prefix("anteroom-postgres-");
        let directory = match disk {
            Disk::Durable(parent) => directory.tempdir_in(parent),
            Disk::Everyones | Disk::Small => directory.tempdir(),
        };
        let directory = directory.unwrap().keep();
        let user = programs::other_user(&directory);
        if let Some(user) = user {
            chown(&directory, Some(user.id), Some(user.group)).unwrap();
        }
        let port = free_port().unwrap();
        let begin: &[&str] = match disk {
            Disk::Everyones | Disk::Durable(_) => &["sh", "-c"],
            Disk::Small => &ON_A_SMALL_DISK,
        };
        let mut command: Vec<_> = begin.iter().chain(&[START]).map(|word| (*word).to_owned()).collect();
        command.extend([programs.to_str().expect("a path in UTF-8").to_owned(), format!("port={port}")]);
        let fast: &[&str] = if matches!(disk, Disk::Durable(_)) { &[] } else { &FAST };
        command.extend(fast.iter().chain(&SETTINGS).chain(settings).map(|setting| (*setting).to_owned()));
        let leash = Leash::start(directory, user, command).unwrap();
        leash.wait_until(is_ready)?;
        Ok((port, leash))
    }

    /// The server's first process and those that it has started.
    pub(super) fn processes(&self) -> Vec<String> {
        let status = fs::read_to_string(self.leash.directory().join("data/postmaster.pid")).unwrap();
        let first = status.lines().next().expect("a process id").to_owned();
        let children = fs::read_to_string(format!("/proc/{first}/task/{first}/children")).unwrap();
        let mut all = vec![first];
        all.extend(children.split_whitespace().map(str::to_owned));
        all
    }

    /// Stops the server, in the way of that signal, until [`start_again`](Self::start_again).
    pub(super) fn stop(&self, signal: &str) {
        let stopped = self.leash.directory().join("stopped");
        drop(fs::remove_file(&stopped));
        fs::write(self.leash.directory().join("down"), "").unwrap();
        send(signal, &self.processes()[..1]);
        // Until whoever started it has noticed too, and looks for the file `down` from then on.
        self.leash.wait_until(|_| stopped.exists().then_some(())).expect("PostgreSQL to stop");
    }

    /// Starts the server that was stopped, on its old port.
    pub(super) fn start_again(&self) {
        fs::remove_file(self.leash.directory().join("down")).unwrap();
        self.leash.wait_until(is_ready).expect("PostgreSQL to start again");
    }

    /// Makes a database, a copy of `template` if there is one, and returns its name.
    pub(super) fn create(&self, template: Option<&str>) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut createdb = Command::new(self.programs.join("createdb"));
        createdb.args(["--host=127.0.0.1", "--username=anteroom"]).arg(format!("--port={}", self.port));
        createdb.args(["--template", template.unwrap_or("template0")]).arg(&name);
        let output = createdb.output().expect("createdb to start");
        assert!(output.status.success(), "createdb: {}", String::from_utf8_lossy(&output.stderr));
        name
    }

    /// Where clients find the database called `name`.
    pub(super) fn url(&self, name: &str) -> String {
        format!("postgres://anteroom@127.0.0.1:{}/{name}", self.port)
    }
}

fn is_ready(directory: &Path) -> Option<()> {
    let state = fs::read_to_string(directory.join("data/postmaster.pid")).ok()?;
    (state.lines().last()?.trim() == "ready").then_some(())
}

/// Sends a signal to processes of the server, of which some may have ended.
pub(super) fn send(signal: &str, processes: &[String]) {
    let mut kill = Command::new("kill");
    let status = kill.args(["-s", signal]).args(processes).stderr(Stdio::null()).status();
    status.expect("kill to start");
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
