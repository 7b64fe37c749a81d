//! What is kept in memory of the database, so that a request that changes nothing costs no statement.
//!
//! Two rules keep it true. Whatever a unit changes has *topics*, and the store tells them to [`Freshness`] on the thread that
//! committed, before anybody is answered: what was read about them earlier is then used no more. And what other processes
//! change is heard from a feed: whatever has neither been read nor heard of for [`BOUND`] is not used either, so that a feed
//! that is dead, or a process that was stopped, makes memory useless and never wrong.

mod flights;
mod freshness;
mod hearing;
mod memory;
mod stamps;
#[cfg(test)]
mod tests;
mod weight;

pub use freshness::{About, Sight};
pub use memory::{Known, Memory, Remembered};
pub use weight::Weigh;
pub(crate) use weight::{document, texts};

pub(crate) use freshness::Freshness;
pub(crate) use hearing::{BOUND, Listening};
