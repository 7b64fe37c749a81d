//! `/api/customers/{customer_id}/members`

pub(in crate::workspace) mod create;
pub(in crate::workspace) mod delete;
pub(in crate::workspace) mod list;
pub(in crate::workspace) mod show;
pub(in crate::workspace) mod update;
