//! Where a customer is signed in, and what they sign in with.

mod delete;
mod email;
mod password;
mod sessions;
