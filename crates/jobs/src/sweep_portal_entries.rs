//! Codes of portal links that nobody can use any more.

use anteroom_app::App;
use time::Duration;

use crate::job::Job;
use crate::run::{Interruption, Run};

/// Calls [`App::sweep_portal_entries`] until nothing is left.
#[derive(Debug, Clone, Copy)]
pub struct SweepPortalEntries;

impl Job for SweepPortalEntries {
    const NAME: &'static str = "sweep-portal-entries";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "removes the codes of portal links a day after they expired, spent or not";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|app: App, limit| async move { app.sweep_portal_entries(limit).await }).await
    }
}
