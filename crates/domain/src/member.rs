//! People who act for a customer.

use time::OffsetDateTime;

use crate::customer::CustomerId;
use crate::id::Id;
use crate::text::{Email, ExternalId, Line};
use crate::workspace::WorkspaceId;

/// Identifies a member.
pub type MemberId = Id<Member>;

/// A person who acts for a customer. A customer has exactly one owner once it has members.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its identifier.
    pub id: MemberId,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// The customer acted for.
    pub customer_id: CustomerId,
    /// The merchant's own identifier, unique among the customer's living members.
    pub external_id: Option<ExternalId>,
    /// Unique among the customer's living members.
    pub email: Email,
    /// What they are called.
    pub name: Option<Line>,
    /// What they may do.
    pub role: Role,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed; `None` until then.
    pub modified_at: Option<OffsetDateTime>,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything; there is one.
    Owner,
    /// Looks after addresses and members.
    BillingManager,
    /// Looks.
    Member,
}

impl Role {
    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::BillingManager => "billing_manager",
            Self::Member => "member",
        }
    }

    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Owner, Self::BillingManager, Self::Member].into_iter().find(|role| role.as_str() == text)
    }

    /// Whether the role may change the customer's own record.
    pub fn may_edit_customer(self) -> bool {
        matches!(self, Self::Owner | Self::BillingManager)
    }
}
