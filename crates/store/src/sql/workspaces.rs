//! Workspaces, in SQL.

use anteroom_domain::text::{Line, Origin, Slug};
use anteroom_domain::workspace::{Workspace, WorkspaceId, WorkspaceSettings};
use diesel::dsl::exists;
use diesel::prelude::*;
use time::OffsetDateTime;

use super::connection::DbConnection;
use super::rows::{OriginRow, WorkspaceRow, WorkspaceSettingsColumns, origins};
use super::schema::{workspace_origins, workspaces};
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use crate::{StoreError, Topic, Workspaces};

impl Workspaces for SqlUnit {
    fn insert_workspace(&mut self, workspace: &Workspace) -> Result<(), StoreError> {
        let row = WorkspaceRow::from(workspace);
        let origins = origins(workspace.id, &workspace.settings);
        self.claim(&UNSEEN, |c| {
            diesel::insert_into(workspaces::table).values(&row).execute(c)?;
            insert_origins(c, &origins)
        })
    }

    fn workspace(&mut self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        let row: Option<WorkspaceRow> = self.read(|c| {
            workspaces::table
                .filter(workspaces::id.eq(DbUuid::from(id)))
                .select(WorkspaceRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(Workspace::try_from).transpose()
    }

    fn workspace_by_slug(&mut self, slug: &Slug) -> Result<Option<Workspace>, StoreError> {
        let row: Option<WorkspaceRow> = self.read(|c| {
            workspaces::table
                .filter(workspaces::slug.eq(slug.as_str()))
                .select(WorkspaceRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(Workspace::try_from).transpose()
    }

    fn only_workspace(&mut self) -> Result<Option<Workspace>, StoreError> {
        let mut rows: Vec<WorkspaceRow> =
            self.read(|c| workspaces::table.limit(2).select(WorkspaceRow::as_select()).load(c))?;
        let last = rows.pop().filter(|_| rows.is_empty());
        last.map(Workspace::try_from).transpose()
    }

    fn workspaces(&mut self) -> Result<Vec<Workspace>, StoreError> {
        let rows: Vec<WorkspaceRow> = self.read(|c| {
            workspaces::table.order(workspaces::slug.asc()).select(WorkspaceRow::as_select()).load(c)
        })?;
        rows.into_iter().map(Workspace::try_from).collect()
    }

    fn workspace_for_update(&mut self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        let row: Option<WorkspaceRow> = self.change(&UNKEPT, |connection| {
            for_update!(connection, c => workspaces::table
                .filter(workspaces::id.eq(DbUuid::from(id)))
                .select(WorkspaceRow::as_select()), get_result)
            .optional()
        })?;
        row.map(Workspace::try_from).transpose()
    }

    fn update_workspace_settings(
        &mut self,
        id: WorkspaceId,
        settings: &WorkspaceSettings,
        modified_at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let columns = WorkspaceSettingsColumns::from(settings);
        let origins = origins(id, settings);
        let (topic, id) = (Topic::Workspace(id), DbUuid::from(id));
        self.claim(&[topic], |c| {
            let changed = diesel::update(workspaces::table.filter(workspaces::id.eq(id)))
                .set((&columns, workspaces::modified_at.eq(DbTime(modified_at))))
                .execute(c)?;
            if changed == 1 {
                diesel::delete(workspace_origins::table.filter(workspace_origins::workspace_id.eq(id)))
                    .execute(c)?;
                insert_origins(c, &origins)?;
            }
            Ok(changed == 1)
        })
    }

    fn rename_workspace(
        &mut self,
        id: WorkspaceId,
        name: &Line,
        modified_at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let named = workspaces::table.filter(workspaces::id.eq(DbUuid::from(id)));
        let renamed = (workspaces::name.eq(name.as_str()), workspaces::modified_at.eq(DbTime(modified_at)));
        self.change(&[Topic::Workspace(id)], |c| Ok(diesel::update(named).set(renamed).execute(c)? == 1))
    }

    fn set_workspace_disabled(
        &mut self,
        id: WorkspaceId,
        since: Option<OffsetDateTime>,
        modified_at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let named = workspaces::table.filter(workspaces::id.eq(DbUuid::from(id)));
        let switched =
            (workspaces::disabled_at.eq(since.map(DbTime)), workspaces::modified_at.eq(DbTime(modified_at)));
        self.change(&[Topic::Workspace(id)], |c| Ok(diesel::update(named).set(switched).execute(c)? == 1))
    }

    fn origin_is_listed(&mut self, origin: &Origin) -> Result<bool, StoreError> {
        self.read(|c| {
            let listed = workspace_origins::table.filter(workspace_origins::origin.eq(origin.as_str()));
            diesel::select(exists(listed)).get_result(c)
        })
    }
}

fn insert_origins(connection: &mut DbConnection, origins: &[OriginRow]) -> QueryResult<()> {
    if !origins.is_empty() {
        // The common backend has no insert of several rows.
        on_backend!(connection, c =>
            diesel::insert_into(workspace_origins::table).values(origins).execute(c))?;
    }
    Ok(())
}
