//! What countries are called in English.

const NAMES: &str = include_str!("countries.txt");

/// The short English name of a country; the code itself where there is none.
pub(super) fn name(code: &str) -> &str {
    let names = NAMES.lines().filter_map(|line| line.split_once(' '));
    names.into_iter().find(|(listed, _)| *listed == code).map_or(code, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anteroom_domain::text::CountryCode;

    #[test]
    fn every_country_has_a_name() {
        let letters = || (b'A'..=b'Z').map(char::from);
        let codes = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
        let known: Vec<String> = codes.filter(|code| CountryCode::parse(code).is_ok()).collect();
        assert!(known.len() >= 249);
        for code in &known {
            assert_ne!(name(code), code);
        }
        assert_eq!(NAMES.lines().count(), known.len());
    }
}
