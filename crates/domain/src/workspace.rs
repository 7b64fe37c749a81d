//! Tenants.

use time::OffsetDateTime;

use crate::id::Id;
use crate::text::{Line, Origin, Slug};

/// Identifies a workspace.
pub type WorkspaceId = Id<Workspace>;

/// A tenant: one merchant, its customers and its settings. Every other record belongs to one.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// Also the `aud` of the JWTs issued for it.
    pub id: WorkspaceId,
    /// Its name in portal paths and host names.
    pub slug: Slug,
    /// Its name for people.
    pub name: Line,
    /// What the merchant has chosen.
    pub settings: WorkspaceSettings,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed; `None` until then.
    pub modified_at: Option<OffsetDateTime>,
}

/// What a merchant chooses for a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// Customers have members, and sessions are opened for a member.
    pub member_model_enabled: bool,
    /// Web pages that may call the APIs with credentials.
    pub allowed_origins: Vec<Origin>,
}

impl WorkspaceSettings {
    /// The most origins a workspace may list.
    pub const MAX_ORIGINS: usize = 50;
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self { member_model_enabled: true, allowed_origins: Vec::new() }
    }
}
