//! What other processes change.

use std::fmt::Debug;
use std::time::Instant;

use crate::{Changes, StoreError};

/// Learns what units of this process have changed.
pub trait Listener: Send + Sync {
    /// A unit has been committed, or nobody knows whether it has, and these are its changes. Called by the thread that
    /// committed it, before anybody else learns that it has: to be quick.
    fn changed(&self, changes: &Changes);
}

/// Hears what other processes change in the database.
pub trait Feed: Debug + Send {
    /// What was changed since the last call; returns at once, also when nothing was. Only a server that stands still may
    /// hold it up, for as long as it would any statement.
    ///
    /// After an error the feed is of no use any more. Whoever opens another has missed what was changed in between, and
    /// counts on everything having changed.
    fn hear(&mut self) -> Result<Heard, StoreError>;
}

/// What a feed has heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// What others have changed; our own changes may be among it.
    pub changes: Changes,
    /// What was committed by anybody before this moment has been heard by now.
    pub as_of: Instant,
}

/// The feed of a database that no other process can reach.
#[derive(Debug)]
pub struct NobodyElse;

impl Feed for NobodyElse {
    fn hear(&mut self) -> Result<Heard, StoreError> {
        Ok(Heard { changes: Changes::default(), as_of: Instant::now() })
    }
}
