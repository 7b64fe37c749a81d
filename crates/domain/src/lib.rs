#![doc = include_str!("../README.md")]

pub mod address;
mod clock;
pub mod credential;
pub mod customer;
pub mod email_verification;
mod id;
pub mod idempotency;
pub mod identity_provider;
pub mod job;
pub mod mail;
pub mod member;
pub mod merge;
pub mod metadata;
pub mod page;

pub mod passkey;
pub mod password_reset;
pub mod second_factor;
pub mod session;
pub mod sign_in;
pub mod sign_in_code;
pub mod text;
pub mod transfer;
pub mod workspace;

pub use clock::{Clock, Random};
pub use credential::TokenHash;
pub use id::{Id, InvalidId};
