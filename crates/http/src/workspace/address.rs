//! An address of the book as the Workspace API shows and takes it: the Store API's record, in the words of seed 1.

mod requests;

use actix_web::HttpResponse;
use anteroom_domain::address::Address;
use anteroom_domain::text::{CountryCode, Line, Phone, Province};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::wire::{Time, Uuid4};

pub(super) use requests::{Addition, Update};

/// An address in a customer's book.
#[derive(Serialize, ToSchema)]
#[schema(as = Address)]
pub(super) struct AddressBody<'a> {
    id: Uuid4,
    created_at: Time,
    modified_at: Option<Time>,
    customer_id: Uuid4,
    /// What the customer calls the place.
    address_name: Option<&'a str>,
    /// Whether it is the customer's `billing_address`. At most one address of a customer is.
    is_default_billing: bool,
    /// At most one address of a customer is.
    is_default_shipping: bool,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    company: Option<&'a str>,
    line1: Option<&'a str>,
    line2: Option<&'a str>,
    postal_code: Option<&'a str>,
    city: Option<&'a str>,
    /// ISO 3166-2 in upper case, or as it was typed.
    state: Option<&'a str>,
    /// ISO 3166-1 alpha-2, in upper case.
    country: Option<&'a str>,
    phone: Option<&'a str>,
    /// The shopper's own notes on the address.
    metadata: &'a Map<String, Value>,
}

impl<'a> From<&'a Address> for AddressBody<'a> {
    fn from(address: &'a Address) -> Self {
        let postal = &address.postal;
        let line = |line: &'a Option<Line>| line.as_ref().map(Line::as_str);
        let is_modified = address.updated_at != address.created_at;
        Self {
            id: address.id.into(),
            created_at: address.created_at.into(),
            modified_at: is_modified.then_some(Time(address.updated_at)),
            customer_id: address.customer_id.into(),
            address_name: line(&postal.address_name),
            is_default_billing: address.is_default_billing,
            is_default_shipping: address.is_default_shipping,
            first_name: line(&postal.first_name),
            last_name: line(&postal.last_name),
            company: line(&postal.company),
            line1: line(&postal.address_1),
            line2: line(&postal.address_2),
            postal_code: line(&postal.postal_code),
            city: line(&postal.city),
            state: postal.province.as_ref().map(Province::as_str),
            country: postal.country_code.as_ref().map(CountryCode::as_str),
            phone: postal.phone.as_ref().map(Phone::as_str),
            metadata: address.metadata.as_map(),
        }
    }
}

pub(super) fn created(address: &Address) -> HttpResponse {
    HttpResponse::Created().json(AddressBody::from(address))
}
