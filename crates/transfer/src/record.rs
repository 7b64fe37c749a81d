//! A customer as the fields of a record.

use anteroom_auth::password::PasswordHash;
use anteroom_domain::address::PostalAddress;
use anteroom_domain::customer::{Contact, CustomerKind};
use anteroom_domain::member::Role;
use anteroom_domain::metadata::{Metadata, StoreMetadata};
use anteroom_domain::text::{CountryCode, Email, ExternalId, InvalidText, Line, Phone, Province, ReturnUrl};
use anteroom_domain::transfer::{AddressRecord, CustomerRecord, MemberRecord};
use serde_json::{Map, Value};

use crate::columns::{Columns, Target};
use crate::fields::{Fault, Fields};

/// Reads a record; every fault of it.
pub(crate) fn parse(columns: Columns, map: Map<String, Value>) -> Result<CustomerRecord, Vec<Fault>> {
    let mut fields = mapped(columns, map)?;
    let email = fields.text("email", Email::parse);
    if email.is_none() && !fields.faults.iter().any(|fault| fault.field == "email") {
        fields.fault("email", "should be there");
    }
    let kind = fields
        .text("type", |text| CustomerKind::parse(text).ok_or(InvalidText("should be individual or team")));
    let password_hash = fields.text("password_hash", |text| Ok(text.to_owned()));
    if let Some(Err(invalid)) = password_hash.as_deref().map(PasswordHash::parse) {
        fields.fault("password_hash", invalid.to_string());
    }
    let metadata = metadata(&mut fields);
    let store_metadata = store_metadata(&mut fields, "store_metadata");
    let (email_verified, is_disabled) = (fields.flag("email_verified"), fields.flag("disabled"));
    let external_id = fields.line("external_id", ExternalId::parse);
    let (name, billing_name) = (fields.line("name", Line::parse), fields.line("billing_name", Line::parse));
    let contact = Contact {
        first_name: fields.line("first_name", Line::parse),
        last_name: fields.line("last_name", Line::parse),
        company_name: fields.line("company_name", Line::parse),
        phone: fields.line("phone", Phone::parse),
    };
    let avatar_url = fields.text("avatar_url", ReturnUrl::parse);
    let created_at = fields.moment("created_at");
    let billing_address = fields.object("billing_address");
    let (address_maps, member_maps) = (fields.objects("addresses"), fields.objects("members"));
    let mut faults = fields.finish();
    let mut addresses = Vec::new();
    if let Some(map) = billing_address {
        let mut part = Fields::new(map, "billing_address.".to_owned());
        let postal = postal(&mut part, ["line1", "line2", "state", "country"]);
        faults.extend(part.finish());
        addresses.push(AddressRecord { postal, is_default_billing: true, ..AddressRecord::default() });
    }
    for (mut map, n) in address_maps.into_iter().zip(0..) {
        columns.trim_address(&mut map);
        let mut part = Fields::new(map, format!("addresses[{n}]."));
        addresses.push(address(&mut part));
        faults.extend(part.finish());
    }
    let mut members = Vec::new();
    for (map, n) in member_maps.into_iter().zip(0..) {
        let mut part = Fields::new(map, format!("members[{n}]."));
        members.extend(member(&mut part));
        faults.extend(part.finish());
    }
    match email.filter(|_| faults.is_empty()) {
        Some(email) => Ok(CustomerRecord {
            email,
            email_verified,
            kind: kind.unwrap_or(CustomerKind::Individual),
            external_id,
            name,
            billing_name,
            contact,
            avatar_url,
            metadata,
            store_metadata,
            is_disabled,
            created_at,
            password_hash,
            addresses,
            members,
        }),
        None => Err(faults),
    }
}

fn address(fields: &mut Fields) -> AddressRecord {
    AddressRecord {
        postal: postal(fields, ["address_1", "address_2", "province", "country_code"]),
        is_default_shipping: fields.flag("is_default_shipping"),
        is_default_billing: fields.flag("is_default_billing"),
        metadata: store_metadata(fields, "metadata"),
    }
}

/// The fields under our own names.
fn mapped(columns: Columns, map: Map<String, Value>) -> Result<Fields, Vec<Fault>> {
    let (mut own, mut billing, mut faults) = (Map::new(), Map::new(), Vec::new());
    for (name, value) in map {
        let is_empty = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        match columns.target(&name) {
            Some(Target::Field(field)) => {
                own.insert(field.to_owned(), value);
            }
            Some(Target::BillingAddress(field)) if !is_empty => {
                billing.insert(field.to_owned(), value);
            }
            Some(Target::DeletedAt) if !is_empty => {
                faults.push(Fault::new(name, "says that the customer was deleted"));
            }
            Some(_) => {}
            None => faults.push(Fault::new(name, "is not known")),
        }
    }
    if !billing.is_empty() {
        own.insert("billing_address".to_owned(), Value::Object(billing));
    }
    if faults.is_empty() { Ok(Fields::new(own, String::new())) } else { Err(faults) }
}

fn metadata(fields: &mut Fields) -> Metadata {
    let Some(map) = fields.object("metadata") else { return Metadata::default() };
    Metadata::parse(map).unwrap_or_else(|faults| {
        for (key, invalid) in faults {
            let name = key.map_or_else(|| "metadata".to_owned(), |key| format!("metadata[{key}]"));
            fields.fault(&name, invalid.0);
        }
        Metadata::default()
    })
}

fn store_metadata(fields: &mut Fields, name: &str) -> StoreMetadata {
    let Some(map) = fields.object(name) else { return StoreMetadata::default() };
    StoreMetadata::default().merged(map).unwrap_or_else(|invalid| {
        fields.fault(name, invalid.0);
        StoreMetadata::default()
    })
}

/// What is written on the envelope; the two APIs have other names for four lines of it.
fn postal(fields: &mut Fields, [line_1, line_2, province, country]: [&str; 4]) -> PostalAddress {
    let country_code = fields.text(country, CountryCode::parse);
    PostalAddress {
        address_name: fields.line("address_name", Line::parse),
        company: fields.line("company", Line::parse),
        first_name: fields.line("first_name", Line::parse),
        last_name: fields.line("last_name", Line::parse),
        address_1: fields.line(line_1, Line::parse),
        address_2: fields.line(line_2, Line::parse),
        city: fields.line("city", Line::parse),
        country_code,
        province: fields.line(province, |text| Province::parse(text, country_code)),
        postal_code: fields.line("postal_code", Line::parse),
        phone: fields.line("phone", Phone::parse),
    }
}

fn member(fields: &mut Fields) -> Option<MemberRecord> {
    let email = fields.text("email", Email::parse);
    if email.is_none() && fields.faults.is_empty() {
        fields.fault("email", "should be there");
    }
    let role = fields.text("role", |text| {
        Role::parse(text).ok_or(InvalidText("should be owner, billing_manager or member"))
    });
    Some(MemberRecord {
        name: fields.line("name", Line::parse),
        external_id: fields.line("external_id", ExternalId::parse),
        role: role.unwrap_or(Role::Member),
        email: email?,
    })
}
