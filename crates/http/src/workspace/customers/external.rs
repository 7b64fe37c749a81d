//! `/api/customers/external`: customers by the merchant's own identifier.

pub(crate) mod addresses;
pub(crate) mod delete;
pub(crate) mod members;
pub(crate) mod put;
pub(crate) mod send_password_reset;
pub(crate) mod show;
pub(crate) mod state;
pub(crate) mod update;
