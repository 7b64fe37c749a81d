//! Puts the configuration together, section by section.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use anteroom_auth::keys::MasterKey;
use anteroom_auth::leak_reports::LeakReporters;
use anteroom_auth::password::PasswordPolicy;
use anteroom_domain::session::Lifetimes;
use anteroom_domain::sign_in::FailedAttempts;
use anteroom_http::{PostsPerMinute, SessionCookieOptions, TrustedProxies};
use anteroom_store::sql::SqlOptions;
use time::Duration;

use super::mail;
use super::parse;
use super::reader::Reader;
use super::{Config, Database, Limits, Listen, Log, LogFormat, Server};
use crate::master_key;

/// In seconds. Browsers keep no cookie longer (RFC 6265bis 5.5).
const LONGEST_LIFE: i64 = 400 * 24 * 60 * 60;

/// The whole; `None` only when a fault was found. Reads everything before it gives up anything.
pub(super) fn config(r: &mut Reader) -> Option<Config> {
    let data_dir = r.read("data_dir", |text| Ok(PathBuf::from(text)));
    let server = server(r);
    let database = database(r, data_dir.as_deref());
    let master_key = r.read("master_key", parse_master_key);
    let demo = r.read("demo", parse::flag);
    let metrics_listen = r.read("metrics.listen", parse::listen);
    refuse_shared_address(r, metrics_listen.as_ref(), server.as_ref());
    let limits = limits(r);
    let leak_reporters = r.read("token_leaks.public_keys_file", leak_reporters);
    let memory_mebibytes = r.read("memory.mebibytes", parse::whole(1..=1_048_576_u32));
    let jobs_enabled = r.read("jobs.enabled", parse::flag);
    let mail = mail::read(r, server.as_ref());
    let session_cookie = session_cookie(r, server.as_ref());
    let lifetimes = lifetimes(r);
    let rotation_days = r.read("signing_keys.rotation_days", parse::whole(0..=3650_i64));
    let minimum = r.read("passwords.minimum_length", parse::whole(8..=128));
    let allow_loopback_issuers = r.read("providers.allow_loopback", parse::flag);
    let log = log(r);
    let (data_dir, server, database) = (data_dir?, server?, database?);
    let limits = limits?;
    let settings = r.settings(&derived(&data_dir, &server, &database));
    Some(Config {
        data_dir,
        server,
        database,
        master_key,
        demo: demo?,
        metrics_listen,
        limits,
        leak_reporters: leak_reporters.unwrap_or_default(),
        memory_bytes: u64::from(memory_mebibytes?) * 1024 * 1024,
        jobs_enabled: jobs_enabled?,
        mail: mail?,
        session_cookie: session_cookie?,
        lifetimes: lifetimes?,
        signing_key_period: Some(rotation_days?).filter(|days| *days > 0).map(Duration::days),
        passwords: PasswordPolicy { minimum: minimum? },
        allow_loopback_issuers: allow_loopback_issuers?,
        log: log?,
        settings,
    })
}

fn leak_reporters(file: &str) -> Result<LeakReporters, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("should be a file that can be read ({error})"))?;
    LeakReporters::parse(&text).map_err(|invalid| invalid.to_string())
}

fn limits(r: &mut Reader) -> Option<Limits> {
    let enabled = r.read("limits.enabled", parse::flag);
    let of_an_address = r.read("limits.credential_posts_per_minute", parse::whole(1..=100_000_u32));
    let to_a_workspace =
        r.read("limits.credential_posts_per_workspace_per_minute", parse::whole(1..=10_000_000_u32));
    let failures = parse::whole(1..=FailedAttempts::MOST_ALLOWED);
    let failures_per_account = r.read("limits.failures_per_account", failures);
    let (of_an_address, to_a_workspace) = (of_an_address?, to_a_workspace?);
    let (failures_per_account, enabled) = (failures_per_account?, enabled?);
    let [of_an_address, to_a_workspace, failures_per_account] =
        [of_an_address, to_a_workspace, failures_per_account]
            .map(|number| NonZeroU32::new(number).filter(|_| enabled));
    let credential_posts = PostsPerMinute { of_an_address, to_a_workspace };
    Some(Limits { credential_posts, failures_per_account })
}

