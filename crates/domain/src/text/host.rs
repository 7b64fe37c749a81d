//! Hosts that a workspace lets people be sent back to.

use url::{Host, Position, Url};

use super::url::{Origin, ReturnUrl, web_url};
use super::{InvalidText, text_type};

/// A host such as `shop.example`, or with a port `localhost:3000`: lower case, IDNA, nothing before or behind.
///
/// Without a port it stands for the ports of http and https alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnHost(Box<str>);
text_type!(ReturnHost);

impl ReturnHost {
    /// Parses.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        const INVALID: InvalidText = InvalidText("should be a host such as shop.example or localhost:3000");
        let url = web_url(&format!("https://{text}")).ok().ok_or(INVALID)?;
        let is_bare = url.path() == "/" && !text.contains(['/', '?', '#']);
        let host = url.host_str().ok_or(INVALID)?;
        if !is_bare || host.ends_with('.') || host.contains('*') || text.ends_with(':') {
            return Err(INVALID);
        }
        // The port of http is as good as none, like that of https, which the URL leaves out.
        let end = if url.port() == Some(80) { Position::AfterHost } else { Position::AfterPort };
        Ok(Self(url[Position::BeforeHost..end].into()))
    }

    /// Whether that URL is one of this host.
    pub fn is_of(&self, url: &ReturnUrl) -> bool {
        let parsed = Url::parse(url.as_str());
        parsed.is_ok_and(|url| url[Position::BeforeHost..Position::AfterPort] == *self.0)
    }
}

/// A domain such as `shop.example`, for whose pages, and those of the domains below it, passkeys are made (WebAuthn's RP ID).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyDomain(Box<str>);
text_type!(PasskeyDomain);

impl PasskeyDomain {
    /// Parses.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        const INVALID: InvalidText = InvalidText("should be a domain such as shop.example");
        let host = ReturnHost::parse(text).ok().ok_or(INVALID)?;
        // No number is a domain, and no domain has a port.
        let url = Url::parse(&format!("https://{}", host.as_str())).ok().ok_or(INVALID)?;
        match (url.host(), url.port()) {
            (Some(Host::Domain(domain)), None) if !text.contains(':') => Ok(Self(domain.into())),
            _ => Err(INVALID),
        }
    }

    /// Whether pages of that origin use its passkeys. Browsers let secure pages alone, and those of one's own machine.
    pub fn covers(&self, origin: &Origin) -> bool {
        let Ok(url) = Url::parse(origin.as_str()) else { return false };
        let Some(host) = url.host_str() else { return false };
        let is_secure = url.scheme() == "https" || host == "localhost" || host.ends_with(".localhost");
        let is_below = || host.strip_suffix(&*self.0).is_some_and(|rest| rest.ends_with('.'));
        is_secure && (host == &*self.0 || is_below())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_kept_as_browsers_write_them() {
        for (typed, kept) in [
            ("Shop.Example", "shop.example"),
            ("shop.example:443", "shop.example"),
            ("shop.example:80", "shop.example"),
            ("shop.example:8443", "shop.example:8443"),
            ("localhost:3000", "localhost:3000"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("[::1]:8080", "[::1]:8080"),
            ("127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(ReturnHost::parse(typed).unwrap().as_str(), kept);
        }
        for bad in [
            "",
            "*",
            "*.shop.example",
            "shop.example.",
            "shop.example/",
            "shop.example/path",
            "https://shop.example",
            "a@shop.example",
            "shop.example?x",
            "shop.example#x",
            "shop.example:",
            "shop.example:x",
            "shop example",
            "shop。example",
            "shop.example\\evil",
        ] {
            assert!(ReturnHost::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn oa_05_a_host_is_compared_whole() {
        let ok = ReturnHost::parse("ok.example").unwrap();
        let is_of = |host: &ReturnHost, url: &str| host.is_of(&ReturnUrl::parse(url).unwrap());
        for good in [
            "https://ok.example",
            "http://OK.Example:80/x",
            "https://ok.example:443/?a#b",
            "https://ok.example/@evil",
        ] {
            assert!(is_of(&ok, good), "{good}");
        }
        for bad in [
            "https://ok.example.evil.example",
            "https://evil-ok.example",
            "https://www.ok.example",
            "https://ok.example.",
            "https://ok.example:8443",
            "http://ok.example:443",
            "https://evil.example/ok.example",
            "https://evil.example?ok.example",
            "https://evil.example#ok.example",
            "https://xn--ok-.example",
        ] {
            assert!(ReturnUrl::parse(bad).is_err() || !is_of(&ok, bad), "{bad}");
        }
        let with_port = ReturnHost::parse("ok.example:8443").unwrap();
        assert!(is_of(&with_port, "https://ok.example:8443/x") && !is_of(&with_port, "https://ok.example"));
    }

    #[test]
    fn a_domain_of_passkeys_covers_itself_and_what_is_below() {
        let domain = PasskeyDomain::parse("Shop.Example").unwrap();
        assert_eq!(domain.as_str(), "shop.example");
        for (origin, covered) in [
            ("https://shop.example", true),
            ("https://www.shop.example:8443", true),
            ("http://shop.example", false),
            ("https://evilshop.example", false),
            ("https://example", false),
            ("https://shop.example.evil", false),
        ] {
            assert_eq!(domain.covers(&Origin::parse(origin).unwrap()), covered, "{origin}");
        }
        let local = PasskeyDomain::parse("localhost").unwrap();
        assert!(local.covers(&Origin::parse("http://localhost:3000").unwrap()));
        for bad in [
            "",
            "127.0.0.1",
            "[::1]",
            "shop.example:443",
            "localhost:3000",
            "https://shop.example",
            "*.example",
        ] {
            PasskeyDomain::parse(bad).unwrap_err();
        }
    }
}
