//! `/api/customers/external/{external_id}/addresses`: address books by the merchant's own identifier.

pub(crate) mod create;
pub(crate) mod list;
