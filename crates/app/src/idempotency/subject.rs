//! Whose a key is.

use anteroom_domain::credential::{AccessTokenId, AuthIdentityId};
use anteroom_domain::workspace::WorkspaceId;

use crate::{Merchant, SignIn};

/// Whose an `Idempotency-Key` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Who, in that tenant.
    pub who: SubjectId,
}

/// Who sends requests: each has keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectId {
    /// A merchant's server, by its access token.
    AccessToken(AccessTokenId),
    /// Somebody who is signed in to the shop, by whatever session.
    Identity(AuthIdentityId),
}

impl Subject {
    /// What tells it from every other one, of whichever kind.
    pub(super) fn bytes(self) -> [u8; 17] {
        let (kind, id) = match self.who {
            SubjectId::AccessToken(id) => (1, id.uuid()),
            SubjectId::Identity(id) => (2, id.uuid()),
        };
        let mut bytes = [kind; 17];
        bytes.iter_mut().skip(1).zip(id.as_bytes()).for_each(|(to, from)| *to = *from);
        bytes
    }
}

impl From<&Merchant> for Subject {
    fn from(merchant: &Merchant) -> Self {
        Self { workspace: merchant.workspace.id, who: SubjectId::AccessToken(merchant.token) }
    }
}

impl From<&SignIn> for Subject {
    fn from(sign_in: &SignIn) -> Self {
        let identity = sign_in.identity();
        Self { workspace: identity.workspace_id, who: SubjectId::Identity(identity.id) }
    }
}
