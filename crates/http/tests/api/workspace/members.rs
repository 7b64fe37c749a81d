//! `/api/members`

mod create;
mod list;
