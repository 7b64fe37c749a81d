//! Postal addresses.

use time::OffsetDateTime;

use crate::customer::CustomerId;
use crate::id::Id;
use crate::metadata::StoreMetadata;
use crate::text::{CountryCode, Line, Phone, Province, folded};

/// Identifies an address.
pub type AddressId = Id<Address>;

/// One entry of a customer's address book.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Its identifier.
    pub id: AddressId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// At most one address of a customer is where parcels go unless told otherwise.
    pub is_default_shipping: bool,
    /// At most one address of a customer is where bills go: seed 1's `billing_address`.
    pub is_default_billing: bool,
    /// What is written on the envelope.
    pub postal: PostalAddress,
    /// The shopper's notes.
    pub metadata: StoreMetadata,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed; the moment of creation until then.
    pub updated_at: OffsetDateTime,
}

/// What is written on the envelope. Nothing is required.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostalAddress {
    /// What the shopper calls the place.
    pub address_name: Option<Line>,
    /// Company.
    pub company: Option<Line>,
    /// Given name.
    pub first_name: Option<Line>,
    /// Family name.
    pub last_name: Option<Line>,
    /// First line.
    pub address_1: Option<Line>,
    /// Second line.
    pub address_2: Option<Line>,
    /// City.
    pub city: Option<Line>,
    /// Country.
    pub country_code: Option<CountryCode>,
    /// State, province or region.
    pub province: Option<Province>,
    /// Postal code.
    pub postal_code: Option<Line>,
    /// Telephone number.
    pub phone: Option<Phone>,
}

impl PostalAddress {
    /// What lists search in: the lines that are written on the envelope, folded, one below the other. Country and phone are
    /// not among them.
    pub fn search_key(&self) -> String {
        let province = self.province.as_ref().map_or("", Province::as_str);
        let line =
            |line: &'_ Option<Line>| line.as_ref().map_or_else(String::new, |line| folded(line.as_str()));
        [
            line(&self.address_name),
            line(&self.company),
            line(&self.first_name),
            line(&self.last_name),
            line(&self.address_1),
            line(&self.address_2),
            line(&self.city),
            folded(province),
            line(&self.postal_code),
        ]
        .join("\n")
    }
}
