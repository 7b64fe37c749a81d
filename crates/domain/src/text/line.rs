//! Short free text and names for machines.

use super::{InvalidText, text_type};

/// One line of free text: 1 to 256 characters, none of them a control character, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(Box<str>);
text_type!(Line);

impl Line {
    /// Parses; blank text is absent (`Ok(None)`).
    pub fn parse(text: &str) -> Result<Option<Self>, InvalidText> {
        bounded(text, 256, "should have at most 256 characters").map(|text| text.map(Self))
    }
}

/// A telephone number as it was typed: 1 to 64 characters, not parsed further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone(Box<str>);
text_type!(Phone);

impl Phone {
    /// Parses; blank text is absent (`Ok(None)`).
    pub fn parse(text: &str) -> Result<Option<Self>, InvalidText> {
        bounded(text, 64, "should have at most 64 characters").map(|text| text.map(Self))
    }
}

/// The merchant's own name for a customer or a member: 1 to 256 characters, compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExternalId(Box<str>);
text_type!(ExternalId);

impl ExternalId {
    /// Parses; blank text is absent (`Ok(None)`).
    pub fn parse(text: &str) -> Result<Option<Self>, InvalidText> {
        bounded(text, 256, "should have at most 256 characters").map(|text| text.map(Self))
    }
}

/// The name of a workspace in URLs and host names: `a-z`, `0-9` and inner hyphens, 1 to 63 characters (RFC 1123).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(Box<str>);
text_type!(Slug);

impl Slug {
    /// First path segments that are ours.
    pub const RESERVED: [&'static str; 11] = [
        "api",
        "auth",
        "store",
        "portal",
        "health",
        "openapi",
        "docs",
        "metrics",
        "dashboard",
        "assets",
        "well-known",
    ];

    /// Parses; upper case is refused rather than folded.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let shaped = (1..=63).contains(&text.len())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !text.starts_with('-')
            && !text.ends_with('-');
        if !shaped {
            return Err(InvalidText(
                "should have 1 to 63 characters of a-z, 0-9 and hyphens, and not begin or end with a hyphen",
            ));
        }
        if Self::RESERVED.contains(&text) {
            return Err(InvalidText("is reserved for the server's own paths"));
        }
        Ok(Self(text.into()))
    }
}

fn bounded(text: &str, limit: usize, too_long: &'static str) -> Result<Option<Box<str>>, InvalidText> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidText("should have no control characters"));
    }
    if text.chars().count() > limit {
        return Err(InvalidText(too_long));
    }
    Ok(Some(text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_trimmed_and_bounded_in_characters() {
        assert_eq!(Line::parse("  Ада \t").unwrap().unwrap().as_str(), "Ада");
        assert_eq!(Line::parse(" \n ").unwrap(), None);
        assert!(Line::parse(&"ж".repeat(256)).unwrap().is_some());
        assert!(Line::parse(&"ж".repeat(257)).is_err());
        for hostile in ["a\r\nBcc: x", "a\0b", "a\u{1b}[31m", "a\u{85}b"] {
            assert!(Line::parse(hostile).is_err(), "{hostile:?}");
        }
    }

    #[test]
    fn slugs_are_host_labels_and_not_our_paths() {
        for good in ["demo", "a", "shop-2", &"a".repeat(63)] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a.b", "a_b", "ä", "a/b", &"a".repeat(64), "api", "assets"] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
    }
}
