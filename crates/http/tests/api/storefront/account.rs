//! Where a customer is signed in, and what they sign in with.

mod password;
mod sessions;
