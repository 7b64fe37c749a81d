//! One running server and the databases in it.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;
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
    _leash: Leash,
}

/// Makes the files and becomes the server. `$0` is the programs' directory, the rest are settings; in the C
/// locale messages are English and text sorts the same on every machine.
const START: &str = r#"
"$0/initdb" --pgdata=data --username=anteroom --auth=trust --encoding=UTF8 --locale=C --no-sync || exit
for setting; do set -- "$@" -c "$setting"; shift; done
exec "$0/postgres" -D data "$@"
"#;

/// Trades safety for speed, and keeps connections of the server's own out of the templates.
const SETTINGS: [&str; 10] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=300",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "logging_collector=off",
];

impl Cluster {
    /// Makes and starts a server; a second and a third time if another process took its port meanwhile.
    pub(super) fn start(programs: PathBuf) -> Self {
        let attempt = || Self::try_start(&programs);
        let (port, leash) =
            attempt().or_else(|_| attempt()).or_else(|_| attempt()).expect("PostgreSQL to start");
        Self { programs, port, databases: AtomicU32::new(0), _leash: leash }
    }

    fn try_start(programs: &Path) -> Result<(u16, Leash), String> {
        let directory = tempfile::Builder::new().prefix("anteroom-postgres-").tempdir().unwrap().keep();
        let user = programs::other_user(&directory);
        if let Some(user) = user {
            chown(&directory, Some(user.id), Some(user.group)).unwrap();
        }
        let port = free_port().unwrap();
        let mut command = vec!["sh".to_owned(), "-c".to_owned(), START.to_owned()];
        command.extend([programs.to_str().expect("a path in UTF-8").to_owned(), format!("port={port}")]);
        command.extend(SETTINGS.map(str::to_owned));
        let leash = Leash::start(directory, user, command).unwrap();
        leash.wait_until(|directory| {
            let state = fs::read_to_string(directory.join("data/postmaster.pid")).ok()?;
            (state.lines().last()?.trim() == "ready").then_some(())
        })?;
        Ok((port, leash))
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

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
