//! Links to choose another password that have long been over.

use anteroom_app::App;
use time::Duration;

use crate::job::Job;
use crate::run::{Interruption, Run};

/// Calls [`App::sweep_password_resets`] until nothing is left.
#[derive(Debug, Clone, Copy)]
pub struct SweepPasswordResets;

impl Job for SweepPasswordResets {
    const NAME: &'static str = "sweep-password-resets";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "removes password resets a day after they expired";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|app: App, limit| async move { app.sweep_password_resets(limit).await }).await
    }
}
