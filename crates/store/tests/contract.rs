//! The suite, on a SQLite file, on SQLite in memory and on PostgreSQL.

mod support;

use anteroom_store::contract;

macro_rules! run {
    ($($aggregate:ident)*) => {
        mod sqlite_file {
            $(#[test]
            fn $aggregate() {
                let place = super::support::Place::new();
                super::contract::$aggregate(&super::support::migrated(&place.url()));
            })*
        }
        mod sqlite_memory {
            $(#[test]
            fn $aggregate() {
                super::contract::$aggregate(&super::support::migrated("sqlite::memory:"));
            })*
        }
        mod postgres {
            $(#[test]
            fn $aggregate() {
                if let Some(url) = super::support::postgres() {
                    super::contract::$aggregate(&super::support::migrated(&url));
                }
            })*
        }
    };
}

run!(addresses batches batches_race changes credentials customer_search customers deletion email_verifications email_verifications_race idempotency idempotency_races identity_providers identity_providers_race installation jobs members merges merges_race outbox outbox_races passkeys passkeys_race password_resets password_resets_race portal_sessions races second_factors second_factors_race sign_in_codes sign_in_codes_race sign_ins sign_ins_race store_sessions sweeps units workspaces);
