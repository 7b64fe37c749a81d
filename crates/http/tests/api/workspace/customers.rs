//! `/api/customers`

mod addresses;
mod conflicts;
mod create;
mod delete;
mod external;
mod merge;
mod store_metadata;
