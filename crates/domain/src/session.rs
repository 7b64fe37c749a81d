//! Sessions: the portal's, which a merchant's server opens, and the shop's, which a shopper's sign-in opens.

use std::net::IpAddr;

use time::{Duration, OffsetDateTime};

use crate::credential::{AuthIdentityId, TokenHash};
use crate::customer::CustomerId;
use crate::id::Id;
use crate::identity_provider::ProviderName;
use crate::member::MemberId;
use crate::text::{Line, ReturnUrl};
use crate::workspace::WorkspaceId;

/// Identifies a customer session.
pub type CustomerSessionId = Id<CustomerSession>;
/// Identifies a sign-in to the shop: the `sid` of its JWTs.
pub type StoreSessionId = Id<StoreSession>;

/// Access to the portal and its API for one customer, or for one member of it.
///
/// Known by its token, of which only the hash is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerSession {
    /// Hash of the token.
    pub token_hash: TokenHash,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// Whom it acts for.
    pub customer_id: CustomerId,
    /// Who acts; `None` in a workspace without the member model.
    pub member_id: Option<MemberId>,
    /// Where the portal's way back leads.
    pub return_url: Option<ReturnUrl>,
    /// When it was opened.
    pub created_at: OffsetDateTime,
    /// When it ends by itself.
    pub expires_at: OffsetDateTime,
    /// When it was ended.
    pub revoked_at: Option<OffsetDateTime>,
    /// When a browser came in by its portal link, which lets in one; `None` until then.
    pub entered_at: Option<OffsetDateTime>,
}

impl CustomerSession {
    /// How long one lives unless asked otherwise.
    pub const DEFAULT_LIFE: Duration = Duration::HOUR;
    /// The shortest life that may be asked for.
    pub const MIN_LIFE: Duration = Duration::MINUTE;
    /// The longest life that may be asked for.
    pub const MAX_LIFE: Duration = Duration::DAY;
    /// How long the record outlives `expires_at`, for questions about who could come in.
    pub const KEPT: Duration = Duration::DAY;
    /// How long its portal link lets somebody in, unless it ends before.
    pub const ENTRY_LIFE: Duration = Duration::minutes(5);

    /// The public identifier: the first bytes of the keyed hash in the shape of a UUID.
    ///
    /// A session's token never changes, so no column and no index is needed for it.
    pub fn id(&self) -> CustomerSessionId {
        self.token_hash.id()
    }

    /// What the session is at `now`.
    pub fn state(&self, now: OffsetDateTime) -> SessionState {
        SessionState::at(now, self.expires_at, self.revoked_at)
    }

    /// Whether its portal link lets somebody in at `now`: it is live, its link is not too old, and nobody has come in by it.
    pub fn can_be_entered(&self, now: OffsetDateTime) -> bool {
        self.state(now).is_live() && self.entered_at.is_none() && now < self.created_at + Self::ENTRY_LIFE
    }
}

/// What a session is at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// It opens doors.
    Live,
    /// Its time is over.
    Expired,
    /// Somebody ended it.
    Revoked,
}

impl SessionState {
    fn at(now: OffsetDateTime, expires_at: OffsetDateTime, revoked_at: Option<OffsetDateTime>) -> Self {
        match revoked_at {
            Some(_) => Self::Revoked,
            None if now >= expires_at => Self::Expired,
            None => Self::Live,
        }
    }

    /// Whether it opens doors.
    pub fn is_live(self) -> bool {
        self == Self::Live
    }
}

/// The cookie of a browser that has entered the portal: a child of the customer session, ending with it.
#[derive(Debug, Clone, PartialEq)]
pub struct PortalCookie {
    /// Hash of the cookie's value.
    pub cookie_hash: TokenHash,
    /// The parent, by the hash of its token.
    pub session: TokenHash,
    /// When the browser entered.
    pub created_at: OffsetDateTime,
}

/// One sign-in to the shop. Its JWTs name it, and one cookie at a time may stand for it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreSession {
    /// The `sid` of its JWTs.
    pub id: StoreSessionId,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// Who signed in.
    pub auth_identity_id: AuthIdentityId,
    /// By which provider.
    pub provider: Provider,
    /// Hash of the cookie's value; `None` while no cookie has been asked for.
    pub cookie_hash: Option<TokenHash>,
    /// Where somebody signed in from; `None` where that is not known.
    pub ip_address: Option<IpAddr>,
    /// The browser or program that signed in, as it named itself.
    pub user_agent: Option<Line>,
    /// When it was opened.
    pub created_at: OffsetDateTime,
    /// When it was last used, to the minute.
    pub last_used_at: OffsetDateTime,
    /// When it ends however much it is used.
    pub expires_at: OffsetDateTime,
    /// When it was ended.
    pub revoked_at: Option<OffsetDateTime>,
}

impl StoreSession {
    /// How long the record outlives the session's end, for questions about who was signed in.
    pub const KEPT: Duration = Duration::days(7);
    /// The most live sessions of one identity. Another sign-in ends the oldest.
    pub const MOST: u32 = 100;

    /// What the session is at `now` for its JWTs, which carry an end of their own.
    pub fn state(&self, now: OffsetDateTime) -> SessionState {
        SessionState::at(now, self.expires_at, self.revoked_at)
    }

    /// What the session is at `now` for its cookie: it also ends when it was not used for `idle` since `last_used_at`, which
    /// may be later than what the record says.
    pub fn cookie_state(
        &self,
        now: OffsetDateTime,
        last_used_at: OffsetDateTime,
        idle: Duration,
    ) -> SessionState {
        SessionState::at(now, self.expires_at.min(last_used_at + idle), self.revoked_at)
    }
}

/// A way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// E-mail and password.
    EmailPass,
    /// A code that is mailed.
    Otp,
    /// A passkey.
    Passkey,
    /// A page of somebody else's, under the name that the merchant gave it.
    External(ProviderName),
}

impl Provider {
    /// The name in paths, JSON and SQL.
    pub fn as_str(&self) -> &str {
        match self {
            Self::EmailPass => "emailpass",
            Self::Otp => "otp",
            Self::Passkey => "passkey",
            Self::External(name) => name.as_str(),
        }
    }

    /// The provider of that name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "emailpass" => Some(Self::EmailPass),
            "otp" => Some(Self::Otp),
            "passkey" => Some(Self::Passkey),
            other => ProviderName::parse(other).ok().map(Self::External),
        }
    }
}

/// How long the shop's sessions and JWTs live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// A JWT, from issue.
    pub jwt: Duration,
    /// A cookie session without use.
    pub idle: Duration,
    /// A session however much it is used.
    pub absolute: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { jwt: Duration::hours(24), idle: Duration::hours(10), absolute: Duration::days(30) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_session_is_live_until_the_moment_it_ends() {
        let end = datetime!(2026-01-01 01:00 UTC);
        let just_before = end - Duration::microseconds(1);
        assert_eq!(SessionState::at(just_before, end, None), SessionState::Live);
        assert_eq!(SessionState::at(end, end, None), SessionState::Expired);
        assert_eq!(SessionState::at(just_before, end, Some(just_before)), SessionState::Revoked);
    }
}
