//! When jobs run, and by whom, on both databases; time is moved by hand.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test cannot do without has failed it"
)]

mod away;
mod leases;
mod support;
mod sweeps;
mod trouble;
