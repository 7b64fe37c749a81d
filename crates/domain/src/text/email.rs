//! E-mail addresses.

use super::InvalidText;

/// An e-mail address: kept as it was typed, compared by a key.
///
/// The key lower-cases the part before the `@` (Unicode) and turns the domain into lower-case IDNA, so `A@x.de`
/// and `a@X.DE` are one address. Nothing is asked of the DNS.
#[derive(Debug, Clone)]
pub struct Email {
    text: Box<str>,
    key: Box<str>,
}

const INVALID: InvalidText = InvalidText("should be a valid e-mail address");

impl Email {
    /// Parses an address such as `ada@example.com`; display names (`Ada <ada@example.com>`) and quoted local
    /// parts are refused. At most 254 octets (RFC 5321, erratum 1690), 64 of them before the `@`.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(INVALID)?;
        if text.len() > 254 || !(1..=64).contains(&local.len()) || !local.split('.').all(is_atom) {
            return Err(INVALID);
        }
        let domain = idna::domain_to_ascii_strict(domain).ok().filter(|d| is_domain(d)).ok_or(INVALID)?;
        Ok(Self { text: text.into(), key: format!("{}@{domain}", local.to_lowercase()).into() })
    }

    /// Takes the two columns that a store kept of a parsed address.
    pub fn from_stored(text: String, key: String) -> Self {
        Self { text: text.into(), key: key.into() }
    }

    /// The address as it was typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address so far that its owner knows it, and nobody else: `a***@example.com`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.text.rsplit_once('@').unwrap_or((&self.text, ""));
        format!("{}***@{domain}", local.chars().next().unwrap_or_default())
    }

    /// What two spellings of one address have in common.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for Email {}

/// A dot-separated piece of a local part: RFC 5322 `atext`, or any letter or digit beyond ASCII (RFC 6531).
fn is_atom(piece: &str) -> bool {
    !piece.is_empty()
        && piece.chars().all(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => true,
            c if c.is_ascii() => "!#$%&'*+-/=?^_`{|}~".contains(c),
            c => c.is_alphanumeric(),
        })
}

fn is_domain(ascii: &str) -> bool {
    ascii.contains('.')
        && ascii.rsplit('.').next().is_some_and(|top| !top.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lg_03_spellings_of_one_address_are_equal() {
        let typed = Email::parse("  Ada.Lovelace@Example.COM ").unwrap();
        assert_eq!(typed.as_str(), "Ada.Lovelace@Example.COM");
        assert_eq!(typed.key(), "ada.lovelace@example.com");
        assert_eq!(typed, Email::parse("ada.lovelace@example.com").unwrap());
        assert_eq!(Email::parse("ÄDA@bücher.de").unwrap(), Email::parse("äda@xn--bcher-kva.de").unwrap());
        assert_ne!(typed, Email::parse("ada@example.com").unwrap());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "@",
            "a",
            "a@",
            "@b.de",
            "a@b",
            "a@b..de",
            ".a@b.de",
            "a.@b.de",
            "a..b@c.de",
            "a b@c.de",
            "a@b c.de",
            "Ada <a@b.de>",
            "\"a b\"@c.de",
            "a@b.de\r\nBcc: x@y.z",
            "a@1.2.3.4",
            "a\0@b.de",
            "a@-b.de",
            "a@[127.0.0.1]",
            "a,b@c.de",
            &format!("{}@b.de", "a".repeat(65)),
            &format!("a@{}.de", "b".repeat(64)),
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_masked_address_tells_its_owner_and_nobody_else() {
        let masked = |text| Email::parse(text).unwrap().masked();
        assert_eq!(masked("Ada.Lovelace@Example.com"), "A***@Example.com");
        assert_eq!(masked("\u{738b}@x.de"), "\u{738b}***@x.de");
    }
}
