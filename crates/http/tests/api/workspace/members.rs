//! `/api/members`

mod create;
mod delete;
mod list;
mod races;
mod revoke_sessions;
mod update;
