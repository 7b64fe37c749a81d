//! A PostgreSQL server of one test's own, which it may mistreat.

use std::path::Path;

use super::cluster::{Cluster, Disk, send};
use crate::plug::can_mount;

/// A server that nobody else uses. It ends with this value, paused or not.
#[derive(Debug)]
pub struct OwnServer(Cluster);

impl OwnServer {
    /// Starts a server with more settings, each `name=value`, or other ones than the tests' usual. What it has
    /// committed survives a crash of it.
    ///
    /// `None`, after saying so once, where none is installed; then the test should end early.
    ///
    /// # Panics
    /// When the server is installed but does not work, or is missing and `ANTEROOM_TEST_REQUIRE` names `postgres`.
    pub fn start(settings: &[&str]) -> Option<Self> {
        super::start(Disk::Everyones, &[&["synchronous_commit=on"], settings].concat()).map(Self)
    }

    /// Starts a server that has a small disk for its tables, 64 megabytes of which half are free.
    ///
    /// `None` and panics as in [`start`](Self::start), and as in [`can_mount`].
    pub fn start_on_a_small_disk() -> Option<Self> {
        if !can_mount() {
            return None;
        }
        super::start(Disk::Small, &["synchronous_commit=on"]).map(Self)
    }

    /// Starts a server that keeps its tables in a new folder of `parent`, as safely as a server does by itself: for
    /// measuring. Any user has to be allowed to write in `parent`, as in a folder for temporary files.
    ///
    /// `None` and panics as in [`start`](Self::start).
    pub fn start_durable(parent: &Path) -> Option<Self> {
        super::start(Disk::Durable(parent), &[]).map(Self)
    }

    /// The ids of the server's processes, that of the first one first.
    pub fn processes(&self) -> Vec<String> {
        self.0.processes()
    }

    /// The URL of a new, empty database, for the superuser.
    pub fn database(&self) -> String {
        self.0.url(&self.0.create(None))
    }

    /// Stops every process of the server where it stands, as a frozen machine would. Its connections stay open, and
    /// the system still takes new ones for it.
    #[must_use = "the server goes on when this is dropped"]
    pub fn pause(&self) -> Paused<'_> {
        // The first one first, so that it starts no other meanwhile.
        let processes = self.0.processes();
        send("STOP", &processes[..1]);
        send("STOP", &self.0.processes());
        Paused(&self.0)
    }

    /// Ends the server, its clients disconnected; what was committed is kept.
    pub fn stop(&self) {
        self.0.stop("INT");
    }

    /// Ends the server as a crash would: it has to recover when it starts again.
    pub fn crash(&self) {
        self.0.stop("QUIT");
    }

    /// Starts the server again after [`stop`](Self::stop) or [`crash`](Self::crash), at the same address.
    pub fn start_again(&self) {
        self.0.start_again();
    }
}

/// A server that stands still until this is dropped, by a failing test too.
#[derive(Debug)]
pub struct Paused<'a>(&'a Cluster);

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        send("CONT", &self.0.processes());
    }
}
