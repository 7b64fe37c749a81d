//! The implementation in SQL, by Diesel, for SQLite and PostgreSQL alike. Begin reading at `unit`.

#[macro_use]
mod connection;
#[macro_use]
mod statement;

mod address_lists;
mod addresses;
mod checkpoints;
mod count;
mod credentials;
mod customer_finds;
mod customer_lists;
mod customer_pages;
mod customer_search;
mod customers;
#[cfg(feature = "contract")]
mod dump;
mod email_verifications;
mod error;
#[cfg(feature = "contract")]
mod halves;
mod idempotency;
mod identity_providers;
mod installation;
mod jobs;
mod listeners;
mod location;
mod members;
mod merges;
mod migrate;
mod notes;
mod open;
mod opened_sessions;
mod opened_sign_ins;
mod outbox;
mod owned_customers;
mod ownership;
mod passkeys;
mod password_resets;
mod pool;
mod portal_sessions;
#[cfg(feature = "postgres")]
mod postgres_feed;
mod postgres_url;
mod rows;
mod schema;
mod second_factors;
mod sessions;
mod sign_in_codes;
mod sign_ins;
mod sqlite_feed;
mod sqlite_file;
mod store;
mod store_cookies;
mod store_sessions;
mod sweeps;
mod transfers;
mod turn;
mod types;
mod unit;
mod uses;
mod workspaces;
mod writer;

#[cfg(feature = "contract")]
pub use dump::dump;
#[cfg(feature = "contract")]
pub use halves::halves;
pub use location::Backend;
pub use open::OpenError;
pub use store::{SqlOptions, SqlStore};
