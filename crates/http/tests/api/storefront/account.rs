//! Where a customer is signed in, and what they sign in with.

mod cap;
mod delete;
mod email;
mod password;
mod sessions;
