#![doc = include_str!("../README.md")]

pub mod authenticator_app;
pub mod jwt;
pub mod keys;
pub mod leak_reports;
pub mod passkey;
pub mod password;
pub mod provider;
pub mod token;

#[cfg(test)]
mod testing;
