//! What a job is.

use std::fmt::{self, Debug};

use futures_util::future::{BoxFuture, FutureExt};
use time::Duration;

use crate::run::{Interruption, Run};

/// Work that is done from time to time, and can be repeated and broken off anywhere without harm.
pub trait Job: Debug + Send + Sync + 'static {
    /// Its name in the database and on the command line.
    const NAME: &'static str;
    /// How long after the end of one run the next is due.
    const PERIOD: Duration;
    /// What it does, as the end of a sentence that begins with its name.
    const PURPOSE: &'static str;

    /// Does it, to the end or until `run` says that it should stop.
    fn run(&self, run: &mut Run) -> impl Future<Output = Result<(), Interruption>> + Send;
}

/// A job whatever its type.
pub struct AnyJob {
    name: &'static str,
    period: Duration,
    purpose: &'static str,
    work: Box<dyn Work>,
}

/// The part of [`Job`] that can be called through a pointer.
trait Work: Debug + Send + Sync {
    fn run<'a>(&'a self, run: &'a mut Run) -> BoxFuture<'a, Result<(), Interruption>>;
}

impl<J: Job> Work for J {
    fn run<'a>(&'a self, run: &'a mut Run) -> BoxFuture<'a, Result<(), Interruption>> {
        Job::run(self, run).boxed()
    }
}

impl AnyJob {
    /// Forgets the type.
    pub fn new<J: Job>(job: J) -> Self {
        Self { name: J::NAME, period: J::PERIOD, purpose: J::PURPOSE, work: Box::new(job) }
    }

    /// [`Job::NAME`].
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// [`Job::PERIOD`].
    pub fn period(&self) -> Duration {
        self.period
    }

    /// [`Job::PURPOSE`].
    pub fn purpose(&self) -> &'static str {
        self.purpose
    }

    pub(crate) fn run<'a>(&'a self, run: &'a mut Run) -> BoxFuture<'a, Result<(), Interruption>> {
        self.work.run(run)
    }
}

impl Debug for AnyJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyJob").field("name", &self.name).field("work", &self.work).finish_non_exhaustive()
    }
}
