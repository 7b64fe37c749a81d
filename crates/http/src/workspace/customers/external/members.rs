//! `/api/customers/external/{external_id}/members`: members by the merchant's own identifiers.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod update;
