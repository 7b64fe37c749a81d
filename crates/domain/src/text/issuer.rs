//! Who vouches for somebody else.

use url::{Host, Url};

use super::url::web_url;
use super::{InvalidText, text_type};

/// An issuer by its URL, compared letter by letter (OpenID Connect Discovery 1.0): https, or http on the machine itself, without
/// query and fragment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issuer(Box<str>);
text_type!(Issuer);

impl Issuer {
    /// Parses. A slash at the end belongs to the name of some issuers, and stays.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        const INVALID: InvalidText =
            InvalidText("should be an https URL without a query, as the issuer writes itself");
        if text.len() > 1024 {
            return Err(INVALID);
        }
        let url = web_url(text)?;
        let is_plain = url.query().is_none() && url.fragment().is_none() && !text.ends_with(['?', '#']);
        let is_safe = url.scheme() == "https" || is_loopback(&url);
        if is_plain && is_safe { Ok(Self(text.into())) } else { Err(INVALID) }
    }

    /// Whether it is on the machine itself, over http: for trying out.
    pub fn is_loopback(&self) -> bool {
        self.0.starts_with("http:")
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_a_plain_https_url() {
        for good in [
            "https://accounts.google.com",
            "https://login.example/realms/shop",
            "https://tenant.auth0.example/",
            "http://127.0.0.1:8081",
            "http://localhost:8081/realms/x",
            "http://[::1]:1",
        ] {
            assert_eq!(Issuer::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "accounts.google.com",
            "http://accounts.google.com",
            "http://10.0.0.1",
            "https://a.example?x",
            "https://a.example#x",
            "https://a.example?",
            "https://u@a.example",
            "ftp://a.example",
            "https://a.example\\b",
        ] {
            assert!(Issuer::parse(bad).is_err(), "{bad}");
        }
    }
}
