//! The HTTP side as its clients meet it: over a real port, on both databases.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

mod health;
mod idempotency;
mod mails;
mod metrics;
mod openapi;
mod portal;
mod storefront;
mod workspace;
