//! `/api/workspace`: the workspace that the access token opens.

pub(super) mod show;
pub(super) mod update;

use anteroom_domain::text::Origin;
use anteroom_domain::workspace::Workspace;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Time, Uuid4};

/// A workspace and what its merchant has chosen.
#[derive(Serialize, ToSchema)]
#[schema(as = Workspace)]
struct WorkspaceBody<'a> {
    id: Uuid4,
    created_at: Time,
    modified_at: Option<Time>,
    /// Its name in addresses.
    slug: &'a str,
    name: &'a str,
    /// Whether customers have members.
    member_model_enabled: bool,
    /// The origins of the web pages that may call the Store API with credentials.
    allowed_origins: Vec<&'a str>,
}

impl<'a> From<&'a Workspace> for WorkspaceBody<'a> {
    fn from(workspace: &'a Workspace) -> Self {
        Self {
            id: workspace.id.into(),
            created_at: workspace.created_at.into(),
            modified_at: workspace.modified_at.map(Time),
            slug: workspace.slug.as_str(),
            name: workspace.name.as_str(),
            member_model_enabled: workspace.settings.member_model_enabled,
            allowed_origins: workspace.settings.allowed_origins.iter().map(Origin::as_str).collect(),
        }
    }
}
