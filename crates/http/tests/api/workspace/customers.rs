//! `/api/customers`

mod addresses;
mod conflicts;
mod create;
mod delete;
mod external;
mod renames;
mod store_metadata;
mod update;
