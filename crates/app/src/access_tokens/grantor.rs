//! Who gives access tokens their scopes.

use anteroom_domain::credential::{AccessTokenId, Scope, Scopes};
use anteroom_domain::workspace::WorkspaceId;
use anteroom_store::{Topic, Unit};
use time::OffsetDateTime;

use super::{INVALID, Merchant};
use crate::{Error, Forbidden, Missing};

/// Who gives an access token its scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grantor {
    /// Whoever operates the installation: every scope is theirs to give.
    Operator,
    /// A merchant's server, by its access token: it can give what that token has.
    AccessToken(AccessTokenId),
}

impl From<&Merchant> for Grantor {
    fn from(merchant: &Merchant) -> Self {
        Self::AccessToken(merchant.token)
    }
}

impl Grantor {
    /// What is the grantor's to give, while the unit holds the workspace's tokens against all others who give and end them.
    ///
    /// A token outlives what is remembered of its grantor, so that memory is not asked: it may have been ended, or lost
    /// scopes, on another server.
    pub(super) fn scopes(
        self,
        unit: &mut dyn Unit,
        workspace: WorkspaceId,
        now: OffsetDateTime,
    ) -> Result<Scopes, Error> {
        unit.workspace_for_update(workspace)?.ok_or(Error::NotFound(Missing::Workspace))?;
        let Self::AccessToken(id) = self else { return Ok(Scopes::all()) };
        let scopes = unit.live_access_token(workspace, id, now)?.ok_or(INVALID)?.scopes;
        if scopes.contains(Scope::WorkspaceAccessTokensWrite) {
            return Ok(scopes);
        }
        Err(Error::Forbidden(Forbidden::InsufficientScope(Scope::WorkspaceAccessTokensWrite)))
    }

    /// What is forgotten here of the grantor, whose end elsewhere may be found out.
    pub(super) fn topic(self) -> Option<Topic> {
        match self {
            Self::Operator => None,
            Self::AccessToken(id) => Some(Topic::AccessToken(id)),
        }
    }

    /// What is forgotten here of the grantor and of the token that it changes.
    pub(super) fn topics_with(self, id: AccessTokenId) -> impl Iterator<Item = Topic> {
        self.topic().into_iter().chain([Topic::AccessToken(id)])
    }
}
