//! `/api/customer-sessions`

mod faults;
mod introspect;
mod members;
mod seed;
