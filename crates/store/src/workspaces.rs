//! Tenants.

use anteroom_domain::text::{Line, Origin, Slug};
use anteroom_domain::workspace::{Workspace, WorkspaceId, WorkspaceSettings};
use time::OffsetDateTime;

use crate::StoreError;

/// Workspaces and their settings. A disabled one is found like any other; the caller asks it.
pub trait Workspaces {
    /// Adds a workspace. A taken slug conflicts with `WorkspaceSlug`.
    fn insert_workspace(&mut self, workspace: &Workspace) -> Result<(), StoreError>;

    /// The workspace of that id.
    fn workspace(&mut self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError>;

    /// The workspace of that slug.
    fn workspace_by_slug(&mut self, slug: &Slug) -> Result<Option<Workspace>, StoreError>;

    /// The only workspace there is; `None` when there are several or none.
    fn only_workspace(&mut self) -> Result<Option<Workspace>, StoreError>;

    /// Every workspace, by slug.
    fn workspaces(&mut self) -> Result<Vec<Workspace>, StoreError>;

    /// The workspace of that id, held against other writers until the unit ends.
    fn workspace_for_update(&mut self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError>;

    /// Replaces the settings; `false` when there is no such workspace.
    fn update_workspace_settings(
        &mut self,
        id: WorkspaceId,
        settings: &WorkspaceSettings,
        modified_at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Gives a workspace another name for people; `false` when there is no such workspace.
    fn rename_workspace(
        &mut self,
        id: WorkspaceId,
        name: &Line,
        modified_at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Disables a workspace since a moment, or enables it with `None`; `false` when there is no such workspace.
    fn set_workspace_disabled(
        &mut self,
        id: WorkspaceId,
        since: Option<OffsetDateTime>,
        modified_at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Whether any workspace lists that origin.
    fn origin_is_listed(&mut self, origin: &Origin) -> Result<bool, StoreError>;
}
