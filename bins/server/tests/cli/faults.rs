//! The real server on a database that is broken in every way that we could think of: what clients see meanwhile, what
//! the readiness says, and that it all comes back by itself with nothing lost and nothing by half.

mod disk;
mod memory;
mod muffle;
mod postgres;
mod shop;
mod sqlite;
