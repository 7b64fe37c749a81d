//! Where a customer is signed in, and what they sign in with.

pub(super) mod delete;
pub(super) mod email;
pub(super) mod passkeys;
pub(super) mod password;
pub(super) mod providers;
pub(super) mod sessions;
