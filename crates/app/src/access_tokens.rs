//! What a merchant's programs show: access tokens on servers, publishable keys in shops.

use std::sync::Arc;

use anteroom_auth::token::{self, PlainToken, WorkspaceAccess};
use anteroom_domain::Id;
use anteroom_domain::credential::{
    AccessToken, AccessTokenId, PublishableKey, PublishableKeyId, Scope, Scopes,
};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{Line, Origin};
use anteroom_domain::workspace::{Workspace, WorkspaceId, WorkspaceSettings};
use anteroom_store::{Mode, Topic, Unit};
use time::OffsetDateTime;

use crate::memories::{KeyAccess, TokenAccess};
use crate::{App, Credential, Error, Forbidden, Missing, Refusal, Unauthenticated};

/// A merchant's server, known by its access token.
#[derive(Debug, Clone)]
pub struct Merchant {
    /// The workspace that the token opens.
    pub workspace: Arc<Workspace>,
    /// Which token it is.
    pub token: AccessTokenId,
    /// What the token may do.
    pub scopes: Scopes,
}

impl Merchant {
    /// Refuses a token that lacks `scope`.
    pub fn require(&self, scope: Scope) -> Result<(), Error> {
        if self.scopes.contains(scope) {
            return Ok(());
        }
        Err(Error::Forbidden(Forbidden::InsufficientScope(scope)))
    }
}

/// An access token to be made.
#[derive(Debug, Clone)]
pub struct NewAccessToken {
    /// What it may do.
    pub scopes: Scopes,
    /// What it is for.
    pub comment: Line,
    /// When it ends by itself.
    pub expires_at: Option<OffsetDateTime>,
}

/// A publishable key to be made.
#[derive(Debug, Clone)]
pub struct NewPublishableKey {
    /// What it is for.
    pub title: Line,
    /// A shop's origin, which joins the workspace's allowed origins.
    pub origin: Option<Origin>,
}

impl App {
    /// Makes an access token; its plain text is given here and never again.
    pub async fn create_access_token(
        &self,
        workspace: WorkspaceId,
        new: NewAccessToken,
    ) -> Result<(AccessToken, PlainToken<WorkspaceAccess>), Error> {
        let (token, plain) = self.new_access_token(workspace, new);
        let kept = token.clone();
        self.doors().db(Mode::Write, move |unit| Ok(unit.insert_access_token(&kept)?)).await?;
        Ok((token, plain))
    }

    /// An access token, not yet kept, and its plain text.
    pub(crate) fn new_access_token(
        &self,
        workspace: WorkspaceId,
        new: NewAccessToken,
    ) -> (AccessToken, PlainToken<WorkspaceAccess>) {
        let plain = PlainToken::<WorkspaceAccess>::generate(self.random());
        let token = AccessToken {
            id: Id::random(self.random()),
            workspace_id: workspace,
            token_hash: plain.hash(&self.0.keys),
            scopes: new.scopes,
            comment: new.comment,
            created_at: self.now(),
            expires_at: new.expires_at,
            revoked_at: None,
            last_used_at: None,
        };
        (token, plain)
    }

    /// Who shows this access token. A mistyped one costs no query.
    pub async fn authenticate_access_token(&self, text: &str) -> Result<Merchant, Error> {
        self.checked(Credential::AccessToken, self.merchant_of(text).await)
    }

    async fn merchant_of(&self, text: &str) -> Result<Merchant, Error> {
        const INVALID: Error = Error::Unauthenticated(Unauthenticated::InvalidToken);
        let hash = PlainToken::<WorkspaceAccess>::parse(text).ok_or(INVALID)?.hash(&self.0.keys);
        let read = async || {
            let seen = self.look();
            let found = self.doors().db(Mode::Read, move |unit| Ok(unit.access_token(&hash)?)).await?;
            Ok(found.map(|(token, workspace)| TokenAccess {
                token,
                workspace: self.shared(seen, Arc::new(workspace)),
            }))
        };
        let access = self.memories().access_tokens.get(&hash, read).await?.ok_or(INVALID)?;
        let token = &access.token;
        let over = token.expires_at.is_some_and(|end| self.now() >= end);
        if token.revoked_at.is_some() || over {
            return Err(INVALID);
        }
        self.note_use_of_token(token);
        Ok(Merchant {
            workspace: Arc::clone(&access.workspace),
            token: token.id,
            scopes: token.scopes.clone(),
        })
    }

    /// A piece of the workspace's access tokens, whatever their state, newest first.
    pub async fn access_tokens(
        &self,
        workspace: WorkspaceId,
        page: Page,
    ) -> Result<Listed<AccessToken>, Error> {
        self.doors().db(Mode::Read, move |unit| Ok(unit.access_tokens(workspace, page)?)).await
    }

    /// Ends a live access token: the next request that shows it is refused.
    pub async fn revoke_access_token(&self, workspace: WorkspaceId, id: AccessTokenId) -> Result<(), Error> {
        let now = self.now();
        self.settle([Topic::AccessToken(id)], move |unit| {
            let ended = unit.revoke_access_token(workspace, id, now)?;
            if ended { Ok(()) } else { Err(Error::NotFound(Missing::AccessToken)) }
        })
        .await
    }

    /// Makes a publishable key. Refuses an origin when the workspace lists as many as it may.
    pub async fn create_publishable_key(
        &self,
        workspace: WorkspaceId,
        new: NewPublishableKey,
    ) -> Result<PublishableKey, Error> {
        let key = self.new_publishable_key(workspace, new.title);
        let kept = key.clone();
        self.settle([Topic::Workspace(workspace)], move |unit| {
            if let Some(origin) = new.origin {
                allow_origin(unit, workspace, origin, kept.created_at)?;
            }
            Ok(unit.insert_publishable_key(&kept)?)
        })
        .await?;
        Ok(key)
    }

    /// A publishable key, not yet kept.
    pub(crate) fn new_publishable_key(&self, workspace: WorkspaceId, title: Line) -> PublishableKey {
        PublishableKey {
            id: Id::random(self.random()),
            workspace_id: workspace,
            key: token::publishable_key(self.random()),
            title,
            created_at: self.now(),
            revoked_at: None,
        }
    }

    /// A piece of the workspace's publishable keys, revoked ones too, newest first.
    pub async fn publishable_keys(
        &self,
        workspace: WorkspaceId,
        page: Page,
    ) -> Result<Listed<PublishableKey>, Error> {
        self.doors().db(Mode::Read, move |unit| Ok(unit.publishable_keys(workspace, page)?)).await
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
            if ended { Ok(()) } else { Err(Error::NotFound(Missing::PublishableKey)) }
        })
        .await
    }

    /// The workspace that a publishable key names. A mistyped key costs no query.
    pub async fn workspace_by_publishable_key(&self, key: &str) -> Result<Option<Arc<Workspace>>, Error> {
        self.found(Credential::PublishableKey, self.workspace_of_key(key).await)
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
        return Err(Refusal::TooManyOrigins.into());
    }
    settings.allowed_origins.push(origin);
    unit.update_workspace_settings(workspace, &settings, now)?;
    Ok(())
}
