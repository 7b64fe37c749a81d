//! The access tokens of a merchant's servers.

mod grantor;
mod rotation;

use std::sync::Arc;

use anteroom_auth::token::{PlainToken, WorkspaceAccess};
use anteroom_domain::Id;
use anteroom_domain::credential::{AccessToken, AccessTokenId, Scope, Scopes};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::Line;
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::{Listing, Mode, Topic};
use time::OffsetDateTime;

pub use grantor::Grantor;
pub use rotation::RotatedAccessToken;

use crate::memories::TokenAccess;
use crate::{App, Credential, Error, Forbidden, Missing, Once, Refusal, Unauthenticated};

const INVALID: Error = Error::Unauthenticated(Unauthenticated::InvalidToken);
const MISSING: Error = Error::NotFound(Missing::AccessToken);

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

/// An access token just made, with its plain text: it is given here and never again.
#[derive(Debug)]
pub struct IssuedAccessToken {
    /// The token.
    pub token: AccessToken,
    /// Its plain text.
    pub plain: PlainToken<WorkspaceAccess>,
}

/// What changes in an access token; `None` keeps.
#[derive(Debug, Clone, Default)]
pub struct AccessTokenChanges {
    /// What it is for.
    pub comment: Option<Line>,
    /// What it may do.
    pub scopes: Option<Scopes>,
}

impl App {
    /// Makes an access token. Refuses scopes that are not the grantor's to give.
    pub async fn create_access_token(
        &self,
        workspace: WorkspaceId,
        grantor: Grantor,
        new: NewAccessToken,
        once: Once<IssuedAccessToken>,
    ) -> Result<IssuedAccessToken, Error> {
        let issued = self.new_access_token(workspace, new);
        let now = self.now();
        self.settle(grantor.topic(), move |unit| {
            refuse_beyond(&issued.token.scopes, &grantor.scopes(unit, workspace, now)?)?;
            unit.insert_access_token(&issued.token)?;
            once.keep_of_no_customer(unit, &issued)?;
            Ok(issued)
        })
        .await
    }

    /// An access token, not yet kept.
    pub(crate) fn new_access_token(&self, workspace: WorkspaceId, new: NewAccessToken) -> IssuedAccessToken {
        let plain = PlainToken::<WorkspaceAccess>::generate(self.random());
        let token = AccessToken {
            id: Id::random(self.random()),
            workspace_id: workspace,
            token_hash: plain.hash(&self.0.keys),
            scopes: new.scopes,
            comment: new.comment,
            created_at: self.now(),
            modified_at: None,
            expires_at: new.expires_at,
            rotated_at: None,
            revoked_at: None,
            last_used_at: None,
        };
        IssuedAccessToken { token, plain }
    }

    /// Who shows this access token. A mistyped one costs no query.
    pub async fn authenticate_access_token(&self, text: &str) -> Result<Merchant, Error> {
        self.checked(Credential::AccessToken, self.merchant_of(text).await)
    }

    async fn merchant_of(&self, text: &str) -> Result<Merchant, Error> {
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
        if !token.is_live(self.now()) || !access.workspace.is_enabled() {
            return Err(INVALID);
        }
        self.note_use_of_token(token);
        Ok(Merchant {
            workspace: Arc::clone(&access.workspace),
            token: token.id,
            scopes: token.scopes.clone(),
        })
    }

    /// The live access token of that id.
    pub async fn access_token(
        &self,
        workspace: WorkspaceId,
        id: AccessTokenId,
    ) -> Result<AccessToken, Error> {
        let now = self.now();
        self.doors()
            .db(Mode::Read, move |unit| unit.live_access_token(workspace, id, now)?.ok_or(MISSING))
            .await
    }

    /// A piece of the workspace's access tokens, newest first.
    pub async fn access_tokens(
        &self,
        workspace: WorkspaceId,
        which: Listing,
        page: Page,
    ) -> Result<Listed<AccessToken>, Error> {
        self.doors().db(Mode::Read, move |unit| Ok(unit.access_tokens(workspace, which, page)?)).await
    }

    /// Changes a live access token: the next request that shows it may do what it says then. Refuses scopes that are not the
    /// grantor's to give, also those that the token has already. Nothing different leaves `modified_at` as it was.
    pub async fn update_access_token(
        &self,
        workspace: WorkspaceId,
        grantor: Grantor,
        id: AccessTokenId,
        changes: AccessTokenChanges,
    ) -> Result<AccessToken, Error> {
        let now = self.now();
        self.settle(grantor.topics_with(id), move |unit| {
            let own = grantor.scopes(unit, workspace, now)?;
            let mut token = unit.live_access_token(workspace, id, now)?.ok_or(MISSING)?;
            let before = token.clone();
            if let Some(scopes) = changes.scopes {
                refuse_beyond(&scopes, &own)?;
                token.scopes = scopes;
            }
            if let Some(comment) = changes.comment {
                token.comment = comment;
            }
            if token == before {
                return Ok(token);
            }
            token.modified_at = Some(now);
            if unit.update_access_token(&token, now)? { Ok(token) } else { Err(MISSING) }
        })
        .await
    }

    /// Ends a live access token: the next request that shows it is refused, and it grants nothing any more.
    pub async fn revoke_access_token(&self, workspace: WorkspaceId, id: AccessTokenId) -> Result<(), Error> {
        let now = self.now();
        self.settle([Topic::AccessToken(id)], move |unit| {
            // Whatever it is granting at this moment is there when it ends.
            unit.workspace_for_update(workspace)?;
            let ended = unit.revoke_access_token(workspace, id, now)?;
            if ended { Ok(()) } else { Err(MISSING) }
        })
        .await
    }
}

/// Refuses each of the `scopes` that somebody who has `own` cannot give.
fn refuse_beyond(scopes: &Scopes, own: &Scopes) -> Result<(), Error> {
    let beyond = scopes.beyond(own);
    if beyond.is_empty() {
        return Ok(());
    }
    Err(Error::Refused(beyond.into_iter().map(Refusal::ScopeBeyondOwn).collect()))
}
