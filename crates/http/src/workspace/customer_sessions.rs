//! `/api/customer-sessions`

pub(super) mod create;
