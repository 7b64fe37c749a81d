//! Jobs beside a server.

use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use actix_web::rt::time::{sleep, timeout};
use anteroom_jobs::Runner;

/// A runner at work on this thread, which otherwise only waits for signals.
#[derive(Debug)]
pub(crate) struct Background {
    runner: Runner,
    task: JoinHandle<()>,
}

impl Background {
    /// Starts the runner.
    pub(crate) fn start(runner: Runner) -> Self {
        let at_work = runner.clone();
        let task = actix_web::rt::spawn(async move { at_work.run(sleep).await });
        Self { runner, task }
    }

    /// Stops the runner and waits until it has given back what it runs. What takes longer than `patience` is left behind:
    /// another process takes it when its lease is over.
    pub(crate) async fn end(self, patience: Duration) {
        self.runner.stop();
        if timeout(patience, self.task).await.is_err() {
            tracing::warn!("a job did not end in time: it is run again when its lease is over");
        }
    }
}
