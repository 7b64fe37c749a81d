//! Countries and their subdivisions.

use super::{InvalidText, text_type};

/// A country: ISO 3166-1 alpha-2, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Parses two letters of any case.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        const INVALID: InvalidText = InvalidText("should be a two-letter country code (ISO 3166-1 alpha-2)");
        let code: [u8; 2] = text.trim().to_ascii_uppercase().as_bytes().try_into().ok().ok_or(INVALID)?;
        listed(COUNTRIES, code).then_some(Self(code)).ok_or(INVALID)
    }

    /// The two letters, upper case.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// A state, province or region.
///
/// What is shaped like ISO 3166-2 (`US-CA`) is kept in upper case, anything else as typed. In the United States and
/// Canada it is one of their subdivisions, territories included, and carries the country's prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Province(Box<str>);
text_type!(Province);

impl Province {
    /// Parses a region of `country`; blank text is absent (`Ok(None)`).
    pub fn parse(text: &str, country: Option<CountryCode>) -> Result<Option<Self>, InvalidText> {
        let Some(line) = super::Line::parse(text)? else { return Ok(None) };
        let text = line.as_str();
        let upper = text.to_ascii_uppercase();
        let known = match country.as_ref().map(CountryCode::as_str) {
            Some("US") => {
                Some(("US-", US_STATES, InvalidText("should be a state of the United States (ISO 3166-2)")))
            }
            Some("CA") => {
                Some(("CA-", CA_PROVINCES, InvalidText("should be a province of Canada (ISO 3166-2)")))
            }
            _ => None,
        };
        if let Some((prefix, list, invalid)) = known {
            let code = upper.strip_prefix(prefix).unwrap_or(&upper);
            let found = code.as_bytes().try_into().is_ok_and(|code| listed(list, code));
            return found.then(|| Some(Self(format!("{prefix}{code}").into()))).ok_or(invalid);
        }
        Ok(Some(Self(if is_iso(text) { upper.into() } else { text.into() })))
    }

    /// The text in the Store API's spelling: lower case when shaped like ISO 3166-2, else as typed.
    pub fn lower(&self) -> String {
        if is_iso(&self.0) { self.0.to_ascii_lowercase() } else { self.0.clone().into() }
    }
}

/// `XX-Y`, `XX-YY` or `XX-YYY` (ISO 3166-2).
fn is_iso(text: &str) -> bool {
    text.split_once('-').is_some_and(|(country, part)| {
        country.len() == 2
            && country.bytes().all(|b| b.is_ascii_alphabetic())
            && (1..=3).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// Whether a list of two-letter codes, written without gaps, has `code`.
fn listed(list: &str, code: [u8; 2]) -> bool {
    list.as_bytes().chunks_exact(2).any(|entry| entry == code)
}

const COUNTRIES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCV\
CWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKG\
KHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPM\
PNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWS\
YEYTZAZMZW";
const US_STATES: &str = "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTXUTVTVAWAWVWIWYASGUMPPRUMVI";
const CA_PROVINCES: &str = "ABBCMBNBNLNSNTNUONPEQCSKYT";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_iso_3166_1_in_any_case() {
        assert_eq!(COUNTRIES.len(), 249 * 2);
        assert_eq!(CountryCode::parse("ad").unwrap().as_str(), "AD");
        for bad in ["", "D", "usd", "ZZ", "D1", "ß", "EU"] {
            assert!(CountryCode::parse(bad).is_err(), "{bad}");
        }
        // A pair that only appears across two entries of the list is no country.
        assert!(CountryCode::parse("DA").is_err());
    }

    #[test]
    fn regions_are_checked_where_the_list_is_known() {
        let region = |text, country| {
            Province::parse(text, Some(CountryCode::parse(country).unwrap())).map(|p| p.unwrap().to_string())
        };
        assert_eq!(region("ca", "US").unwrap(), "US-CA");
        assert_eq!(region("us-ca", "US").unwrap(), "US-CA");
        assert_eq!(region("PR", "US").unwrap(), "US-PR");
        assert_eq!(region("yt", "CA").unwrap(), "CA-YT");
        assert_eq!(region("AURA", "FR").unwrap(), "AURA");
        assert_eq!(region("fr-ara", "FR").unwrap(), "FR-ARA");
        assert_eq!(region("Île-de-France", "FR").unwrap(), "Île-de-France");
        assert!(region("QC", "US").is_err());
        assert!(region("NY", "CA").is_err());
        assert!(region("us-ny", "CA").is_err());
        assert_eq!(Province::parse("  ", None).unwrap(), None);
        assert_eq!(Province::parse("de-BY", None).unwrap().unwrap().lower(), "de-by");
    }
}
