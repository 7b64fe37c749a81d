//! Mailed links that have long been over: to choose another password, and to prove an e-mail address.

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
    const PURPOSE: &'static str = "removes mailed links a day after they expired";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|app: App, limit| async move { app.sweep_password_resets(limit).await }).await
    }
}
