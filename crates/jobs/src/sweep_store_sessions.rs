//! Shop sessions that have long been over.

use anteroom_app::App;
use time::Duration;

use crate::job::Job;
use crate::run::{Interruption, Run};

/// Calls [`App::sweep_store_sessions`] until nothing is left.
#[derive(Debug, Clone, Copy)]
pub struct SweepStoreSessions;

impl Job for SweepStoreSessions {
    const NAME: &'static str = "sweep-store-sessions";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "removes shop sessions seven days after they expired or were ended";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|app: App, limit| async move { app.sweep_store_sessions(limit).await }).await
    }
}
