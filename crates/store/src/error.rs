//! What can go wrong.

use std::error::Error as StdError;

/// A unit of work failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused a second record of what may exist once.
    #[error("conflicts with an existing record: {0:?}")]
    Conflict(Constraint),
    /// The database cannot be reached, is locked, or has no free connection: trying again later may help.
    #[error("database is unavailable")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// Others were in the way: a lock that was held for too long, a deadlock, a statement that took too long. The database
    /// is there, and the same again may well succeed.
    #[error("unit was interrupted")]
    Interrupted(#[source] Box<dyn StdError + Send + Sync>),
    /// A stored value is none that we would have stored.
    #[error("stored {0} is corrupt")]
    Corrupt(&'static str),
    /// Anything else the database said.
    #[error("database operation failed")]
    Failed(#[source] Box<dyn StdError + Send + Sync>),
}

/// A rule that the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// One living account, and one living guest, per e-mail and workspace.
    CustomerEmail,
    /// One living customer per external id and workspace.
    CustomerExternalId,
    /// One living member per e-mail and customer.
    MemberEmail,
    /// One living member per external id and customer.
    MemberExternalId,
    /// One living owner per customer.
    MemberOwner,
    /// One default shipping address per customer.
    DefaultShippingAddress,
    /// One default billing address per customer.
    DefaultBillingAddress,
    /// One workspace per slug.
    WorkspaceSlug,
    /// One identity per provider, name there, and workspace.
    ProviderIdentity,
    /// One identity per issuer, subject there, and workspace.
    FederatedIdentity,
    /// One passkey per name that its authenticator gave it, and workspace.
    Passkey,
    /// One provider per name and workspace.
    IdentityProvider,
    /// One installation record.
    Installation,
    /// One living answer per idempotency key and subject.
    IdempotentAnswer,
    /// A record that another one points to is gone.
    Reference,
    /// A primary key or hash that was drawn at random: a bug or a broken source of randomness.
    Other,
}
