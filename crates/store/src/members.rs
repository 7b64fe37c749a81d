//! Members.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::member::{Member, MemberId, Role};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{Email, ExternalId};
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::StoreError;

/// Which members a list has; what is `None` does not narrow it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MemberFilter {
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of the customer with this external id.
    pub customer_external_id: Option<ExternalId>,
    /// With this e-mail, in any case.
    pub email: Option<Email>,
    /// With this external id.
    pub external_id: Option<ExternalId>,
    /// In this role.
    pub role: Option<Role>,
}

/// Members. What is read is alive, and its customer too.
pub trait Members {
    /// Adds a member. Conflicts with `MemberEmail`, `MemberExternalId` or `MemberOwner`.
    fn insert_member(&mut self, member: &Member) -> Result<(), StoreError>;

    /// Writes every changeable column of a living member; `false` when there is no such member. Conflicts as
    /// `insert_member` does.
    fn update_member(&mut self, member: &Member) -> Result<bool, StoreError>;

    /// The member of that id in that workspace.
    fn member(&mut self, workspace: WorkspaceId, id: MemberId) -> Result<Option<Member>, StoreError>;

    /// The customer's member of that external id.
    fn member_by_external_id(
        &mut self,
        customer: CustomerId,
        external_id: &ExternalId,
    ) -> Result<Option<Member>, StoreError>;

    /// The customer's member of that e-mail.
    fn member_by_email(&mut self, customer: CustomerId, email: &Email) -> Result<Option<Member>, StoreError>;

    /// Whom the member of that id acts for, or acted for until it was removed.
    fn customer_of_member(
        &mut self,
        workspace: WorkspaceId,
        id: MemberId,
    ) -> Result<Option<CustomerId>, StoreError>;

    /// The customer's owner.
    fn owner(&mut self, customer: CustomerId) -> Result<Option<Member>, StoreError>;

    /// The members of those customers, oldest first, ties by id.
    fn members_of(&mut self, customers: &[CustomerId]) -> Result<Vec<Member>, StoreError>;

    /// How many members the customer has.
    fn count_members(&mut self, customer: CustomerId) -> Result<u64, StoreError>;

    /// A piece of the workspace's members, newest first, ties by id.
    fn members(
        &mut self,
        workspace: WorkspaceId,
        filter: &MemberFilter,
        page: Page,
    ) -> Result<Listed<Member>, StoreError>;

    /// Marks a living member of the customer as removed, which frees its e-mail and external id and ends its sessions (their
    /// checks look at it). `false` when there is no such member.
    fn delete_member(
        &mut self,
        customer: CustomerId,
        id: MemberId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError>;
}
