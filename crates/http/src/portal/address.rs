//! Addresses, as the portal shows them.

use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::text::{CountryCode, Line, Phone, Province};

use super::country;

/// One address of the book.
#[derive(Debug)]
pub(super) struct AddressView<'a> {
    /// What the customer calls the place.
    pub(super) label: Option<&'a str>,
    /// What is written on the envelope, line by line; none for an empty address.
    pub(super) lines: Vec<String>,
    pub(super) phone: Option<&'a str>,
    pub(super) is_default_shipping: bool,
    pub(super) is_default_billing: bool,
}

impl<'a> AddressView<'a> {
    /// The whole book: what is used by default stands first.
    pub(super) fn book(addresses: &'a [Address]) -> Vec<Self> {
        let mut book: Vec<Self> = addresses.iter().map(Self::from).collect();
        book.sort_by_key(|address| (!address.is_default_shipping, !address.is_default_billing));
        book
    }
}

impl<'a> From<&'a Address> for AddressView<'a> {
    fn from(address: &'a Address) -> Self {
        let Address { postal, is_default_shipping, is_default_billing, .. } = address;
        Self {
            label: text(postal.address_name.as_ref()),
            lines: lines(postal),
            phone: postal.phone.as_ref().map(Phone::as_str),
            is_default_shipping: *is_default_shipping,
            is_default_billing: *is_default_billing,
        }
    }
}

fn text(line: Option<&Line>) -> Option<&str> {
    line.map(Line::as_str)
}

fn lines(postal: &PostalAddress) -> Vec<String> {
    let country = postal.country_code.as_ref().map(CountryCode::as_str);
    let lines = [
        joined(" ", [text(postal.first_name.as_ref()), text(postal.last_name.as_ref())]),
        joined("", [text(postal.company.as_ref())]),
        joined("", [text(postal.address_1.as_ref())]),
        joined("", [text(postal.address_2.as_ref())]),
        town(postal, country),
        country.map(|code| country::name(code).to_owned()),
    ];
    lines.into_iter().flatten().collect()
}

/// Town, region and postal code in the order of the country: after the town where English is written, before it
/// elsewhere.
fn town(postal: &PostalAddress, country: Option<&str>) -> Option<String> {
    let (city, code) = (text(postal.city.as_ref()), text(postal.postal_code.as_ref()));
    let province = postal.province.as_ref().map(Province::as_str);
    // "US-CA" is written "CA" on an envelope.
    let region = province.map(|province| {
        let prefixed = country.and_then(|country| province.strip_prefix(country)?.strip_prefix('-'));
        prefixed.unwrap_or(province)
    });
    match country {
        Some("US" | "CA" | "AU" | "IN") => {
            let behind = joined(" ", [region, code]);
            joined(", ", [city, behind.as_deref()])
        }
        Some("GB" | "IE" | "NZ") => joined(", ", [city, region, code]),
        _ => {
            let town = joined(" ", [code, city]);
            joined(", ", [town.as_deref(), region])
        }
    }
}

fn joined<const N: usize>(separator: &str, parts: [Option<&str>; N]) -> Option<String> {
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(country: &str, province: Option<&str>) -> Vec<String> {
        let line = |text| Line::parse(text).unwrap();
        let country_code = Some(CountryCode::parse(country).unwrap());
        lines(&PostalAddress {
            first_name: line("Ada"),
            last_name: line("Lovelace"),
            address_1: line("1 Main Street"),
            city: line("Town"),
            postal_code: line("12345"),
            province: province.and_then(|text| Province::parse(text, country_code).unwrap()),
            country_code,
            ..PostalAddress::default()
        })
    }

    #[test]
    fn a_town_is_written_as_its_country_does() {
        let town = |country, province| envelope(country, province).swap_remove(2);
        assert_eq!(town("US", Some("ca")), "Town, CA 12345");
        assert_eq!(town("DE", None), "12345 Town");
        assert_eq!(town("IT", Some("IT-RM")), "12345 Town, RM");
        assert_eq!(town("GB", Some("Kent")), "Town, Kent, 12345");
    }

    #[test]
    fn an_envelope_has_no_empty_lines() {
        assert_eq!(envelope("DE", None), ["Ada Lovelace", "1 Main Street", "12345 Town", "Germany"]);
        assert!(lines(&PostalAddress::default()).is_empty());
    }
}
