//! `/api/customers/{customer_id}/sessions`

pub(in crate::workspace) mod list;
pub(in crate::workspace) mod revoke;
