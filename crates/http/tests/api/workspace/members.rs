//! `/api/members`

mod create;
mod delete;
mod list;
mod races;
mod update;
