//! `/api/customer-sessions`

pub(super) mod create;
pub(super) mod introspect;
