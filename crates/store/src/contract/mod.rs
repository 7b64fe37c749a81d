//! The suite that every backend runs: one function per aggregate, each given an empty, migrated store.
//!
//! A case makes its own workspace, so the cases of a function do not see each other.
#![expect(clippy::unwrap_used, reason = "a failed contract is a failed test")]

mod addresses;
mod batches;
mod changes;
mod credentials;
mod customer_lists;
mod customer_search;
mod customers;
mod deletion;
mod disabled;
mod email_verifications;
mod idempotency;
mod identity_providers;
mod installation;
mod jobs;
mod members;
mod merges;
mod outbox;
mod passkeys;
mod password_resets;
mod portal_sessions;
mod races;
mod second_factors;
mod sign_in_codes;
mod sign_ins;
mod store_sessions;
mod sweeps;
mod units;
mod workspaces;
mod world;

pub use addresses::addresses;
pub use batches::{batches, batches_race};
pub use changes::changes;
pub use credentials::credentials;
pub use customer_search::customer_search;
pub use customers::customers;
pub use deletion::deletion;
pub use email_verifications::{email_verifications, email_verifications_race};
pub use idempotency::{idempotency, idempotency_races};
pub use identity_providers::{identity_providers, identity_providers_race};
pub use installation::installation;
pub use jobs::jobs;
pub use members::members;
pub use merges::{merges, merges_race};
pub use outbox::{outbox, outbox_races};
pub use passkeys::{passkeys, passkeys_race};
pub use password_resets::{password_resets, password_resets_race};
pub use portal_sessions::portal_sessions;
pub use races::races;
pub use second_factors::{second_factors, second_factors_race};
pub use sign_in_codes::{sign_in_codes, sign_in_codes_race};
pub use sign_ins::{sign_ins, sign_ins_race};
pub use store_sessions::store_sessions;
pub use sweeps::sweeps;
pub use units::units;
pub use workspaces::workspaces;
