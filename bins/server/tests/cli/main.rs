//! The program as its operator meets it: the real binary, its output, its signals.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a broken test part should stop the test")]

mod access;
mod commands;
mod configuration;
mod customers;
mod doctor;
mod durable;
mod every_command;
mod faults;
mod jobs;
mod mail;
mod metrics;
mod operation;
mod quickstart;
mod repeated;
mod sandbox;
mod secrets;
mod serving;
mod sessions;
mod storefront;
mod transfer;
mod trouble;
mod workspaces;
