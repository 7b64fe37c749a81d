//! Customers that go up in others.

use anteroom_domain::credential::AuthIdentityId;
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::member::{Member, MemberId};
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// A customer that goes up in another, and what becomes of what it has.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// The tenant of both.
    pub workspace: WorkspaceId,
    /// Who goes up.
    pub merged: CustomerId,
    /// In whom.
    pub survivor: CustomerId,
    /// Whether its external id stays with it, as another name of the survivor.
    pub keeps_external_id: bool,
    /// Those of its members who are none of the survivor's.
    pub ended_members: Vec<MemberId>,
    /// Whether its owner becomes a billing manager of the survivor.
    pub owner_steps_down: bool,
    /// When.
    pub at: OffsetDateTime,
}

/// Customers that go up in others. Their ids stay, each leading to a survivor and never to another merged one.
pub trait Merges {
    /// The living customer in which the one of that id, of that workspace, has gone up.
    fn survivor(&mut self, workspace: WorkspaceId, id: CustomerId) -> Result<Option<Customer>, StoreError>;

    /// Two customers, held against other writers until the unit ends, in one order whoever asks. `None` unless both
    /// are there.
    fn both_for_update(
        &mut self,
        workspace: WorkspaceId,
        ids: (CustomerId, CustomerId),
    ) -> Result<Option<(Customer, Customer)>, StoreError>;

    /// The customer's members, in any order.
    fn all_members(&mut self, customer: CustomerId) -> Result<Vec<Member>, StoreError>;

    /// Those who sign in to the shop as the customer.
    fn identities(&mut self, customer: CustomerId) -> Result<Vec<AuthIdentityId>, StoreError>;

    /// Marks a living customer as deleted, overwrites what tells who it was, makes everything below it the survivor's,
    /// and lets its id lead there, with those that led to it. `false` when there is no such customer.
    ///
    /// The caller holds both, has ended the sessions of the one that goes up, and has taken from its addresses the
    /// flags that the survivor's have: a second one conflicts as in `insert_address`, a second owner, or a member whose
    /// name there is taken, as in `insert_member`.
    fn merge_customer(&mut self, merge: &Merge) -> Result<bool, StoreError>;
}
