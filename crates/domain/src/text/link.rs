//! Addresses that a merchant chooses for pages and mails.

use url::{Host, Url};

use super::url::web_url;
use super::{InvalidText, text_type};

/// An absolute https URL of 1 to 2083 characters, kept as given, whose host is made of letters, digits, hyphens and full
/// stops: others could say something else in a policy about what a page may load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecureUrl(Box<str>);
text_type!(SecureUrl);

impl SecureUrl {
    /// Parses.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        secure(text).map(|_url| Self(text.into()))
    }

    /// The origin that it belongs to.
    pub fn origin(&self) -> Option<super::Origin> {
        Url::parse(&self.0).ok().map(|url| super::Origin::of(&url))
    }
}

/// An absolute https URL with `{token}` in it once, behind the host: a secret takes its place in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkTemplate(Box<str>);
text_type!(LinkTemplate);

impl LinkTemplate {
    /// What stands for the token.
    pub const TOKEN: &'static str = "{token}";

    /// Parses.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        const MISSING: InvalidText = InvalidText("should have {token} in it once, behind the host");
        secure(text)?;
        let (before, after) = text.split_once(Self::TOKEN).ok_or(MISSING)?;
        let is_behind_the_host =
            before.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?', '#']));
        if is_behind_the_host && !after.contains(Self::TOKEN) {
            return Ok(Self(text.into()));
        }
        Err(MISSING)
    }

    /// The address with the token in it, which needs no escaping.
    pub fn with_token(&self, token: &str) -> String {
        self.0.replace(Self::TOKEN, token)
    }
}

fn secure(text: &str) -> Result<Url, InvalidText> {
    const INVALID: InvalidText = InvalidText("should be an absolute https URL");
    if !(1..=2083).contains(&text.chars().count()) {
        return Err(InvalidText("should have 1 to 2083 characters"));
    }
    if !text.split_once("://").is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("https")) {
        return Err(INVALID);
    }
    let url = web_url(text)?;
    let is_plain = match url.host() {
        Some(Host::Domain(domain)) => {
            domain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    };
    if is_plain { Ok(url) } else { Err(INVALID) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_secure() {
        let url = SecureUrl::parse("https://CDN.Example:8443/logo.svg?v=1").unwrap();
        assert_eq!(url.as_str(), "https://CDN.Example:8443/logo.svg?v=1");
        assert_eq!(url.origin().unwrap().as_str(), "https://cdn.example:8443");
        for bad in [
            "",
            "http://cdn.example/logo.svg",
            "data:image/svg+xml,x",
            "//cdn.example/logo.svg",
            "https://a;script-src/x",
            "https://a,b.example/x",
            "https://a'b.example/x",
            "https://u@cdn.example/x",
        ] {
            assert!(SecureUrl::parse(bad).is_err(), "{bad}");
        }
        assert!(SecureUrl::parse(&format!("https://a.example/{}", "a".repeat(2066))).is_err());
    }

    #[test]
    fn a_template_has_its_token_behind_the_host() {
        for good in [
            "https://shop.example/reset?token={token}",
            "https://shop.example/reset/{token}/now",
            "https://shop.example#{token}",
        ] {
            let template = LinkTemplate::parse(good).unwrap();
            assert_eq!(template.with_token("abc"), good.replace("{token}", "abc"));
        }
        for bad in [
            "https://shop.example/reset",
            "https://{token}.example/",
            "https://shop.example/{token}/{token}",
            "https://shop.example/{Token}",
            "http://shop.example/{token}",
            "{token}",
        ] {
            assert!(LinkTemplate::parse(bad).is_err(), "{bad}");
        }
    }
}
