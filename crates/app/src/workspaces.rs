//! Workspaces and what their merchants choose.

mod settings;
mod state;

use std::sync::Arc;

use anteroom_domain::Id;
use anteroom_domain::text::{Line, Origin, Slug};
use anteroom_domain::workspace::{Workspace, WorkspaceId, WorkspaceSettings};
use anteroom_store::{Constraint, Mode, StoreError, Unit};

pub use settings::{
    LifetimeChanges, LinkTemplateChanges, MailChanges, PortalLookChanges, ProviderChanges, SettingsChanges,
};
pub use state::SwitchedWorkspace;

use crate::{App, Error, Refusal};

/// A workspace to be made.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// Its name in paths and host names.
    pub slug: Slug,
    /// Its name for people.
    pub name: Line,
    /// Whether its customers have members.
    pub member_model_enabled: bool,
}

impl App {
    /// Makes a workspace. Refuses a taken slug.
    pub async fn create_workspace(&self, new: NewWorkspace) -> Result<Workspace, Error> {
        let workspace = self.new_workspace(new);
        let kept = workspace.clone();
        self.doors().db(Mode::Write, move |unit| insert_workspace(unit, &kept)).await?;
        Ok(workspace)
    }

    /// A workspace, not yet kept.
    pub(crate) fn new_workspace(&self, new: NewWorkspace) -> Workspace {
        Workspace {
            id: Id::random(self.random()),
            slug: new.slug,
            name: new.name,
            settings: WorkspaceSettings {
                member_model_enabled: new.member_model_enabled,
                ..WorkspaceSettings::default()
            },
            created_at: self.now(),
            modified_at: None,
            disabled_at: None,
        }
    }

    /// Every workspace, by slug.
    pub async fn workspaces(&self) -> Result<Vec<Workspace>, Error> {
        self.doors().db(Mode::Read, |unit| Ok(unit.workspaces()?)).await
    }

    /// The workspace of that slug, enabled or not: for its operator.
    pub async fn workspace_by_slug(&self, slug: Slug) -> Result<Option<Workspace>, Error> {
        self.doors().db(Mode::Read, move |unit| Ok(unit.workspace_by_slug(&slug)?)).await
    }

    /// The enabled workspace of that slug.
    pub async fn enabled_workspace_by_slug(&self, slug: Slug) -> Result<Option<Workspace>, Error> {
        Ok(self.workspace_by_slug(slug).await?.filter(Workspace::is_enabled))
    }

    /// The enabled workspace of that id.
    pub async fn enabled_workspace(&self, id: WorkspaceId) -> Result<Option<Arc<Workspace>>, Error> {
        let read = async || {
            let found = self.doors().db(Mode::Read, move |unit| Ok(unit.workspace(id)?)).await?;
            Ok(found.map(Arc::new))
        };
        let found = self.memories().workspaces.get(&id, read).await?;
        Ok(found.filter(|known| known.is_enabled()).map(|known| Arc::clone(&known)))
    }

    /// The only workspace there is, if it is enabled; `None` when there are several or none. A disabled one counts, so that
    /// who names none never comes to another shop.
    pub async fn only_workspace(&self) -> Result<Option<Workspace>, Error> {
        let only = self.doors().db(Mode::Read, |unit| Ok(unit.only_workspace()?)).await?;
        Ok(only.filter(Workspace::is_enabled))
    }

    /// Whether any workspace lets pages of that origin call with credentials: all that a preflight can be told,
    /// because it names no workspace.
    pub async fn origin_is_listed(&self, origin: Origin) -> Result<bool, Error> {
        self.doors().db(Mode::Read, move |unit| Ok(unit.origin_is_listed(&origin)?)).await
    }
}

/// Keeps a workspace whose slug is free.
pub(crate) fn insert_workspace(unit: &mut dyn Unit, workspace: &Workspace) -> Result<(), Error> {
    match unit.insert_workspace(workspace) {
        Err(StoreError::Conflict(Constraint::WorkspaceSlug)) => {
            Err(Refusal::SlugTaken(workspace.slug.to_string()).into())
        }
        other => Ok(other?),
    }
}
