//! From text to values. Every error continues the sentence that the setting's name begins.

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::str::FromStr;

use anteroom_store::sql::{OpenError, SqlOptions};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::{Host, Url};

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    /// A name or an address; an IPv6 one without brackets.
    pub(crate) host: String,
    /// 0 is any free port.
    pub(crate) port: u16,
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            return write!(f, "[{}]:{}", self.host, self.port);
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

pub(super) fn listen(text: &str) -> Result<Listen, String> {
    const INVALID: &str = "should be an address and a port such as 127.0.0.1:8080";
    let (host, port) = text.rsplit_once(':').ok_or(INVALID)?;
    let port = port.parse().or(Err(INVALID))?;
    match Host::parse(host).or(Err(INVALID))? {
        Host::Ipv6(address) => Ok(Listen { host: address.to_string(), port }),
        Host::Domain(_) | Host::Ipv4(_) => Ok(Listen { host: host.to_owned(), port }),
    }
}

pub(super) fn public_url(text: &str) -> Result<Url, String> {
    const INVALID: &str =
        "should be an absolute http or https URL without a path, such as https://id.shop.example";
    let url = Url::parse(text).or(Err(INVALID))?;
    let is_bare = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if is_bare { Ok(url) } else { Err(INVALID.to_owned()) }
}

pub(super) fn domain(text: &str) -> Result<String, String> {
    const INVALID: &str = "should be a host name such as shop.example";
    match Host::parse(text).or(Err(INVALID))? {
        Host::Domain(domain) if !domain.starts_with('.') && !domain.ends_with('.') => Ok(domain),
        _ => Err(INVALID.to_owned()),
    }
}

pub(super) fn database_url(text: &str) -> Result<String, String> {
    match SqlOptions::new(text).check() {
        Ok(()) => Ok(text.to_owned()),
        // What stands before the colon may be a secret.
        Err(OpenError::UnknownScheme(_)) => Err("should begin with sqlite: or postgres://".to_owned()),
        Err(error) => Err(format!("cannot be used: {error}")),
    }
}

pub(super) fn flag(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Ok(true),
        "false" | "0" | "off" | "no" => Ok(false),
        _ => Err("should be true or false".to_owned()),
    }
}

pub(super) fn whole<T: FromStr + PartialOrd + fmt::Display>(
    range: RangeInclusive<T>,
) -> impl FnOnce(&str) -> Result<T, String> {
    move |text| match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(format!("should be a whole number from {} to {}", range.start(), range.end())),
    }
}

pub(super) fn count(text: &str) -> Result<NonZeroUsize, String> {
    whole(1..=1024)(text).and_then(|number| NonZeroUsize::new(number).ok_or_else(|| "is zero".to_owned()))
}

pub(super) fn one_of<T: Copy>(choices: &[(&str, T)]) -> impl FnOnce(&str) -> Result<T, String> {
    move |text| {
        let chosen = choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        chosen.map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
            format!("should be {}", names.join(" or "))
        })
    }
}

/// A cookie's name: a token of RFC 9110.
pub(super) fn cookie_name(text: &str) -> Result<String, String> {
    let is_token = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
    if is_token { Ok(text.to_owned()) } else { Err("should be a cookie name such as connect.sid".to_owned()) }
}

/// Directives of tracing's filter. A lone word is a level: tracing would take a mistyped one for a module.
pub(super) fn log_level(text: &str) -> Result<String, String> {
    let is_sound = text
        .split(',')
        .map(str::trim)
        .all(|part| part.contains(['=', '[']) || part.contains("::") || part.parse::<LevelFilter>().is_ok());
    if is_sound && EnvFilter::try_new(text).is_ok() {
        return Ok(text.to_owned());
    }
    Err("should be error, warn, info, debug or trace, or directives such as info,anteroom_http=debug"
        .to_owned())
}
