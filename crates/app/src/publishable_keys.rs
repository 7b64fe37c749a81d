//! The public keys by which a shop's pages name their workspace.

use std::sync::Arc;

use anteroom_auth::token;
use anteroom_domain::Id;
use anteroom_domain::credential::{PublishableKey, PublishableKeyId};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{Line, Origin};
use anteroom_domain::workspace::{Workspace, WorkspaceId, WorkspaceSettings};
use anteroom_store::{Listing, Mode, Topic, Unit};
use time::OffsetDateTime;

use crate::memories::KeyAccess;
use crate::{App, Credential, Error, Missing, Once, Refusal};

const MISSING: Error = Error::NotFound(Missing::PublishableKey);

/// A publishable key to be made.
#[derive(Debug, Clone)]
pub struct NewPublishableKey {
    /// What it is for.
    pub title: Line,
    /// A shop's origin, which joins the workspace's allowed origins.
    pub origin: Option<Origin>,
}

impl App {
    /// Makes a publishable key. Refuses an origin when the workspace lists as many as it may.
    pub async fn create_publishable_key(
        &self,
        workspace: WorkspaceId,
        new: NewPublishableKey,
        once: Once<PublishableKey>,
    ) -> Result<PublishableKey, Error> {
        let key = self.new_publishable_key(workspace, new.title);
        self.settle([Topic::Workspace(workspace)], move |unit| {
            if let Some(origin) = new.origin {
                allow_origin(unit, workspace, origin, key.created_at)?;
            }
            unit.insert_publishable_key(&key)?;
            once.keep_of_no_customer(unit, &key)?;
            Ok(key)
        })
        .await
    }

    /// A publishable key, not yet kept.
    pub(crate) fn new_publishable_key(&self, workspace: WorkspaceId, title: Line) -> PublishableKey {
        PublishableKey {
            id: Id::random(self.random()),
            workspace_id: workspace,
            key: token::publishable_key(self.random()),
            title,
            created_at: self.now(),
            modified_at: None,
            revoked_at: None,
        }
    }

    /// The live publishable key of that id.
    pub async fn publishable_key(
        &self,
        workspace: WorkspaceId,
        id: PublishableKeyId,
    ) -> Result<PublishableKey, Error> {
        self.doors()
            .db(Mode::Read, move |unit| unit.live_publishable_key(workspace, id)?.ok_or(MISSING))
            .await
    }

    /// A piece of the workspace's publishable keys, newest first.
    pub async fn publishable_keys(
        &self,
        workspace: WorkspaceId,
        which: Listing,
        page: Page,
    ) -> Result<Listed<PublishableKey>, Error> {
        self.doors().db(Mode::Read, move |unit| Ok(unit.publishable_keys(workspace, which, page)?)).await
    }

    /// Gives a live publishable key another title. The same title leaves `modified_at` as it was.
    pub async fn rename_publishable_key(
        &self,
        workspace: WorkspaceId,
        id: PublishableKeyId,
        title: Option<Line>,
    ) -> Result<PublishableKey, Error> {
        let now = self.now();
        self.settle([Topic::PublishableKey(id)], move |unit| {
            let mut key = unit.live_publishable_key(workspace, id)?.ok_or(MISSING)?;
            let Some(title) = title.filter(|title| *title != key.title) else { return Ok(key) };
            (key.title, key.modified_at) = (title, Some(now));
            if unit.update_publishable_key(&key)? { Ok(key) } else { Err(MISSING) }
        })
        .await
    }

    /// Ends a live publishable key: the next request that shows it is refused. The origin that came with it stays listed.
    pub async fn revoke_publishable_key(
        &self,
        workspace: WorkspaceId,
        id: PublishableKeyId,
    ) -> Result<(), Error> {
        let now = self.now();
        self.settle([Topic::PublishableKey(id)], move |unit| {
            let ended = unit.revoke_publishable_key(workspace, id, now)?;
            if ended { Ok(()) } else { Err(MISSING) }
        })
        .await
    }

    /// The enabled workspace that a publishable key names. A mistyped key costs no query.
    pub async fn workspace_by_publishable_key(&self, key: &str) -> Result<Option<Arc<Workspace>>, Error> {
        let named = self.workspace_of_key(key).await;
        let opened = named.map(|named| named.filter(|workspace| workspace.is_enabled()));
        self.found(Credential::PublishableKey, opened)
    }

    async fn workspace_of_key(&self, key: &str) -> Result<Option<Arc<Workspace>>, Error> {
        let keys = &self.memories().publishable_keys;
        if let Some(known) = keys.recall(key) {
            return Ok(Some(Arc::clone(&known.workspace)));
        }
        if !token::is_publishable_key(key) {
            return Ok(None);
        }
        let key = key.to_owned();
        let named = key.clone();
        let read = async || {
            let seen = self.look();
            let find = move |unit: &mut dyn Unit| Ok(unit.workspace_by_publishable_key(&named)?);
            let found = self.doors().db(Mode::Read, find).await?;
            Ok(found
                .map(|(key, workspace)| KeyAccess { key, workspace: self.shared(seen, Arc::new(workspace)) }))
        };
        Ok(keys.get(&key, read).await?.map(|known| Arc::clone(&known.workspace)))
    }
}

fn allow_origin(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    origin: Origin,
    now: OffsetDateTime,
) -> Result<(), Error> {
    let found = unit.workspace_for_update(workspace)?.ok_or(Error::NotFound(Missing::Workspace))?;
    let mut settings = found.settings;
    if settings.allowed_origins.contains(&origin) {
        return Ok(());
    }
    if settings.allowed_origins.len() >= WorkspaceSettings::MAX_ORIGINS {
        return Err(Refusal::TooManyOrigins(origin).into());
    }
    settings.allowed_origins.push(origin);
    unit.update_workspace_settings(workspace, &settings, now)?;
    Ok(())
}
