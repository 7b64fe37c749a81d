//! Workspace rows.

use anteroom_domain::text::{Line, Origin, Slug};
use anteroom_domain::workspace::{Workspace, WorkspaceId, WorkspaceSettings};
use diesel::prelude::*;
use serde_json::Value;

use super::chosen_settings::ChosenSettings;
use super::{id, instant};
use crate::StoreError;
use crate::sql::connection::MultiBackend;
use crate::sql::schema::{workspace_origins, workspaces};
use crate::sql::types::{DbJson, DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = workspaces, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct WorkspaceRow {
    id: DbUuid,
    slug: String,
    name: String,
    #[diesel(embed)]
    settings: WorkspaceSettingsColumns,
    created_at: DbTime,
    modified_at: Option<DbTime>,
    disabled_at: Option<DbTime>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = workspaces, check_for_backend(MultiBackend), treat_none_as_default_value = false)]
pub(in crate::sql) struct WorkspaceSettingsColumns {
    member_model_enabled: bool,
    allowed_origins: DbJson,
    settings: DbJson,
}

impl From<&Workspace> for WorkspaceRow {
    fn from(workspace: &Workspace) -> Self {
        Self {
            id: workspace.id.into(),
            slug: workspace.slug.as_str().to_owned(),
            name: workspace.name.as_str().to_owned(),
            settings: (&workspace.settings).into(),
            created_at: DbTime(workspace.created_at),
            modified_at: workspace.modified_at.map(DbTime),
            disabled_at: workspace.disabled_at.map(DbTime),
        }
    }
}

impl From<&WorkspaceSettings> for WorkspaceSettingsColumns {
    fn from(settings: &WorkspaceSettings) -> Self {
        let origins = settings.allowed_origins.iter().map(|origin| Value::from(origin.as_str())).collect();
        Self {
            member_model_enabled: settings.member_model_enabled,
            allowed_origins: DbJson(Value::Array(origins)),
            settings: DbJson(ChosenSettings::from(settings).into_document()),
        }
    }
}

impl TryFrom<WorkspaceRow> for Workspace {
    type Error = StoreError;

    fn try_from(row: WorkspaceRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(row.id)?,
            slug: Slug::from_stored(row.slug),
            name: Line::from_stored(row.name),
            settings: row.settings.try_into()?,
            created_at: row.created_at.0,
            modified_at: instant(row.modified_at),
            disabled_at: instant(row.disabled_at),
        })
    }
}

impl TryFrom<WorkspaceSettingsColumns> for WorkspaceSettings {
    type Error = StoreError;

    fn try_from(columns: WorkspaceSettingsColumns) -> Result<Self, StoreError> {
        const CORRUPT: StoreError = StoreError::Corrupt("allowed origins");
        let Value::Array(origins) = columns.allowed_origins.0 else { return Err(CORRUPT) };
        let origin = |value| match value {
            Value::String(text) => Ok(Origin::from_stored(text)),
            _ => Err(CORRUPT),
        };
        ChosenSettings::from_document(columns.settings.0)?.settings(
            columns.member_model_enabled,
            origins.into_iter().map(origin).collect::<Result<_, _>>()?,
        )
    }
}

#[derive(Insertable)]
#[diesel(table_name = workspace_origins, treat_none_as_default_value = false)]
pub(in crate::sql) struct OriginRow {
    workspace_id: DbUuid,
    position: i32,
    origin: String,
}

/// The origins of `settings`, a row each.
pub(in crate::sql) fn origins(workspace: WorkspaceId, settings: &WorkspaceSettings) -> Vec<OriginRow> {
    let row = |(position, origin): (i32, &Origin)| OriginRow {
        workspace_id: workspace.into(),
        position,
        origin: origin.as_str().to_owned(),
    };
    (0..).zip(&settings.allowed_origins).map(row).collect()
}
