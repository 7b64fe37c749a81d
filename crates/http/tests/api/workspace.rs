//! The Workspace API (seed 1).

mod access_tokens;
mod bodies;
mod body_matrix;
mod credentials;
mod customer_portal;
mod customer_sessions;
mod customers;
mod disabled;
mod edges;
mod matrix;
mod members;
mod objects;
mod providers;
mod publishable_keys;
mod query_matrix;
mod sessions;
mod settings;
pub(crate) mod support;
mod tenant_matrix;
mod tenants;
mod token_leaks;
