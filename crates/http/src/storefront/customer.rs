//! The customer as the Store API shows it (seed 2).

use anteroom_app::{About, Error, Known, Remembered, Shopper, ShopperId, Topic, Weigh};
use anteroom_domain::address::Address;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::text::{CountryCode, Line, Phone, Province};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::Http;
use crate::storefront::selection::{Record, Shape, Shown};
use crate::wire::{Time, Uuid4};

/// A customer with the address book.
#[derive(Serialize, ToSchema)]
#[schema(as = Customer)]
pub(super) struct CustomerBody<'a> {
    id: Uuid4,
    email: &'a str,
    default_billing_address_id: Option<Uuid4>,
    default_shipping_address_id: Option<Uuid4>,
    company_name: Option<&'a str>,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    addresses: Vec<AddressBody<'a>>,
    phone: Option<&'a str>,
    /// The shopper's own notes.
    metadata: &'a Map<String, Value>,
    /// Whether the customer can sign in.
    has_account: bool,
    created_at: Time,
    updated_at: Time,
    deleted_at: Option<Time>,
}

impl<'a> From<&'a Shopper> for CustomerBody<'a> {
    fn from(Shopper { customer, addresses }: &'a Shopper) -> Self {
        let default = |has_flag: fn(&Address) -> bool| {
            addresses.iter().find(|address| has_flag(address)).map(|address| address.id.into())
        };
        let contact = &customer.contact;
        Self {
            id: customer.id.into(),
            email: customer.email.as_str(),
            default_billing_address_id: default(|address| address.is_default_billing),
            default_shipping_address_id: default(|address| address.is_default_shipping),
            company_name: line(contact.company_name.as_ref()),
            first_name: line(contact.first_name.as_ref()),
            last_name: line(contact.last_name.as_ref()),
            addresses: addresses.iter().map(AddressBody::from).collect(),
            phone: contact.phone.as_ref().map(Phone::as_str),
            metadata: customer.store_metadata.as_map(),
            has_account: customer.has_account,
            created_at: customer.created_at.into(),
            updated_at: customer.modified_at.unwrap_or(customer.created_at).into(),
            deleted_at: customer.deleted_at.map(Time),
        }
    }
}

/// A customer with the fields that were asked for.
pub(super) type ShownCustomer<'a> = Shown<'a, CustomerBody<'a>>;
/// An address with the fields that were asked for.
pub(super) type ShownAddress<'a> = Shown<'a, AddressBody<'a>>;

impl Record for CustomerBody<'_> {
    const SHAPE: &'static Shape = &Shape {
        own: &[
            "id",
            "email",
            "default_billing_address_id",
            "default_shipping_address_id",
            "company_name",
            "first_name",
            "last_name",
            "phone",
            "metadata",
            "has_account",
            "created_at",
            "updated_at",
            "deleted_at",
        ],
        relations: &[("addresses", <AddressBody<'_> as Record>::SHAPE.own)],
        empty: &["orders"],
    };
}

impl Record for &WrittenCustomer {
    const SHAPE: &'static Shape = <CustomerBody<'_> as Record>::SHAPE;
}

/// A customer as it has been written, to be written again as it is.
#[derive(Debug)]
pub(crate) struct WrittenCustomer {
    id: CustomerId,
    json: Box<RawValue>,
}

impl Http {
    /// The customer with the address book, as it is now.
    pub(super) async fn written_customer(&self, shopper: ShopperId) -> Result<Known<WrittenCustomer>, Error> {
        let read = async || {
            let shopper = self.app().shopper(shopper).await?;
            let json = to_raw_value(&CustomerBody::from(&shopper)).map_err(|_no_json| Error::Unrendered)?;
            Ok(Some(WrittenCustomer { id: shopper.customer.id, json }))
        };
        let written = self.written_customers().get_what_is(&shopper.customer, read).await?;
        written.ok_or(Error::Unrendered)
    }
}

impl Serialize for WrittenCustomer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl Remembered for WrittenCustomer {
    fn about(&self) -> About {
        About::just(Topic::Customer(self.id))
    }
}

impl Weigh for WrittenCustomer {
    fn heap_bytes(&self) -> usize {
        self.json.get().len()
    }
}

/// One entry of the address book.
#[derive(Serialize, ToSchema)]
#[schema(as = Address)]
pub(super) struct AddressBody<'a> {
    id: Uuid4,
    /// What the customer calls the place.
    address_name: Option<&'a str>,
    is_default_shipping: bool,
    is_default_billing: bool,
    customer_id: Uuid4,
    company: Option<&'a str>,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    address_1: Option<&'a str>,
    address_2: Option<&'a str>,
    city: Option<&'a str>,
    /// ISO 3166-1 alpha-2, in lower case.
    country_code: Option<String>,
    /// ISO 3166-2 in lower case, or as it was typed.
    province: Option<String>,
    postal_code: Option<&'a str>,
    phone: Option<&'a str>,
    /// The shopper's own notes.
    metadata: &'a Map<String, Value>,
    created_at: Time,
    updated_at: Time,
}

impl<'a> From<&'a Address> for AddressBody<'a> {
    fn from(address: &'a Address) -> Self {
        let postal = &address.postal;
        Self {
            id: address.id.into(),
            address_name: line(postal.address_name.as_ref()),
            is_default_shipping: address.is_default_shipping,
            is_default_billing: address.is_default_billing,
            customer_id: address.customer_id.into(),
            company: line(postal.company.as_ref()),
            first_name: line(postal.first_name.as_ref()),
            last_name: line(postal.last_name.as_ref()),
            address_1: line(postal.address_1.as_ref()),
            address_2: line(postal.address_2.as_ref()),
            city: line(postal.city.as_ref()),
            country_code: postal.country_code.as_ref().map(CountryCode::as_str).map(str::to_ascii_lowercase),
            province: postal.province.as_ref().map(Province::lower),
            postal_code: line(postal.postal_code.as_ref()),
            phone: postal.phone.as_ref().map(Phone::as_str),
            metadata: address.metadata.as_map(),
            created_at: address.created_at.into(),
            updated_at: address.updated_at.into(),
        }
    }
}

impl Record for AddressBody<'_> {
    const SHAPE: &'static Shape = &Shape {
        own: &[
            "id",
            "address_name",
            "is_default_shipping",
            "is_default_billing",
            "customer_id",
            "company",
            "first_name",
            "last_name",
            "address_1",
            "address_2",
            "city",
            "country_code",
            "province",
            "postal_code",
            "phone",
            "metadata",
            "created_at",
            "updated_at",
        ],
        relations: &[],
        empty: &[],
    };
}

fn line(line: Option<&Line>) -> Option<&str> {
    line.map(Line::as_str)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::Schema;

    use super::*;

    fn chosen_from<T: Record + ToSchema>() {
        let RefOr::T(Schema::Object(record)) = T::schema() else { unreachable!("a record is an object") };
        let has: BTreeSet<&str> = record.properties.keys().map(String::as_str).collect();
        let relations = T::SHAPE.relations.iter().map(|(name, _)| *name);
        assert_eq!(T::SHAPE.own.iter().copied().chain(relations).collect::<BTreeSet<_>>(), has);
    }

    #[test]
    fn every_field_of_a_record_may_be_chosen() {
        chosen_from::<CustomerBody<'_>>();
        chosen_from::<AddressBody<'_>>();
    }
}
