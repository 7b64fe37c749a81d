//! Node.js with the packages of the storefront example, for programs that call the product as a shop's pages do.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::leash::Leash;
use crate::required::{missing, on_path};

/// The example, whose packages are those of its lock file.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/storefront");

/// Node.js, where it is installed and `npm ci` has been run in `examples/storefront`.
#[derive(Debug)]
pub struct Node {
    program: PathBuf,
}

/// A server that a script of the example is. Dropped, it ends.
#[derive(Debug)]
pub struct Served {
    /// Where it listens, `http://127.0.0.1:PORT`.
    pub address: String,
    _leash: Leash,
}

impl Node {
    /// Finds it; `None` after saying so where it, or a package, is missing.
    ///
    /// # Panics
    /// When `ANTEROOM_TEST_REQUIRE` names `node`.
    pub fn find() -> Option<Self> {
        let Some(program) = on_path("node") else {
            missing("node", "it is not on PATH");
            return None;
        };
        if !Path::new(FOLDER).join("node_modules/.package-lock.json").is_file() {
            missing("node", "its packages are not installed: run `npm ci` in examples/storefront");
            return None;
        }
        Some(Self { program })
    }

    /// Runs a script of the example to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn run<S: AsRef<OsStr>>(
        &self,
        script: &str,
        arguments: &[&str],
        variables: impl IntoIterator<Item = (&'static str, S)>,
    ) -> Output {
        let mut command = Command::new(&self.program);
        command.arg(script).args(arguments).current_dir(FOLDER).stdin(Stdio::null());
        command.envs(variables).output().unwrap()
    }

    /// Starts the example's server, for the product at that address.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn serve(&self, anteroom: &str, publishable_key: &str) -> Served {
        let directory = tempfile::tempdir().unwrap().keep();
        let script = Path::new(FOLDER).join("serve.mjs").into_os_string();
        let variable = |name: &str, value: &str| OsStr::new(&format!("{name}={value}")).to_owned();
        let command = [
            OsStr::new("env").to_owned(),
            variable("ANTEROOM_URL", anteroom),
            variable("PUBLISHABLE_KEY", publishable_key),
            variable("PORT", "0"),
            self.program.clone().into_os_string(),
            script,
        ];
        let leash = Leash::start(directory, None, command).unwrap();
        let address = leash.wait_until(|directory| {
            let log = std::fs::read_to_string(directory.join("log")).ok()?;
            log.lines().find(|line| line.starts_with("http://")).map(str::to_owned)
        });
        Served { address: address.unwrap_or_else(|log| unreachable!("{log}")), _leash: leash }
    }
}
