//! `/api/customers`

mod address_book;
mod addresses;
mod conflicts;
mod create;
mod delete;
mod disable;
mod external;
mod list;
mod members;
mod merge;
mod pages;
mod put;
mod renames;
mod state;
mod store_metadata;
mod update;
