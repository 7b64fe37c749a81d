//! Which hosts are one site to a browser: it sends `SameSite=Lax` cookies with no other request of a script.

use url::{Host, Url};

/// Why a browser takes two addresses for two sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Apart {
    /// One is http, the other https.
    Scheme,
    /// Their domains have different owners, or one is an address or another name of this machine.
    Domain,
}

/// `None` when both are one site: same scheme, and same registrable domain by the Public Suffix List.
pub(super) fn apart(one: &Url, other: &Url) -> Option<Apart> {
    if registrable(one) != registrable(other) {
        return Some(Apart::Domain);
    }
    (one.scheme() != other.scheme()).then_some(Apart::Scheme)
}

/// The name that somebody has registered, or the whole host where there is no such thing.
fn registrable(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(name) => Some(psl::domain_str(name).unwrap_or(name).to_owned()),
        address @ (Host::Ipv4(_) | Host::Ipv6(_)) => Some(address.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_told_apart_as_browsers_do() {
        let told = |one: &str, other: &str| apart(&one.parse().unwrap(), &other.parse().unwrap());
        for (one, other) in [
            ("https://id.shop.example", "https://shop.example"),
            ("https://id.shop.co.uk", "https://www.shop.co.uk:8443"),
            ("http://localhost:8080", "http://localhost:3000"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:3000"),
        ] {
            assert_eq!(told(one, other), None, "{one} {other}");
        }
        assert_eq!(told("https://id.shop.example", "http://shop.example"), Some(Apart::Scheme));
        for (one, other) in [
            ("https://id.example", "https://shop.example"),
            ("https://id.co.uk", "https://shop.co.uk"),
            ("https://ada.github.io", "https://eve.github.io"),
            ("http://127.0.0.1:8080", "http://localhost:8080"),
            ("http://127.0.0.1", "http://127.0.0.2"),
            ("http://[::1]", "http://127.0.0.1"),
        ] {
            assert_eq!(told(one, other), Some(Apart::Domain), "{one} {other}");
        }
    }
}
