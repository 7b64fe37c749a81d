//! Address rows.

use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::metadata::StoreMetadata;
use anteroom_domain::text::{CountryCode, Line, Phone, Province};
use diesel::prelude::*;

use super::{document, id, map, text};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::addresses;
use crate::sql::types::{DbJson, DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = addresses, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct AddressRow {
    id: DbUuid,
    customer_id: DbUuid,
    #[diesel(embed)]
    columns: AddressColumns,
    created_at: DbTime,
}

/// What can change about an address.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = addresses, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub(in crate::sql) struct AddressColumns {
    is_default_shipping: bool,
    is_default_billing: bool,
    address_name: Option<String>,
    company: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    address_1: Option<String>,
    address_2: Option<String>,
    city: Option<String>,
    country_code: Option<String>,
    province: Option<String>,
    postal_code: Option<String>,
    phone: Option<String>,
    metadata: DbJson,
    updated_at: DbTime,
    search_key: String,
}

impl From<&Address> for AddressRow {
    fn from(address: &Address) -> Self {
        Self {
            id: address.id.into(),
            customer_id: address.customer_id.into(),
            columns: address.into(),
            created_at: DbTime(address.created_at),
        }
    }
}

impl From<&Address> for AddressColumns {
    fn from(address: &Address) -> Self {
        let postal = &address.postal;
        Self {
            is_default_shipping: address.is_default_shipping,
            is_default_billing: address.is_default_billing,
            address_name: text!(postal.address_name),
            company: text!(postal.company),
            first_name: text!(postal.first_name),
            last_name: text!(postal.last_name),
            address_1: text!(postal.address_1),
            address_2: text!(postal.address_2),
            city: text!(postal.city),
            country_code: text!(postal.country_code),
            province: text!(postal.province),
            postal_code: text!(postal.postal_code),
            phone: text!(postal.phone),
            metadata: document(address.metadata.as_map()),
            updated_at: DbTime(address.updated_at),
            search_key: address.postal.search_key(),
        }
    }
}

impl TryFrom<AddressRow> for Address {
    type Error = StoreError;

    fn try_from(row: AddressRow) -> Result<Self, StoreError> {
        let columns = row.columns;
        let country =
            |code: String| CountryCode::parse(&code).ok().ok_or(StoreError::Corrupt("country code"));
        Ok(Self {
            id: id(row.id)?,
            customer_id: id(row.customer_id)?,
            is_default_shipping: columns.is_default_shipping,
            is_default_billing: columns.is_default_billing,
            postal: PostalAddress {
                address_name: columns.address_name.map(Line::from_stored),
                company: columns.company.map(Line::from_stored),
                first_name: columns.first_name.map(Line::from_stored),
                last_name: columns.last_name.map(Line::from_stored),
                address_1: columns.address_1.map(Line::from_stored),
                address_2: columns.address_2.map(Line::from_stored),
                city: columns.city.map(Line::from_stored),
                country_code: columns.country_code.map(country).transpose()?,
                province: columns.province.map(Province::from_stored),
                postal_code: columns.postal_code.map(Line::from_stored),
                phone: columns.phone.map(Phone::from_stored),
            },
            metadata: StoreMetadata::from_stored(map(columns.metadata)?),
            created_at: row.created_at.0,
            updated_at: columns.updated_at.0,
        })
    }
}
