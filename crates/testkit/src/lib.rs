#![doc = include_str!("../README.md")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a broken test part should stop the test"
)]

pub mod app;
pub mod authenticator;
pub mod browser;
pub mod clock;
mod http;
pub mod issuer;
mod leash;
pub mod metrics;
pub mod node;
pub mod plug;
pub mod postgres;
pub mod random;
mod required;
pub mod smtp;

pub use required::is_installed;

/// The examples of the project's README, compiled as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub mod readme {}
