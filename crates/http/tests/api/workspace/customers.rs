//! `/api/customers`

mod address_book;
mod addresses;
mod conflicts;
mod create;
mod delete;
mod external;
mod members;
mod store_metadata;
