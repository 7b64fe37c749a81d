//! What is presented to prove who asks.

use std::fmt;

use time::{Duration, OffsetDateTime};

use crate::customer::CustomerId;
use crate::id::Id;
use crate::session::Provider;
use crate::text::{Email, Line};
use crate::workspace::WorkspaceId;

/// Identifies a workspace access token.
pub type AccessTokenId = Id<AccessToken>;
/// Identifies a publishable key.
pub type PublishableKeyId = Id<PublishableKey>;
/// Identifies somebody who signs in.
pub type AuthIdentityId = Id<AuthIdentity>;
/// Identifies one way in which somebody signs in.
pub type ProviderIdentityId = Id<ProviderIdentity>;

/// The keyed hash of a secret: all that is kept of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Wraps the bytes of a keyed hash.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first bytes in the shape of an identifier, for records that are known by a token that never changes.
    pub fn id<T>(&self) -> Id<T> {
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(self.0).for_each(|(to, from)| *to = from);
        Id::from_random_bytes(bytes)
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// A token of the merchant's own server: opens the Workspace API of one workspace within its scopes.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessToken {
    /// Its identifier.
    pub id: AccessTokenId,
    /// The tenant it opens.
    pub workspace_id: WorkspaceId,
    /// Hash of the token.
    pub token_hash: TokenHash,
    /// What it may do.
    pub scopes: Scopes,
    /// What it is for, in the merchant's words.
    pub comment: Line,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed; `None` until then.
    pub modified_at: Option<OffsetDateTime>,
    /// When it ends by itself; `None` is never.
    pub expires_at: Option<OffsetDateTime>,
    /// When another token was made to take its place; `None` is never.
    pub rotated_at: Option<OffsetDateTime>,
    /// When it was ended.
    pub revoked_at: Option<OffsetDateTime>,
    /// When it was last shown, to the minute; `None` is never.
    pub last_used_at: Option<OffsetDateTime>,
}

impl AccessToken {
    /// The shortest life that may be asked for.
    pub const MIN_LIFE: Duration = Duration::MINUTE;
    /// The longest life that may be asked for; who wants more wants one without an end.
    pub const MAX_LIFE: Duration = Duration::days(3_650);
    /// How long a token that was rotated still opens doors, unless asked otherwise.
    pub const DEFAULT_OVERLAP: Duration = Duration::DAY;
    /// How long it may go on doing so.
    pub const MAX_OVERLAP: Duration = Duration::days(7);

    /// Whether it opens doors at `now`.
    pub fn is_live(&self, now: OffsetDateTime) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// The public key that names a workspace to the Store API. Not a secret.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishableKey {
    /// Its identifier.
    pub id: PublishableKeyId,
    /// The tenant it names.
    pub workspace_id: WorkspaceId,
    /// `pk_…`
    pub key: String,
    /// What it is for, in the merchant's words.
    pub title: Line,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed; `None` until then.
    pub modified_at: Option<OffsetDateTime>,
    /// When it was ended.
    pub revoked_at: Option<OffsetDateTime>,
}

/// Somebody who signs in, by one or more providers; an actor once a customer belongs to them.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthIdentity {
    /// The `sub` of the JWTs.
    pub id: AuthIdentityId,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// The customer they are; `None` while the registration is half done.
    pub customer_id: Option<CustomerId>,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

/// One way in which somebody signs in.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderIdentity {
    /// Its identifier.
    pub id: ProviderIdentityId,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// Who signs in.
    pub auth_identity_id: AuthIdentityId,
    /// The provider.
    pub provider: Provider,
    /// Their name there: unique by its key for a provider and workspace.
    pub email: Email,
    /// The password's PHC string.
    pub password_hash: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

/// A private key that signs JWTs, sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSigningKey {
    /// The `kid` in JWT headers.
    pub kid: String,
    /// The sealed seed.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From this moment on it may sign. Of those that may, the one that may since last does.
    pub signs_from: OffsetDateTime,
}

