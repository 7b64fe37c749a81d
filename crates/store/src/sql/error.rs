//! What the database said, in the words of the traits.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

use crate::{Constraint, StoreError};

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                Self::Conflict(violated(info.as_ref()))
            }
            Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
                Self::Conflict(Constraint::Reference)
            }
            Error::DeserializationError(_) => Self::Corrupt("column"),
            error if is_interrupted(&error) => Self::Interrupted(Box::new(error)),
            error if is_passing(&error) => Self::Unavailable(Box::new(error)),
            error => Self::Failed(Box::new(error)),
        }
    }
}

/// Which rule a unique violation is about: PostgreSQL gives the index's name, SQLite its columns.
fn violated(info: &dyn DatabaseErrorInformation) -> Constraint {
    let columns = || info.message().strip_prefix("UNIQUE constraint failed: ").unwrap_or_default();
    match info.constraint_name().unwrap_or_else(columns) {
        "customers_email" | "customers.workspace_id, customers.email_key, customers.has_account" => {
            Constraint::CustomerEmail
        }
        "customers_external_id" | "customers.workspace_id, customers.external_id" => {
            Constraint::CustomerExternalId
        }
        "members_email" | "members.customer_id, members.email_key" => Constraint::MemberEmail,
        "members_external_id" | "members.customer_id, members.external_id" => Constraint::MemberExternalId,
        "members_owner" | "members.customer_id, members.role" => Constraint::MemberOwner,
        "addresses_default_shipping" | "addresses.customer_id, addresses.is_default_shipping" => {
            Constraint::DefaultShippingAddress
        }
        "addresses_default_billing" | "addresses.customer_id, addresses.is_default_billing" => {
            Constraint::DefaultBillingAddress
        }
        "workspaces_slug" | "workspaces.slug" => Constraint::WorkspaceSlug,
        "provider_identities_email"
        | "provider_identities.workspace_id, provider_identities.provider, provider_identities.email_key" => {
            Constraint::ProviderIdentity
        }
        "federated_identities_pkey"
        | "federated_identities.workspace_id, federated_identities.issuer, federated_identities.subject" => {
            Constraint::FederatedIdentity
        }
        "passkeys_credential" | "passkeys.workspace_id, passkeys.credential_id" => Constraint::Passkey,
        "identity_providers_pkey" | "identity_providers.workspace_id, identity_providers.name" => {
            Constraint::IdentityProvider
        }
        "installation_pkey" | "installation.id" => Constraint::Installation,
        _ => Constraint::Other,
    }
}

/// Whether the connection behind the error is gone for good.
pub(super) fn is_lost(error: &Error) -> bool {
    use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
    matches!(
        error,
        Error::DatabaseError(ClosedConnection | UnableToSendCommand, _) | Error::BrokenTransactionManager
    )
}

/// Whether other units were in the way of this one.
fn is_interrupted(error: &Error) -> bool {
    const IN_THE_WAY: [&str; 2] = ["deadlock detected", "canceling statement due to"];
    let Error::DatabaseError(kind, info) = error else { return false };
    matches!(kind, DatabaseErrorKind::SerializationFailure)
        || IN_THE_WAY.iter().any(|text| info.message().contains(text))
}

/// Whether the database is away, or cannot be written, for the time being.
///
/// Diesel passes no error code on for these, so the text decides; a PostgreSQL that speaks another language than
/// English merely yields `Failed` in place of `Unavailable`. (Only a superuser could tell it to speak English.)
pub(super) fn is_passing(error: &Error) -> bool {
    const PASSING: [&str; 13] = [
        "database is locked",
        "database table is locked",
        "database schema is locked",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
        "could not extend file",
        "No space left on device",
        "attempt to write a readonly database",
        "terminating connection",
        "too many clients already",
        "remaining connection slots are reserved",
        "the database system is",
    ];
    let Error::DatabaseError(kind, info) = error else { return is_lost(error) };
    match kind {
        DatabaseErrorKind::ReadOnlyTransaction => true,
        _ => is_lost(error) || PASSING.iter().any(|text| info.message().contains(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_in_the_way_are_no_outage() {
        let error =
            |kind, text: &str| StoreError::from(Error::DatabaseError(kind, Box::new(text.to_owned())));
        for text in [
            "deadlock detected",
            "canceling statement due to statement timeout",
            "canceling statement due to lock timeout",
        ] {
            assert!(matches!(error(DatabaseErrorKind::Unknown, text), StoreError::Interrupted(_)), "{text}");
        }
        let serialization = error(DatabaseErrorKind::SerializationFailure, "could not serialize access");
        assert!(matches!(serialization, StoreError::Interrupted(_)));
    }

    #[test]
    fn what_passes_is_unavailable_and_what_stays_is_not() {
        let error =
            |kind, text: &str| StoreError::from(Error::DatabaseError(kind, Box::new(text.to_owned())));
        let unknown = |text| error(DatabaseErrorKind::Unknown, text);
        for passing in [
            "database is locked",
            "database or disk is full",
            "disk I/O error",
            "FATAL:  sorry, too many clients already",
            "FATAL:  remaining connection slots are reserved for non-replication superuser connections",
            "FATAL:  the database system is starting up",
            "terminating connection due to administrator command",
            "could not extend file \"base/16384/16640\": No space left on device",
            "could not write to file \"pg_wal/xlogtemp.1\": No space left on device",
        ] {
            assert!(matches!(unknown(passing), StoreError::Unavailable(_)), "{passing}");
        }
        assert!(matches!(unknown("no such table: x"), StoreError::Failed(_)));
        let closed = error(DatabaseErrorKind::ClosedConnection, "geschlossen");
        assert!(matches!(closed, StoreError::Unavailable(_)));
    }
}
