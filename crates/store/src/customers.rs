//! Customers.

use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{Email, ExternalId};
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// Which customers a list has; what is `None` does not narrow it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerFilter {
    /// With this e-mail, in any case: an account, a guest or both.
    pub email: Option<Email>,
    /// With this external id.
    pub external_id: Option<ExternalId>,
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

    /// A piece of the workspace's customers, newest first, ties by id.
    fn customers(
        &mut self,
        workspace: WorkspaceId,
        filter: &CustomerFilter,
        page: Page,
    ) -> Result<Listed<Customer>, StoreError>;

    /// When the workspace's newest customer, living or deleted, was made; `None` when it never had one.
    fn newest_customer_at(&mut self, workspace: WorkspaceId) -> Result<Option<OffsetDateTime>, StoreError>;

    /// Those of the customers, of whichever workspace, that are not deleted. In any order, each once.
    fn living_customers(&mut self, ids: &[CustomerId]) -> Result<Vec<CustomerId>, StoreError>;

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
