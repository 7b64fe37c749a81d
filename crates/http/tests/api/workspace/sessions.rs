//! `/api/customer-sessions` and `/api/customers/{customer_id}/sessions`, as a merchant oversees them.

mod customer_sessions;
mod every_kind;