/// What follows from other settings for those that nobody has set.
fn derived(data_dir: &Path, server: &Server, database: &Database) -> Vec<(&'static str, String)> {
    let public_url = server.public_url(server.listen.port).ok();
    let public_url = public_url.map(|url| url.as_str().trim_end_matches('/').to_owned());
    let database_url = database.in_data_dir.then(|| database.options.url.clone());
    let master_key = master_key::file_in(data_dir).display().to_string();
    [("server.public_url", public_url), ("database.url", database_url), ("master_key", Some(master_key))]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn server(r: &mut Reader) -> Option<Server> {
    let listen = r.read("server.listen", parse::listen);
    let public_url = r.read("server.public_url", parse::public_url);
    let base_domain = r.read("server.base_domain", parse::domain);
    let workers = r.read("server.workers", parse::count);
    let trusted_proxies = r.read("server.trusted_proxies", TrustedProxies::parse).unwrap_or_default();
    let cores = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let workers = workers.unwrap_or(cores);
    Some(Server { listen: listen?, public_url, base_domain, workers, trusted_proxies })
}

/// The metrics are no route of the product. Port 0 is a new one each time.
fn refuse_shared_address(r: &mut Reader, metrics: Option<&Listen>, server: Option<&Server>) {
    if let (Some(metrics), Some(server)) = (metrics, server)
        && metrics.port != 0
        && *metrics == server.listen
    {
        r.refuse("metrics.listen", "is the address of server.listen: give the metrics a port of their own");
    }
}

fn database(r: &mut Reader, data_dir: Option<&Path>) -> Option<Database> {
    let in_data_dir = !r.is_set("database.url");
    let url = r.read("database.url", parse::database_url);
    let connections = r.read("database.connections", parse::whole(1..=1000));
    let url = match url {
        Some(url) => url,
        None if in_data_dir => format!("sqlite:{}", data_dir?.join("anteroom.db").display()),
        None => return None,
    };
    let mut options = SqlOptions::new(url);
    options.connections = connections.unwrap_or(options.connections);
    Some(Database { options, in_data_dir })
}

fn parse_master_key(text: &str) -> Result<MasterKey, String> {
    const INVALID: &str = "should be 32 bytes, written as 44 characters of base64 or as 64 hex digits";
    MasterKey::parse(text).or(Err(INVALID.to_owned()))
}

fn session_cookie(r: &mut Reader, server: Option<&Server>) -> Option<SessionCookieOptions> {
    let name = r.read("session.cookie_name", parse::cookie_name);
    let cross_site = r.read("session.cookie_same_site", parse::one_of(&[("lax", false), ("none", true)]));
    if !server?.is_https() {
        if cross_site == Some(true) {
            r.refuse(
                "session.cookie_same_site",
                "is none, which needs a server.public_url that begins with https",
            );
        }
        if name.as_ref().is_some_and(|name| name.starts_with("__Host-") || name.starts_with("__Secure-")) {
            r.refuse(
                "session.cookie_name",
                "has a prefix that needs a server.public_url that begins with https",
            );
        }
    }
    Some(SessionCookieOptions { name: name?, cross_site: cross_site? })
}

fn lifetimes(r: &mut Reader) -> Option<Lifetimes> {
    let mut seconds = |key| r.read(key, parse::whole(1..=LONGEST_LIFE)).map(Duration::seconds);
    let jwt = seconds("session.jwt_seconds");
    let idle = seconds("session.idle_seconds");
    let absolute = seconds("session.absolute_seconds");
    Some(Lifetimes { jwt: jwt?, idle: idle?, absolute: absolute? })
}

fn log(r: &mut Reader) -> Option<Log> {
    let formats = [("auto", LogFormat::Auto), ("pretty", LogFormat::Pretty), ("json", LogFormat::Json)];
    let level = r.read("log.level", parse::log_level);
    let format = r.read("log.format", parse::one_of(&formats));
    Some(Log { level: level?, format: format? })
}
