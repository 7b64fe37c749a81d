//! What a unit has changed of what others may keep in memory.

use anteroom_domain::credential::{AccessTokenId, AuthIdentityId, PublishableKeyId};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::session::{CustomerSessionId, StoreSessionId};
use anteroom_domain::workspace::WorkspaceId;
use uuid::Uuid;

/// Something that an answer kept in memory depends on: whoever changes it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// A workspace: its name, its settings, whether it is enabled, and all sessions in it at once.
    Workspace(WorkspaceId),
    /// A customer with everything below it: members, addresses, and all of its sessions at once.
    Customer(CustomerId),
    /// Somebody who signs in, and which customer they are.
    Identity(AuthIdentityId),
    /// One session of the portal.
    CustomerSession(CustomerSessionId),
    /// One sign-in to the shop.
    StoreSession(StoreSessionId),
    /// Which cookie stands for a sign-in to the shop.
    StoreCookie(StoreSessionId),
    /// An access token.
    AccessToken(AccessTokenId),
    /// A publishable key.
    PublishableKey(PublishableKeyId),
}

/// A topic as it is compared and sent: its kind and half of its random bits. Two topics with one key cost a look at the
/// database too many, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TopicKey(pub u64);

impl Topic {
    /// Its key, the same in every process.
    pub fn key(self) -> TopicKey {
        let (kind, id): (u64, Uuid) = match self {
            Self::Workspace(id) => (1, id.uuid()),
            Self::Customer(id) => (2, id.uuid()),
            Self::Identity(id) => (3, id.uuid()),
            Self::CustomerSession(id) => (4, id.uuid()),
            Self::StoreSession(id) => (5, id.uuid()),
            Self::StoreCookie(id) => (6, id.uuid()),
            Self::AccessToken(id) => (7, id.uuid()),
            Self::PublishableKey(id) => (8, id.uuid()),
        };
        let (half, _) = id.as_u64_pair();
        TopicKey(half ^ kind)
    }
}

/// What was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Changes {
    /// These, and nothing else that anybody keeps.
    Of(Vec<TopicKey>),
    /// Nobody knows what: perhaps everything.
    Everything,
}

impl Default for Changes {
    /// Nothing.
    fn default() -> Self {
        Self::Of(Vec::new())
    }
}

impl Changes {
    /// Whether nothing was changed that anybody keeps.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Of(keys) if keys.is_empty())
    }

    /// Notes one more.
    pub fn add(&mut self, topic: Topic) {
        let key = topic.key();
        if let Self::Of(keys) = self
            && !keys.contains(&key)
        {
            keys.push(key);
        }
    }

    /// Both taken together.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Of(mut keys), Self::Of(others)) => {
                for key in others {
                    if !keys.contains(&key) {
                        keys.push(key);
                    }
                }
                Self::Of(keys)
            }
            _ => Self::Everything,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anteroom_domain::Id;

    #[test]
    fn a_topic_is_told_once_and_kinds_are_told_apart() {
        let id = [7; 16];
        let (customer, cookie, session) = (
            Topic::Customer(Id::from_random_bytes(id)),
            Topic::StoreCookie(Id::from_random_bytes(id)),
            Topic::StoreSession(Id::from_random_bytes(id)),
        );
        let mut changes = Changes::default();
        assert!(changes.is_nothing());
        for topic in [customer, cookie, customer, session] {
            changes.add(topic);
        }
        assert_eq!(changes, Changes::Of(vec![customer.key(), cookie.key(), session.key()]));
    }

    #[test]
    fn everything_and_something_is_everything() {
        let mut some = Changes::default();
        some.add(Topic::Workspace(Id::from_random_bytes([1; 16])));
        assert_eq!(some.clone().and(some.clone()), some);
        assert_eq!(some.clone().and(Changes::Everything), Changes::Everything);
        assert_eq!(Changes::Everything.and(some), Changes::Everything);
    }
}
