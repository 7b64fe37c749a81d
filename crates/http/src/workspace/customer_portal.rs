//! `/api/customer-portal`: what a customer session's token opens.

pub(super) mod introspect;
pub(super) mod me;
pub(super) mod user;
