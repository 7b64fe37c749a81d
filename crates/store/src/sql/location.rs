//! Where a database is: the URL, read without a library so that every host list that libpq takes is understood.

use std::fmt;
use std::path::PathBuf;

use super::{OpenError, postgres_url};

/// Which database is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file, or memory.
    Sqlite,
    /// A server.
    Postgres,
}

/// A database URL, understood.
#[derive(Clone)]
pub(super) enum Location {
    Memory,
    File(PathBuf),
    /// The URL as libpq takes it.
    Postgres(String),
}

impl Location {
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(OpenError::UnknownScheme(String::new()));
        };
        match scheme {
            "sqlite" if !cfg!(feature = "sqlite") => Err(OpenError::NotCompiledIn("SQLite")),
            "postgres" | "postgresql" if !cfg!(feature = "postgres") => {
                Err(OpenError::NotCompiledIn("PostgreSQL"))
            }
            "sqlite" => match rest.strip_prefix("//").unwrap_or(rest) {
                "" => Err(OpenError::NoPath),
                ":memory:" => Ok(Self::Memory),
                path => Ok(Self::File(path.into())),
            },
            "postgres" | "postgresql" => {
                if let Some(fault) = postgres_url::fault(url, Parts::of(url).hosts) {
                    return Err(OpenError::Malformed(fault));
                }
                require_agreed_clear_text(url)?;
                Ok(Self::Postgres(url.to_owned()))
            }
            // What is no scheme is not repeated: it may be a password.
            _ => Err(OpenError::UnknownScheme(scheme.chars().take(20).collect())),
        }
    }

    pub(super) fn backend(&self) -> Backend {
        match self {
            Self::Memory | Self::File(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
        }
    }
}

/// Without user, password and parameters.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("sqlite::memory:"),
            Self::File(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let parts = Parts::of(url);
                write!(f, "postgres://{}{}", parts.hosts, parts.path)
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The pieces of `postgres://user@host:port,host/database?parameters`.
struct Parts<'a> {
    hosts: &'a str,
    path: &'a str,
    parameters: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Self {
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        // A password may hold any of the separators; what stands before the last `@` is never shown.
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        let (rest, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let (hosts, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        Self { hosts, path, parameters }
    }

    fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

/// Whether a URL has that parameter.
#[cfg(feature = "postgres")]
pub(super) fn has_parameter(url: &str, name: &str) -> bool {
    Parts::of(url).parameter(name).is_some()
}

/// libpq without TLS connects in clear text unless told otherwise and says nothing. So somebody has to have said it.
fn require_agreed_clear_text(url: &str) -> Result<(), OpenError> {
    let parts = Parts::of(url);
    if cfg!(feature = "postgres-tls") || parts.parameter("sslmode") == Some("disable") {
        return Ok(());
    }
    let named = parts.parameter("hostaddr").or_else(|| parts.parameter("host")).unwrap_or(parts.hosts);
    match named.split(',').map(without_port).find(|host| !is_local(host)) {
        Some(host) => Err(OpenError::ClearText(host.to_owned())),
        None => Ok(()),
    }
}

fn without_port(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        // More than one colon is a bare IPv6 address, as `hostaddr` has it.
        None if host.matches(':').count() > 1 => host,
        None => host.split_once(':').map_or(host, |(host, _)| host),
    }
}

/// Nothing, a socket's folder (percent-encoded as a host, plain as a parameter), or this machine.
fn is_local(host: &str) -> bool {
    host.is_empty()
        || host.starts_with(['/', '@'])
        || host.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%2f"))
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
