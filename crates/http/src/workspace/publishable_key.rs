//! The publishable key as the Workspace API shows it.

use anteroom_domain::credential::PublishableKey;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Time, Uuid4};

/// A publishable key; it is no secret.
#[derive(Serialize, ToSchema)]
#[schema(as = PublishableKey)]
pub(super) struct PublishableKeyBody<'a> {
    id: Uuid4,
    created_at: Time,
    modified_at: Option<Time>,
    /// Names the workspace to the Store API, in the header `x-publishable-api-key`.
    key: &'a str,
    /// What it is for.
    title: &'a str,
    workspace_id: Uuid4,
}

impl<'a> From<&'a PublishableKey> for PublishableKeyBody<'a> {
    fn from(key: &'a PublishableKey) -> Self {
        Self {
            id: key.id.into(),
            created_at: key.created_at.into(),
            modified_at: key.modified_at.map(Time),
            key: &key.key,
            title: key.title.as_str(),
            workspace_id: key.workspace_id.into(),
        }
    }
}
