//! The access token as the Workspace API shows it, never with its plain text.

use anteroom_domain::credential::{AccessToken, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::scalars::ScopeName;
use crate::wire::{Time, Uuid4};

/// An access token of a merchant's server.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceAccessToken)]
pub(super) struct AccessTokenBody<'a> {
    id: Uuid4,
    created_at: Time,
    modified_at: Option<Time>,
    /// What it may do.
    #[schema(value_type = Vec<ScopeName>)]
    scopes: Vec<&'static str>,
    /// When it ends by itself; `null` is never.
    expires_at: Option<Time>,
    /// When another token was made to take its place; `null` is never.
    rotated_at: Option<Time>,
    /// What it is for.
    comment: &'a str,
    /// When it was last shown, to the minute.
    last_used_at: Option<Time>,
    workspace_id: Uuid4,
}

impl<'a> From<&'a AccessToken> for AccessTokenBody<'a> {
    fn from(token: &'a AccessToken) -> Self {
        Self {
            id: token.id.into(),
            created_at: token.created_at.into(),
            modified_at: token.modified_at.map(Time),
            scopes: token.scopes.iter().map(Scope::as_str).collect(),
            expires_at: token.expires_at.map(Time),
            rotated_at: token.rotated_at.map(Time),
            comment: token.comment.as_str(),
            last_used_at: token.last_used_at.map(Time),
            workspace_id: token.workspace_id.into(),
        }
    }
}
