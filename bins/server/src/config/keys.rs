//! Every setting there is.

use std::fmt;

/// A setting.
#[derive(Debug)]
pub(crate) struct Key {
    /// `section.key`, as in the file.
    pub(crate) name: &'static str,
    /// What it is when nobody sets it.
    pub(crate) fallback: Fallback,
    /// For `--help`.
    pub(crate) meaning: &'static str,
    /// Whether its value may never be shown.
    pub(crate) secret: bool,
}

/// What a setting is when nobody sets it.
#[derive(Debug)]
pub(crate) enum Fallback {
    /// This, read like a value that was set.
    Value(&'static str),
    /// What follows from other settings, in words.
    Derived(&'static str),
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(text) | Self::Derived(text) => f.write_str(text),
        }
    }
}

use Fallback::{Derived, Value};

/// Every setting, in the order in which people meet them.
pub(crate) const KEYS: [Key; 36] = [
    key("data_dir", Value("./data"), "folder of the database file and the master key"),
    key("server.listen", Value("127.0.0.1:8080"), "address and port of the server"),
    key("server.public_url", Derived("http://{server.listen}"), "address under which clients reach it"),
    key("server.base_domain", Derived("none"), "a host {slug}.base_domain names a workspace"),
    key("server.workers", Derived("one per core"), "threads that serve HTTP"),
    key("server.trusted_proxies", Derived("none"), "proxies whose X-Forwarded-For is believed"),
    secret("database.url", Derived("sqlite:{data_dir}/anteroom.db"), "sqlite:PATH or postgres://…"),
    key("database.connections", Derived("4"), "most connections to the database"),
    secret("master_key", Derived("{data_dir}/master.key"), "32 bytes in base64 or hex"),
    key("demo", Value("true"), "make workspace demo at the first start"),
    key("metrics.listen", Derived("none"), "address and port of the metrics, for operators alone"),
    key("limits.enabled", Value("true"), "whether callers are slowed down"),
    key("limits.credential_posts_per_minute", Value("60"), "sign-ins and their like from one address"),
    key(
        "limits.credential_posts_per_workspace_per_minute",
        Value("6000"),
        "the same to one workspace, from all",
    ),
    key("limits.failures_per_account", Value("10"), "failed sign-ins before the next has to wait"),
    key("token_leaks.public_keys_file", Derived("none"), "keys of those who may report leaked tokens"),
    key("memory.mebibytes", Value("512"), "most memory for what is kept of the database"),
    key("jobs.enabled", Value("true"), "whether this server runs jobs beside its requests"),
    key("mail.smtp_host", Derived("none"), "mail server; without it mails are files in {data_dir}/outbox"),
    key("mail.smtp_port", Derived("587, or 465 for tls, 25 for none"), "its port"),
    key("mail.smtp_encryption", Value("starttls"), "starttls, tls, or none"),
    key("mail.smtp_username", Derived("none"), "user name for the mail server"),
    secret("mail.smtp_password", Derived("none"), "password for the mail server"),
    key("mail.smtp_timeout_seconds", Value("10"), "how long the mail server may take to answer"),
    key("mail.smtp_ca_file", Derived("none"), "certificates in PEM that may vouch for the mail server"),
    key("mail.templates_dir", Derived("none"), "folder of files that take the place of our words in mails"),
    key("session.cookie_name", Value("connect.sid"), "name of the shop's cookie"),
    key("session.cookie_same_site", Value("lax"), "lax, or none (needs https)"),
    key("session.idle_seconds", Value("36000"), "a shop session ends without use"),
    key("session.absolute_seconds", Value("2592000"), "a shop session ends in any case"),
    key("session.jwt_seconds", Value("86400"), "a JWT ends"),
    key("signing_keys.rotation_days", Value("90"), "a new key signs JWTs after so many days; 0 is never"),
    key("passwords.minimum_length", Value("8"), "fewest characters of a password"),
    key("providers.allow_loopback", Value("false"), "let issuers be on this machine, over http: to try out"),
    key("log.level", Value("info"), "level, or directives such as info,anteroom_http=debug"),
    key("log.format", Value("auto"), "pretty, json, or auto: pretty on a terminal"),
];

const fn key(name: &'static str, fallback: Fallback, meaning: &'static str) -> Key {
    Key { name, fallback, meaning, secret: false }
}

const fn secret(name: &'static str, fallback: Fallback, meaning: &'static str) -> Key {
    Key { name, fallback, meaning, secret: true }
}

/// The setting of that name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The setting that somebody may have meant by `name`.
pub(super) fn nearest(name: &str) -> Option<&'static Key> {
    let last = |name: &'static str| name.rsplit('.').next().unwrap_or(name);
    let distance = |key: &Key| {
        let whole = strsim::damerau_levenshtein(key.name, name);
        let written = name.rsplit('.').next().unwrap_or(name);
        whole.min(strsim::damerau_levenshtein(last(key.name), written).saturating_add(1))
    };
    KEYS.iter()
        .map(|key| (distance(key), key))
        .min_by_key(|(far, _)| *far)
        .filter(|(far, _)| *far <= 3)
        .map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_and_missing_sections_are_understood() {
        for (typed, meant) in [
            ("server.lisen", "server.listen"),
            ("listen", "server.listen"),
            ("server.public_ur", "server.public_url"),
            ("database.listen", "server.listen"),
            ("master_kye", "master_key"),
        ] {
            assert_eq!(nearest(typed).map(|key| key.name), Some(meant), "{typed}");
        }
        assert!(nearest("colour.of_the_sky").is_none());
    }
}
