//! Tenants.

mod settings;

use time::OffsetDateTime;

use crate::id::Id;
use crate::text::{Line, Slug};

pub use settings::{
    EmailVerificationRule, LinkTemplates, MailSettings, PortalLook, Providers, SessionLifetimes,
    WorkspaceSettings,
};

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
    /// Since when nothing of it opens anything; `None` while it is enabled.
    pub disabled_at: Option<OffsetDateTime>,
}

impl Workspace {
    /// Whether its tokens, keys, sessions and names open anything.
    pub fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// What shoppers know it as: its brand, else its name.
    pub fn brand(&self) -> &Line {
        self.settings.portal.brand_name.as_ref().unwrap_or(&self.name)
    }
}
