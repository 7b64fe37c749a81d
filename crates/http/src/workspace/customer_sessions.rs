//! `/api/customer-sessions`

pub(super) mod create;
pub(super) mod introspect;
pub(super) mod list;
pub(super) mod revoke;
pub(super) mod show;
