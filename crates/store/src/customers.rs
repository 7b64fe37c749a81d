//! Customers.

use std::collections::{BTreeMap, BTreeSet};

use anteroom_domain::address::Address;
use anteroom_domain::customer::{Customer, CustomerId, CustomerKind};
use anteroom_domain::member::MemberId;
use anteroom_domain::page::{Direction, Listed, Page, Sort};
use anteroom_domain::text::{Email, ExternalId, Line};
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// A customer with what the opening of a session asks of it.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnedCustomer {
    /// The customer.
    pub customer: Customer,
    /// Where its bills go.
    pub billing_address: Option<Address>,
    /// Who owns it; `None` where it has no members.
    pub owner: Option<MemberId>,
}

/// Which customers a list has; what is `None` or empty does not narrow it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerFilter {
    /// With this e-mail, in any case: an account, a guest or both.
    pub email: Option<Email>,
    /// With this external id.
    pub external_id: Option<ExternalId>,
    /// With a word of the name, an e-mail or an external id that begins so, in any case.
    pub query: Option<Line>,
    /// With one of these texts under each of these keys of the merchant's notes; numbers and booleans as JSON writes them.
    pub metadata: BTreeMap<String, BTreeSet<String>>,
    /// Of this kind.
    pub kind: Option<CustomerKind>,
    /// With an account, or without.
    pub has_account: Option<bool>,
    /// Made at this moment or later.
    pub created_from: Option<OffsetDateTime>,
    /// Made before this moment.
    pub created_before: Option<OffsetDateTime>,
}

/// What a list of customers is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomerField {
    /// The e-mail, in lower case.
    Email,
    /// The name that is shown, in lower case; those without one come before the others.
    Name,
    /// When it was made.
    CreatedAt,
}

/// In which order customers are listed, ties by id, and where the list begins.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerOrder {
    /// By the first of these, and where that is the same by the next.
    pub sorts: Vec<Sort<CustomerField>>,
    /// Only those that come after this place.
    pub after: Option<CustomerPlace>,
}

impl Default for CustomerOrder {
    /// Newest first.
    fn default() -> Self {
        let newest_first = Sort { field: CustomerField::CreatedAt, direction: Direction::Descending };
        Self { sorts: vec![newest_first], after: None }
    }
}

/// Where a customer stands in a list, however the list is sorted.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerPlace {
    /// [`Email::key`]
    pub email_key: String,
    /// [`Customer::name_key`]
    pub name_key: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Its id.
    pub id: CustomerId,
}

impl From<&Customer> for CustomerPlace {
    fn from(customer: &Customer) -> Self {
        Self {
            email_key: customer.email.key().to_owned(),
            name_key: customer.name_key(),
            created_at: customer.created_at,
            id: customer.id,
        }
    }
}

/// Customers. What is read is alive: a deleted customer is absent.
pub trait Customers {
    /// Adds a customer. A taken e-mail conflicts with `CustomerEmail`, a taken external id with
    /// `CustomerExternalId`.
    fn insert_customer(&mut self, customer: &Customer) -> Result<(), StoreError>;

    /// The customer of that id in that workspace.
    fn customer(&mut self, workspace: WorkspaceId, id: CustomerId) -> Result<Option<Customer>, StoreError>;

    /// The customer of that external id in that workspace: its own, or that of one that has gone up in it.
    fn customer_by_external_id(
        &mut self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<Customer>, StoreError>;

    /// The customers of that e-mail: at most one account and one guest, the account first.
    fn customers_by_email(
        &mut self,
        workspace: WorkspaceId,
        email: &Email,
    ) -> Result<Vec<Customer>, StoreError>;

    /// A piece of the workspace's customers in that order. The total is of the whole list, wherever it begins; of a list longer than
    /// [`COUNTED`](anteroom_domain::page::COUNTED), and of one that nobody counts because too many are worth asking, it is that number.
    fn customers(
        &mut self,
        workspace: WorkspaceId,
        filter: &CustomerFilter,
        order: &CustomerOrder,
        page: Page,
    ) -> Result<Listed<Customer>, StoreError>;

    /// A piece of a list that is known to be longer than [`COUNTED`](anteroom_domain::page::COUNTED): nobody counts it, and nobody looks
    /// whether there are few who are worth asking. Of another list it is the same customers, later.
    fn customers_of_long_list(
        &mut self,
        workspace: WorkspaceId,
        filter: &CustomerFilter,
        order: &CustomerOrder,
        page: Page,
    ) -> Result<Vec<Customer>, StoreError>;

    /// Adds what lists find customers by to up to `limit` of those that an earlier version has made; how many there were.
    fn index_customers(&mut self, limit: u32) -> Result<u64, StoreError>;

    /// When the workspace's newest customer, living or deleted, was made; `None` when it never had one.
    fn newest_customer_at(&mut self, workspace: WorkspaceId) -> Result<Option<OffsetDateTime>, StoreError>;

    /// The living customer of that id, with where its bills go and its owner, in one statement.
    fn owned_customer(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerId,
    ) -> Result<Option<OwnedCustomer>, StoreError>;

    /// As [`owned_customer`](Self::owned_customer), by the customer's own external id. One that leads to the customer
    /// because another went up in it finds nothing.
    fn owned_customer_by_external_id(
        &mut self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<OwnedCustomer>, StoreError>;

    /// The customer of that id, held against other writers until the unit ends.
    fn customer_for_update(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerId,
    ) -> Result<Option<Customer>, StoreError>;

    /// Writes every changeable column of a living customer; `false` when there is no such customer. Conflicts
    /// as `insert_customer` does.
    fn update_customer(&mut self, customer: &Customer) -> Result<bool, StoreError>;

    /// Marks a living customer as deleted, which frees its e-mail and external id, ends its sessions and its
    /// members' (their checks look at it), and removes the identities that signed in as it. The ids of those that
    /// went up in it lead nowhere then, and their external ids are free. `false` when there is no such customer.
    fn delete_customer(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Deletes as `delete_customer` does, of a customer already deleted too, and overwrites what tells who it
    /// was: e-mail, names, phone, external id, picture, both metadata maps, members and addresses.
    /// `false` when there is no such customer in the workspace, living or deleted.
    fn anonymize_customer(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError>;
}
