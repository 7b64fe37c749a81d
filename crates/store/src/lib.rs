#![doc = include_str!("../README.md")]

mod addresses;
mod changes;
#[cfg(feature = "contract")]
pub mod contract;
mod credentials;
mod customers;
mod email_verifications;
mod error;
mod feed;
mod idempotency;
mod identity_providers;
mod installation;
mod jobs;
mod members;
mod merges;
mod outbox;
mod passkeys;
mod password_resets;
mod second_factors;
mod sessions;
mod sign_in_codes;
mod sign_ins;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub mod sql;
mod transfers;
mod unit;
mod workspaces;

pub use addresses::{AddressField, AddressFilter, Addresses, Among, Span};
pub use changes::{Changes, Topic, TopicKey};
pub use credentials::{Credentials, Listing};
pub use customers::{CustomerField, CustomerFilter, CustomerOrder, CustomerPlace, Customers, OwnedCustomer};
pub use email_verifications::{EmailVerifications, OpenEmailVerification};
pub use error::{Constraint, StoreError};
pub use feed::{Feed, Heard, Listener, NobodyElse};
pub use idempotency::{IdempotentAnswers, KeptAnswer};
pub use identity_providers::IdentityProviders;
pub use installation::{Installation, InstallationRecord};
pub use jobs::Jobs;
pub use members::{MemberFilter, Members};
pub use merges::{Merge, Merges};
pub use outbox::Outbox;
pub use passkeys::Passkeys;
pub use password_resets::{OpenPasswordReset, PasswordResets};
pub use second_factors::SecondFactors;
pub use sessions::{
    CookieOutcome, NewStoreCookie, PasswordSignIn, PortalAccess, SessionCounts, Sessions, SessionsOf,
    StoreAccess,
};
pub use sign_in_codes::SignInCodes;
pub use sign_ins::SignIns;
pub use transfers::{NewRecords, Transfers};
pub use unit::{Mode, PoolState, Store, StoreExt, Unit};
pub use workspaces::Workspaces;
