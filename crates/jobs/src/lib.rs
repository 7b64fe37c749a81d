#![doc = include_str!("../README.md")]

mod deliver_mail;
mod ended;
mod index_customers;
mod job;
mod numbers;
mod rotate_signing_keys;
mod run;
mod runner;
mod sweep_customer_sessions;
mod sweep_idempotent_answers;
mod sweep_password_resets;
mod sweep_sign_in_attempts;
mod sweep_store_sessions;

pub use deliver_mail::DeliverMail;
pub use ended::{Ended, Failure, NotBegun};
pub use index_customers::IndexCustomers;
pub use job::{AnyJob, Job};
pub use numbers::JobNumbers;
pub use rotate_signing_keys::RotateSigningKeys;
pub use run::{BATCH, Interruption, Run};
pub use runner::Runner;
pub use sweep_customer_sessions::SweepCustomerSessions;
pub use sweep_idempotent_answers::SweepIdempotentAnswers;
pub use sweep_password_resets::SweepPasswordResets;
pub use sweep_sign_in_attempts::SweepSignInAttempts;
pub use sweep_store_sessions::SweepStoreSessions;

/// Every job of the product, in the order of their names.
pub fn all() -> Vec<AnyJob> {
    vec![
        AnyJob::new(DeliverMail),
        AnyJob::new(IndexCustomers),
        AnyJob::new(RotateSigningKeys),
        AnyJob::new(SweepCustomerSessions),
        AnyJob::new(SweepIdempotentAnswers),
        AnyJob::new(SweepPasswordResets),
        AnyJob::new(SweepSignInAttempts),
        AnyJob::new(SweepStoreSessions),
    ]
}
