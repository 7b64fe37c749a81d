//! Address books.

use std::collections::BTreeSet;

use anteroom_domain::address::{Address, AddressId};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::page::{Direction, Listed, Page, Sort};
use anteroom_domain::text::Line;
use time::OffsetDateTime;

use crate::StoreError;

/// Which addresses of a book a list has; what is `None` or empty does not narrow it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AddressFilter {
    /// With this text somewhere in one of the lines on the envelope, in any case.
    pub query: Option<Line>,
    /// In one of these cities.
    pub city: Among,
    /// With one of these postal codes.
    pub postal_code: Among,
    /// In one of these countries, in upper case.
    pub country_code: Among,
    /// Made in this span.
    pub created: Span,
    /// Last changed in this span.
    pub updated: Span,
}

/// Which texts a field may have, compared byte by byte.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Among {
    /// One of these.
    pub any_of: Option<BTreeSet<String>>,
    /// None of these. A field that has nothing has none of them.
    pub none_of: BTreeSet<String>,
}

/// From which moment on, and before which one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// At this moment or later.
    pub from: Option<OffsetDateTime>,
    /// Before this moment.
    pub before: Option<OffsetDateTime>,
}

/// What a book is sorted by. Texts are compared byte by byte; addresses that have none come last, whichever way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the field of its name")]
pub enum AddressField {
    Id,
    AddressName,
    IsDefaultShipping,
    IsDefaultBilling,
    Company,
    FirstName,
    LastName,
    Address1,
    Address2,
    City,
    CountryCode,
    Province,
    PostalCode,
    Phone,
    CreatedAt,
    UpdatedAt,
}

impl AddressField {
    /// Oldest first.
    pub const OLDEST_FIRST: Sort<Self> = Sort { field: Self::CreatedAt, direction: Direction::Ascending };
}

/// Addresses. The caller has looked at the customer; an address has no tenant of its own.
pub trait Addresses {
    /// Adds an address. A second default conflicts with `DefaultShippingAddress` or `DefaultBillingAddress`.
    fn insert_address(&mut self, address: &Address) -> Result<(), StoreError>;

    /// The customer's address of that id.
    fn address(&mut self, customer: CustomerId, id: AddressId) -> Result<Option<Address>, StoreError>;

    /// The customer's addresses, oldest first, ties by id.
    fn addresses(&mut self, customer: CustomerId) -> Result<Vec<Address>, StoreError>;

    /// A piece of the customer's addresses that the filter lets through, sorted, ties by id.
    fn address_book(
        &mut self,
        customer: CustomerId,
        filter: &AddressFilter,
        sort: Sort<AddressField>,
        page: Page,
    ) -> Result<Listed<Address>, StoreError>;

    /// How many addresses the customer has.
    fn count_addresses(&mut self, customer: CustomerId) -> Result<u64, StoreError>;

    /// The customer's default billing address.
    fn billing_address(&mut self, customer: CustomerId) -> Result<Option<Address>, StoreError>;

    /// The default billing addresses of those customers, in any order.
    fn billing_addresses(&mut self, customers: &[CustomerId]) -> Result<Vec<Address>, StoreError>;

    /// Writes every changeable column of an address; `false` when there is no such address. Conflicts as
    /// `insert_address` does.
    fn update_address(&mut self, address: &Address) -> Result<bool, StoreError>;

    /// Takes an address out of the customer's book; `false` when there is no such address.
    fn delete_address(&mut self, customer: CustomerId, id: AddressId) -> Result<bool, StoreError>;

    /// Takes the default shipping flag off whichever address of the customer has it; whether one had.
    fn clear_default_shipping(
        &mut self,
        customer: CustomerId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Takes the default billing flag off whichever address of the customer has it; whether one had.
    fn clear_default_billing(&mut self, customer: CustomerId, at: OffsetDateTime)
    -> Result<bool, StoreError>;
}
