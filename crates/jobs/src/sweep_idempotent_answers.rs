//! Answers that nobody is given again.

use anteroom_app::App;
use time::Duration;

use crate::job::Job;
use crate::run::{Interruption, Run};

/// Calls [`App::sweep_idempotent_answers`] until nothing is left.
#[derive(Debug, Clone, Copy)]
pub struct SweepIdempotentAnswers;

impl Job for SweepIdempotentAnswers {
    const NAME: &'static str = "sweep-idempotent-answers";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "removes the answers kept for an Idempotency-Key once they have expired";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|app: App, limit| async move { app.sweep_idempotent_answers(limit).await }).await
    }
}
