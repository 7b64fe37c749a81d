//! What is done beside a server.

use std::time::{Duration, Instant};

use actix_web::rt::task::JoinHandle;
use actix_web::rt::time::{sleep, timeout};
use anteroom_app::App;
use anteroom_jobs::Runner;

/// How long the last notes may take, however late it is.
const LAST_NOTES: Duration = Duration::from_millis(500);

/// What is done on this thread, which otherwise only waits for signals.
#[derive(Debug)]
pub(crate) struct Background {
    app: App,
    noting: JoinHandle<()>,
    reloading: JoinHandle<()>,
    jobs: Option<(Runner, JoinHandle<()>)>,
}

impl Background {
    /// Starts to write down what is used, to read signing keys anew, and the runner if there is one.
    pub(crate) fn start(app: App, runner: Option<Runner>) -> Self {
        let noted = app.clone();
        let noting = actix_web::rt::spawn(async move { noted.write_down_uses_for_ever(sleep).await });
        let reloaded = app.clone();
        let reloading =
            actix_web::rt::spawn(async move { reloaded.reload_signing_keys_for_ever(sleep).await });
        let jobs = runner.map(|runner| {
            let at_work = runner.clone();
            (runner, actix_web::rt::spawn(async move { at_work.run(sleep).await }))
        });
        Self { app, noting, reloading, jobs }
    }

    /// Stops the runner and waits until it has given back what it runs; then writes down what was used at last. What takes
    /// longer than `patience` is left behind: another process takes a job when its lease is over.
    pub(crate) async fn end(self, patience: Duration) {
        let begun = Instant::now();
        if let Some((runner, task)) = self.jobs {
            runner.stop();
            if timeout(patience, task).await.is_err() {
                tracing::warn!("a job did not end in time: it is run again when its lease is over");
            }
        }
        self.noting.abort();
        self.reloading.abort();
        let left = patience.saturating_sub(begun.elapsed()).max(LAST_NOTES);
        if !matches!(timeout(left, self.app.write_down_uses()).await, Ok(Ok(()))) {
            tracing::warn!("what was used in the last second could not be noted");
        }
    }
}
