//! Addresses on the web.

use url::{Host, Url};

use super::{InvalidText, text_type};

/// Where the portal's way back leads: an absolute http or https URL of 1 to 2083 characters, kept as given.
///
/// Refused are the ways to make a reader and a browser disagree about the host: user information, backslashes,
/// white space, control characters and full stops of other scripts (ASVS 3.7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnUrl(Box<str>);
text_type!(ReturnUrl);

impl ReturnUrl {
    /// Parses.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        if !(1..=2083).contains(&text.chars().count()) {
            return Err(InvalidText("should have 1 to 2083 characters"));
        }
        web_url(text)?;
        Ok(Self(text.into()))
    }
}

/// The origin of a web page as browsers send it: scheme, host and, unless it is the scheme's own, port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(Box<str>);
text_type!(Origin);

impl Origin {
    /// Parses an origin such as `https://shop.example`; a path, query or fragment is refused, `null` too.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let url = web_url(text)?;
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidText("should be an origin such as https://shop.example, without a path"));
        }
        Ok(Self::of(&url))
    }

    /// The origin that `url` belongs to.
    pub fn of(url: &Url) -> Self {
        Self(url.origin().ascii_serialization().into())
    }
}

pub(super) fn web_url(text: &str) -> Result<Url, InvalidText> {
    const INVALID: InvalidText = InvalidText("should be an absolute http or https URL");
    let (scheme, rest) = text.split_once("://").ok_or(INVALID)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let hostile = text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\')
        || authority.contains(['。', '．', '｡']);
    if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) || hostile {
        return Err(INVALID);
    }
    if authority.contains('@') {
        return Err(InvalidText("should carry no user name or password"));
    }
    let url = Url::parse(text).ok().filter(|_| !authority.is_empty()).ok_or(INVALID)?;
    match url.host() {
        Some(Host::Domain(domain)) if !domain.is_empty() => Ok(url),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => Ok(url),
        _ => Err(INVALID),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_urls_are_kept_as_given() {
        for good in [
            "https://example.com/account",
            "http://localhost:3000",
            "HTTPS://Example.com/?a=b#c",
            "https://bücher.de/ü",
            "https://[::1]:8080/x",
            "https://example.com/@ada",
        ] {
            assert_eq!(ReturnUrl::parse(good).unwrap().as_str(), good);
        }
        assert!(ReturnUrl::parse(&format!("https://example.com/{}", "a".repeat(2063))).is_ok());
        assert!(ReturnUrl::parse(&format!("https://example.com/{}", "a".repeat(2064))).is_err());
    }

    #[test]
    fn oa_05_hostile_return_urls_are_refused() {
        for bad in [
            "",
            "/account",
            "//evil.example",
            "javascript:alert(1)",
            "https://ok.example@evil.example",
            "https://a:b@evil.example/",
            "https://ok.example\\@evil.example",
            "https:\\\\evil.example",
            "https://ok.example/\r\nSet-Cookie: a=b",
            "https://ok.example/a b",
            "https://evil。example/",
            "ftp://a.example/",
            "https:evil.example",
            "https:///evil.example",
            "https://",
            "https://#a",
            " https://a.example",
            "data:text/html,x",
            "https://%",
            "mailto:a@b.de",
        ] {
            assert!(ReturnUrl::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn origins_read_as_browsers_send_them() {
        assert_eq!(Origin::parse("HTTPS://Shop.Example:443").unwrap().as_str(), "https://shop.example");
        assert_eq!(Origin::parse("http://localhost:8000/").unwrap().as_str(), "http://localhost:8000");
        for bad in
            ["null", "*", "shop.example", "https://shop.example/path", "https://shop.example?x", "chrome://x"]
        {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }
}
