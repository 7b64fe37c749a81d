//! What a merchant's programs show: access tokens on servers, publishable keys in shops.

use anteroom_auth::token::{self, PlainToken, WorkspaceAccess};
use anteroom_domain::Id;
use anteroom_domain::credential::{AccessToken, PublishableKey, Scope, Scopes};
use anteroom_domain::text::{Line, Origin};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::Mode;
use time::OffsetDateTime;

use crate::{App, Error, Forbidden, Missing, Unauthenticated};

/// A merchant's server, known by its access token.
#[derive(Debug, Clone)]
pub struct Merchant {
    /// The workspace that the token opens.
    pub workspace: Workspace,
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
        };
        let kept = token.clone();
        self.doors().db(Mode::Write, move |unit| Ok(unit.insert_access_token(&kept)?)).await?;
        Ok((token, plain))
    }

    /// Who shows this access token. A mistyped one costs no query.
    pub async fn authenticate_access_token(&self, text: &str) -> Result<Merchant, Error> {
        const INVALID: Error = Error::Unauthenticated(Unauthenticated::InvalidToken);
        let hash = PlainToken::<WorkspaceAccess>::parse(text).ok_or(INVALID)?.hash(&self.0.keys);
        let found = self.doors().db(Mode::Read, move |unit| Ok(unit.access_token(&hash)?)).await?;
        let (token, workspace) = found.ok_or(INVALID)?;
        let over = token.expires_at.is_some_and(|end| self.now() >= end);
        if token.revoked_at.is_some() || over {
            return Err(INVALID);
        }
        Ok(Merchant { workspace, scopes: token.scopes })
    }

    /// Makes a publishable key.
    pub async fn create_publishable_key(
        &self,
        workspace: WorkspaceId,
        new: NewPublishableKey,
    ) -> Result<PublishableKey, Error> {
        let key = PublishableKey {
            id: Id::random(self.random()),
            workspace_id: workspace,
            key: token::publishable_key(self.random()),
            title: new.title,
            created_at: self.now(),
            revoked_at: None,
        };
        let kept = key.clone();
        self.doors()
            .db(Mode::Write, move |unit| {
                unit.insert_publishable_key(&kept)?;
                if let Some(origin) = new.origin {
                    let mut found =
                        unit.workspace_for_update(workspace)?.ok_or(Error::NotFound(Missing::Workspace))?;
                    if !found.settings.allowed_origins.contains(&origin) {
                        found.settings.allowed_origins.push(origin);
                        unit.update_workspace_settings(workspace, &found.settings, kept.created_at)?;
                    }
                }
                Ok(())
            })
            .await?;
        Ok(key)
    }

    /// The workspace that a publishable key names. A mistyped key costs no query.
    pub async fn workspace_by_publishable_key(&self, key: &str) -> Result<Option<Workspace>, Error> {
        if !token::is_publishable_key(key) {
            return Ok(None);
        }
        let key = key.to_owned();
        self.doors().db(Mode::Read, move |unit| Ok(unit.workspace_by_publishable_key(&key)?)).await
    }
}
