//! What the operator decides: defaults, then `anteroom.toml`, then variables such as `ANTEROOM__SERVER__LISTEN`.
//!
//! [`KEYS`] lists every setting. A value is parsed into what it means or reported with the place where it stands, and
//! everything that is wrong is reported at once.

mod assemble;
mod faults;
mod keys;
mod mail;
mod parse;
mod reader;
mod source;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

use anteroom_auth::keys::MasterKey;
use anteroom_auth::leak_reports::LeakReporters;
use anteroom_auth::password::PasswordPolicy;
use anteroom_domain::session::Lifetimes;
use anteroom_http::{PostsPerMinute, SessionCookieOptions, TrustedProxies};
use anteroom_store::sql::SqlOptions;
use time::Duration;
use url::Url;

pub(crate) use faults::{Fault, Faults};
pub(crate) use keys::KEYS;
pub(crate) use mail::Mail;
pub(crate) use parse::Listen;
pub(crate) use reader::{DEFAULT, Setting};
pub(crate) use source::variable;

use reader::Reader;

/// The configuration, whole and sound.
#[derive(Debug)]
pub(crate) struct Config {
    /// Folder of what is not in the database, and of the database file unless it is elsewhere.
    pub(crate) data_dir: PathBuf,
    pub(crate) server: Server,
    pub(crate) database: Database,
    /// The key itself, when it was not left to the file.
    pub(crate) master_key: Option<MasterKey>,
    /// Whether a first start makes workspace `demo`.
    pub(crate) demo: bool,
    /// Where metrics are served; nowhere without it.
    pub(crate) metrics_listen: Option<Listen>,
    pub(crate) limits: Limits,
    /// Who may report tokens that were found in public places.
    pub(crate) leak_reporters: LeakReporters,
    /// How much of the database may be kept in memory.
    pub(crate) memory_bytes: u64,
    /// Whether `serve` runs jobs.
    pub(crate) jobs_enabled: bool,
    pub(crate) mail: Mail,
    pub(crate) session_cookie: SessionCookieOptions,
    pub(crate) lifetimes: Lifetimes,
    /// How old the youngest signing key gets before another is made.
    pub(crate) signing_key_period: Option<Duration>,
    pub(crate) passwords: PasswordPolicy,
    /// Whether issuers may be on this machine, over http.
    pub(crate) allow_loopback_issuers: bool,
    pub(crate) log: Log,
    /// Every setting, for people to read.
    pub(crate) settings: Vec<Setting>,
}

/// How much is too often; nothing is where nobody is slowed down.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) credential_posts: PostsPerMinute,
    /// How many attempts at an account may fail before there are waits.
    pub(crate) failures_per_account: Option<NonZeroU32>,
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) listen: Listen,
    /// As it was set; see [`Server::public_url`].
    public_url: Option<Url>,
    pub(crate) base_domain: Option<String>,
    pub(crate) workers: NonZeroUsize,
    pub(crate) trusted_proxies: TrustedProxies,
}

#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) options: SqlOptions,
    /// Whether it is the file in the data folder, which may have to be made.
    pub(crate) in_data_dir: bool,
}

#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) level: String,
    pub(crate) format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Pretty on a terminal, else JSON.
    Auto,
    Pretty,
    Json,
}

impl Server {
    fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// The address under which clients reach the server, if somebody has set it.
    pub(crate) fn given_public_url(&self) -> Option<&Url> {
        self.public_url.as_ref()
    }

    /// The address under which clients reach the server that listens on `port`.
    pub(crate) fn public_url(&self, port: u16) -> anyhow::Result<Url> {
        if let Some(url) = &self.public_url {
            return Ok(url.clone());
        }
        let host = if matches!(self.listen.host.as_str(), "0.0.0.0" | "::") {
            "localhost"
        } else {
            &self.listen.host
        };
        Ok(Url::parse(&format!("http://{}", Listen { host: host.to_owned(), port }))?)
    }
}

impl Config {
    /// With one connection, which is all that a command needs. A pool opens the others behind its back, and one that is
    /// just being opened when the process ends leaves the files that belong to it.
    pub(crate) fn for_a_command(mut self) -> Self {
        self.database.options.connections = 1;
        self
    }

    /// Reads the file (`anteroom.toml`, which may be missing, or the one that is named) and the environment.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, Faults> {
        Self::read(file, std::env::vars_os())
    }

    fn read(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Faults> {
        let mut reader = Reader::new(file, variables);
        let config = assemble::config(&mut reader);
        reader.finish(config)
    }

    /// Who has set the setting of that name; `None` when nobody has.
    pub(crate) fn place(&self, name: &str) -> Option<&str> {
        let set = self.settings.iter().find(|setting| setting.name == name && setting.place != DEFAULT);
        set.map(|setting| setting.place.as_str())
    }
}