impl SealedSigningKey {
    /// How long a new key is published before it signs: until then every server has read it, and whoever verifies our tokens has
    /// asked for the published keys once more.
    pub const NOTICE: Duration = Duration::HOUR;
    /// How old the youngest key gets before another is made, unless the operator chooses.
    pub const PERIOD: Duration = Duration::days(90);
    /// How often a server reads the keys.
    pub const RELOADED: Duration = Duration::MINUTE;
}

impl fmt::Debug for SealedSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedSigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// One thing an access token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is its name: see Scope::as_str")]
pub enum Scope {
    AddressesRead,
    AddressesWrite,
    CustomerSessionsRead,
    CustomerSessionsWrite,
    CustomersRead,
    CustomersWrite,
    MembersRead,
    MembersWrite,
    StoreForward,
    WorkspaceRead,
    WorkspaceWrite,
    WorkspaceAccessTokensRead,
    WorkspaceAccessTokensWrite,
}

impl Scope {
    /// Every scope, in the order of their names.
    pub const ALL: [Self; 13] = [
        Self::AddressesRead,
        Self::AddressesWrite,
        Self::CustomerSessionsRead,
        Self::CustomerSessionsWrite,
        Self::CustomersRead,
        Self::CustomersWrite,
        Self::MembersRead,
        Self::MembersWrite,
        Self::StoreForward,
        Self::WorkspaceRead,
        Self::WorkspaceWrite,
        Self::WorkspaceAccessTokensRead,
        Self::WorkspaceAccessTokensWrite,
    ];

    /// The name in JSON, SQL and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AddressesRead => "addresses:read",
            Self::AddressesWrite => "addresses:write",
            Self::CustomerSessionsRead => "customer_sessions:read",
            Self::CustomerSessionsWrite => "customer_sessions:write",
            Self::CustomersRead => "customers:read",
            Self::CustomersWrite => "customers:write",
            Self::MembersRead => "members:read",
            Self::MembersWrite => "members:write",
            Self::StoreForward => "store:forward",
            Self::WorkspaceRead => "workspace:read",
            Self::WorkspaceWrite => "workspace:write",
            Self::WorkspaceAccessTokensRead => "workspace_access_tokens:read",
            Self::WorkspaceAccessTokensWrite => "workspace_access_tokens:write",
        }
    }

    /// The scope of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A set of scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Every scope there is.
    pub fn all() -> Self {
        Self(Scope::ALL.to_vec())
    }

    /// Whether the set has `scope`.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Those that `other` lacks, in the order of their names.
    pub fn beyond(&self, other: &Self) -> Vec<Scope> {
        self.iter().filter(|scope| !other.contains(*scope)).collect()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Parses names separated by white space or commas; the unknown name otherwise.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split([' ', ','])
            .filter(|name| !name.is_empty())
            .map(|name| Scope::parse(name).ok_or_else(|| name.to_owned()))
            .collect::<Result<Self, String>>()
    }

    /// The scopes, each once, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut scopes: Vec<_> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, scope) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_round_trip_sorted_and_once() {
        let scopes = Scopes::parse("members:read customers:write,members:read").unwrap();
        assert_eq!(scopes.to_string(), "customers:write members:read");
        assert_eq!(Scopes::parse("customers:erase"), Err("customers:erase".to_owned()));
        assert!(Scope::ALL.map(Scope::as_str).is_sorted());
    }

    #[test]
    fn what_is_beyond_a_set_is_named() {
        let set = |text| Scopes::parse(text).unwrap();
        let (few, more) = (set("members:read"), set("members:read customers:read addresses:write"));
        assert_eq!(more.beyond(&few), [Scope::AddressesWrite, Scope::CustomersRead]);
        assert!(few.beyond(&more).is_empty() && set("").beyond(&few).is_empty());
    }

    #[test]
    fn a_hash_is_not_printed() {
        assert_eq!(format!("{:?}", TokenHash::new([7; 32])), "TokenHash(..)");
    }
}
