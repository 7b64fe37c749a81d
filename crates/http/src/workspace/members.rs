//! `/api/members`

pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod revoke_sessions;
pub(super) mod show;
pub(super) mod update;
