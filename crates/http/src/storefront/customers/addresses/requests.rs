//! What is asked about addresses.

use std::collections::HashMap;

use anteroom_app::change::Change;
use anteroom_app::{AddressChanges, NewAddress};
use anteroom_domain::address::PostalAddress;
use anteroom_domain::text::{CountryCode, Line, Phone, Province};
use serde_json::Value;

use crate::body::FromBody;
use crate::fields::{Fields, boolean, map, text};
use crate::openapi::scalars::{Country, Line as LineText, Phone as PhoneText};
use crate::openapi::schema::request_schema;

request_schema!(
    /// An address to be added.
    AddressCreate {
        /// What the customer calls the place.
        address_name: Option<LineText>,
        is_default_shipping: Option<bool>,
        is_default_billing: Option<bool>,
        company: Option<LineText>,
        first_name: Option<LineText>,
        last_name: Option<LineText>,
        address_1: Option<LineText>,
        address_2: Option<LineText>,
        city: Option<LineText>,
        /// ISO 3166-1 alpha-2, in any case.
        country_code: Option<Country>,
        /// ISO 3166-2, or as it is written there. Those of the US and Canada are checked.
        province: Option<LineText>,
        postal_code: Option<LineText>,
        /// A telephone number.
        phone: Option<PhoneText>,
        /// The shopper's own notes, at most 16 KiB.
        metadata: Option<HashMap<String, Value>>,
    }
);

/// A new address.
pub(super) struct Addition(pub(super) NewAddress);

impl FromBody for Addition {
    type Schema = AddressCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self(NewAddress {
            postal: read_postal(body),
            is_default_shipping: body.optional("is_default_shipping", boolean).unwrap_or_default(),
            is_default_billing: body.optional("is_default_billing", boolean).unwrap_or_default(),
            metadata: body.optional("metadata", map).unwrap_or_default(),
        }))
    }
}

fn read_postal(body: &mut Fields) -> PostalAddress {
    let country_code = body.optional("country_code", text(CountryCode::parse));
    let province = text(|province| Province::parse(province, country_code));
    let province = body.optional("province", province).flatten();
    let phone = body.optional("phone", text(Phone::parse)).flatten();
    let mut line = |name| body.optional(name, text(Line::parse)).flatten();
    PostalAddress {
        address_name: line("address_name"),
        company: line("company"),
        first_name: line("first_name"),
        last_name: line("last_name"),
        address_1: line("address_1"),
        address_2: line("address_2"),
        city: line("city"),
        country_code,
        province,
        postal_code: line("postal_code"),
        phone,
    }
}

request_schema!(
    /// What an address is to be changed to.
    AddressUpdate {
        /// What the customer calls the place.
        address_name: Option<LineText>,
        #[schema(nullable = false)]
        is_default_shipping: Option<bool>,
        #[schema(nullable = false)]
        is_default_billing: Option<bool>,
        company: Option<LineText>,
        first_name: Option<LineText>,
        last_name: Option<LineText>,
        address_1: Option<LineText>,
        address_2: Option<LineText>,
        city: Option<LineText>,
        /// ISO 3166-1 alpha-2, in any case.
        country_code: Option<Country>,
        /// ISO 3166-2, or as it is written there. Those of the US and Canada are checked.
        province: Option<LineText>,
        postal_code: Option<LineText>,
        /// A telephone number.
        phone: Option<PhoneText>,
        /// The shopper's own notes, merged key by key; an empty text removes its key.
        metadata: Option<HashMap<String, Value>>,
    }
);

/// Changes of an address.
pub(super) struct Update(pub(super) AddressChanges);

impl FromBody for Update {
    type Schema = AddressUpdate;

    fn read(body: &mut Fields) -> Option<Self> {
        let country_code = body.change("country_code", text(|code| CountryCode::parse(code).map(Some)));
        let country = if let Change::Set(code) = &country_code { Some(*code) } else { None };
        // Without a country beside it, whether there is such a province is seen where the address's own is known.
        let province = text(|text| Province::parse(text, country).and_then(|_there| Line::parse(text)));
        let province = body.change("province", province);
        let mut line = |name| body.change(name, text(Line::parse));
        Some(Self(AddressChanges {
            address_name: line("address_name"),
            company: line("company"),
            first_name: line("first_name"),
            last_name: line("last_name"),
            address_1: line("address_1"),
            address_2: line("address_2"),
            city: line("city"),
            country_code,
            province,
            postal_code: line("postal_code"),
            phone: body.change("phone", text(Phone::parse)),
            is_default_shipping: body.replacement("is_default_shipping", boolean),
            is_default_billing: body.replacement("is_default_billing", boolean),
            metadata: body.change("metadata", |value| map(value).map(Some)),
        }))
    }
}
