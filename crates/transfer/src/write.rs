//! Writing customers down.

use std::io::Write;

use anteroom_domain::address::PostalAddress;
use anteroom_domain::text::{CountryCode, ExternalId, Line, Phone, Province, ReturnUrl};
use anteroom_domain::transfer::{AddressRecord, CustomerRecord, MemberRecord};
use serde::Serialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::Format;
use crate::columns::FIELDS;
use crate::csv_cells::inert;

/// Puts customers into one of the formats, in pieces that make a file one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Writer {
    format: Format,
    with_password_hashes: bool,
}

impl Writer {
    /// Without hashes of passwords there is no such column.
    pub fn new(format: Format, with_password_hashes: bool) -> Self {
        Self { format, with_password_hashes }
    }

    /// What the file begins with.
    pub fn head(&self) -> Vec<u8> {
        match self.format {
            Format::Csv => line_of(self.names().map(str::to_owned)),
            Format::Ndjson => Vec::new(),
        }
    }

    /// What comes next in the file.
    pub fn piece(&self, records: &[CustomerRecord]) -> Vec<u8> {
        let mut piece = Vec::new();
        for record in records {
            let written = Written::of(record, self.with_password_hashes);
            match self.format {
                Format::Csv => piece.extend(line_of(self.cells(&written))),
                Format::Ndjson => {
                    // Writing to memory does not fail, nor do texts, numbers and maps by texts.
                    let _ = serde_json::to_writer(&mut piece, &written);
                    piece.push(b'\n');
                }
            }
        }
        piece
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        FIELDS.into_iter().filter(move |name| self.with_password_hashes || *name != "password_hash")
    }

    fn cells(self, written: &Written<'_>) -> impl Iterator<Item = String> {
        let mut map = match serde_json::to_value(written) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        };
        self.names().map(move |name| match map.remove(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => inert(&text),
            Some(value) => value.to_string(),
        })
    }
}

fn line_of(cells: impl Iterator<Item = String>) -> Vec<u8> {
    let mut line = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = line.write_record(cells);
    let mut line = line.into_inner().unwrap_or_default();
    let _ = line.flush();
    line
}

/// A customer as it stands in a file.
#[derive(Serialize)]
struct Written<'r> {
    email: &'r str,
    email_verified: bool,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<&'r str>,
    disabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    metadata: &'r Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    store_metadata: &'r Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<WrittenAddress<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    members: Vec<WrittenMember<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_hash: Option<&'r str>,
}

#[derive(Serialize)]
struct WrittenAddress<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    address_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_1: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_2: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country_code: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    province: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'r str>,
    is_default_shipping: bool,
    is_default_billing: bool,
    #[serde(skip_serializing_if = "Map::is_empty")]
    metadata: &'r Map<String, Value>,
}

#[derive(Serialize)]
struct WrittenMember<'r> {
    email: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'r str>,
    role: &'static str,
}

fn line(line: Option<&Line>) -> Option<&str> {
    line.map(Line::as_str)
}

impl<'r> Written<'r> {
    fn of(record: &'r CustomerRecord, with_password_hash: bool) -> Self {
        Self {
            email: record.email.as_str(),
            email_verified: record.email_verified,
            r#type: record.kind.as_str(),
            external_id: record.external_id.as_ref().map(ExternalId::as_str),
            name: line(record.name.as_ref()),
            billing_name: line(record.billing_name.as_ref()),
            first_name: line(record.contact.first_name.as_ref()),
            last_name: line(record.contact.last_name.as_ref()),
            company_name: line(record.contact.company_name.as_ref()),
            phone: record.contact.phone.as_ref().map(Phone::as_str),
            avatar_url: record.avatar_url.as_ref().map(ReturnUrl::as_str),
            disabled: record.is_disabled,
            created_at: record.created_at.and_then(moment),
            metadata: record.metadata.as_map(),
            store_metadata: record.store_metadata.as_map(),
            addresses: record.addresses.iter().map(WrittenAddress::from).collect(),
            members: record.members.iter().map(WrittenMember::from).collect(),
            password_hash: record.password_hash.as_deref().filter(|_| with_password_hash),
        }
    }
}

impl<'r> From<&'r AddressRecord> for WrittenAddress<'r> {
    fn from(address: &'r AddressRecord) -> Self {
        let postal: &PostalAddress = &address.postal;
        Self {
            address_name: line(postal.address_name.as_ref()),
            company: line(postal.company.as_ref()),
            first_name: line(postal.first_name.as_ref()),
            last_name: line(postal.last_name.as_ref()),
            address_1: line(postal.address_1.as_ref()),
            address_2: line(postal.address_2.as_ref()),
            city: line(postal.city.as_ref()),
            country_code: postal.country_code.as_ref().map(CountryCode::as_str),
            province: postal.province.as_ref().map(Province::as_str),
            postal_code: line(postal.postal_code.as_ref()),
            phone: postal.phone.as_ref().map(Phone::as_str),
            is_default_shipping: address.is_default_shipping,
            is_default_billing: address.is_default_billing,
            metadata: address.metadata.as_map(),
        }
    }
}

impl<'r> From<&'r MemberRecord> for WrittenMember<'r> {
    fn from(member: &'r MemberRecord) -> Self {
        Self {
            email: member.email.as_str(),
            name: line(member.name.as_ref()),
            external_id: member.external_id.as_ref().map(ExternalId::as_str),
            role: member.role.as_str(),
        }
    }
}

/// To the microsecond, which is what we keep; a year that has no four digits is nobody's.
fn moment(at: OffsetDateTime) -> Option<String> {
    at.format(&Rfc3339).ok()
}
