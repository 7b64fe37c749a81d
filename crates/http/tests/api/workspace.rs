//! The Workspace API (seed 1).

mod access_tokens;
mod bodies;
mod credentials;
mod customer_portal;
mod customer_sessions;
mod customers;
mod edges;
mod matrix;
mod members;
mod publishable_keys;
mod sessions;
mod settings;
mod support;
mod tenants;
