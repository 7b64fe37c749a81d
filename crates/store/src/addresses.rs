//! Address books.

use anteroom_domain::address::{Address, AddressId};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::page::{Listed, Page};
use time::OffsetDateTime;

use crate::StoreError;

/// Addresses. The caller has looked at the customer; an address has no tenant of its own.
pub trait Addresses {
    /// Adds an address. A second default conflicts with `DefaultShippingAddress` or `DefaultBillingAddress`.
    fn insert_address(&mut self, address: &Address) -> Result<(), StoreError>;

    /// The customer's address of that id.
    fn address(&mut self, customer: CustomerId, id: AddressId) -> Result<Option<Address>, StoreError>;

    /// The customer's addresses, oldest first, ties by id.
    fn addresses(&mut self, customer: CustomerId) -> Result<Vec<Address>, StoreError>;

    /// A piece of the customer's addresses, oldest first, ties by id.
    fn address_book(&mut self, customer: CustomerId, page: Page) -> Result<Listed<Address>, StoreError>;

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
