//! `pgbench`, in the place of the server, on a table like the product's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anteroom_testkit::postgres;
use anyhow::{Context, bail};

use super::figure;
use crate::figure::Figure;
use crate::limit::create::POSTGRES_TABLES;
use crate::machine::{Placement, Side};

/// Customers, and sessions whose keys follow from their numbers.
const ROWS: &str = "\
    INSERT INTO customers SELECT lpad(to_hex(n), 32, '0')::uuid FROM generate_series(0, 9999) n;\
    INSERT INTO customer_sessions (token_hash, customer_id, created_at, expires_at)\
      SELECT sha256(n::text::bytea), lpad(to_hex(n % 10000), 32, '0')::uuid, 0, 0 FROM generate_series(1, 100000) n";

const INSERT: &str = "\\set n random(0, 9999)
INSERT INTO customer_sessions (token_hash, customer_id, created_at, expires_at) VALUES \
(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), lpad(to_hex(:n::int), 32, '0')::uuid, 1, 2);
";

const READ: &str = "\\set n random(1, 100000)
SELECT customer_id, created_at, expires_at, revoked_at FROM customer_sessions WHERE token_hash = sha256(:n::text::bytea);
";

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// Inserts one session a transaction.
    Insert,
    /// Reads one session by the hash of its token.
    Read,
}

/// A database of the kind, ready to be measured.
#[derive(Debug)]
pub(crate) struct Pgbench {
    program: PathBuf,
    url: String,
    folder: PathBuf,
    placement: Placement,
}

impl Pgbench {
    /// Fills the empty database at `url`; scripts and logs are in `folder`.
    pub(crate) fn new(url: String, folder: PathBuf, placement: Placement) -> anyhow::Result<Self> {
        postgres::sql(&url, &format!("{POSTGRES_TABLES};{ROWS}"));
        postgres::sql(&url, "VACUUM ANALYZE");
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("insert.sql"), INSERT)?;
        fs::write(folder.join("read.sql"), READ)?;
        Ok(Self { program: program()?, url, folder, placement })
    }

    /// Runs a script for so many seconds over so many connections.
    pub(crate) fn run(&self, script: Script, connections: u32, seconds: u32) -> anyhow::Result<Figure> {
        let file = match script {
            Script::Insert => "insert.sql",
            Script::Read => "read.sql",
        };
        let mut command = self.placement.command(Side::Server, &self.program);
        command.current_dir(&self.folder).args(["--no-vacuum", "--protocol=prepared", "--jobs=1", "--log"]);
        command.args(["--log-prefix=log", &format!("--file={file}"), &format!("--client={connections}")]);
        command.arg(format!("--time={seconds}")).arg(&self.url);
        let output = command.output().context("pgbench")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let rate =
            text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
        let (true, Some(rate)) = (output.status.success(), rate) else {
            let _ = self.take_log();
            bail!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr));
        };
        let took = self.take_log()?;
        Ok(Figure { rate, ..figure(took, 1, Duration::from_secs(seconds.into()))? })
    }

    /// How long each transaction took; the third column, in microseconds.
    fn take_log(&self) -> anyhow::Result<Vec<Duration>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("log.")) {
                let text = fs::read_to_string(&path)?;
                let columns = text.lines().filter_map(|line| line.split(' ').nth(2)?.parse().ok());
                all.extend(columns.map(Duration::from_micros));
                fs::remove_file(path)?;
            }
        }
        Ok(all)
    }
}

/// The newest one of Debian's, where there are several, else the one on the path.
fn program() -> anyhow::Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let installed =
        versions.map(|version| version.path().join("bin/pgbench")).filter(|path| path.is_file()).max();
    let program = installed.unwrap_or_else(|| Path::new("pgbench").to_owned());
    if Command::new(&program).arg("--version").output().is_err() {
        bail!("pgbench is not installed: on Debian, `apt-get install postgresql-contrib`");
    }
    Ok(program)
}
