//! What was remembered of attempts to sign in and is of no use any more.

use anteroom_app::App;
use time::Duration;

use crate::job::Job;
use crate::run::{Interruption, Run};

/// Calls [`App::sweep_sign_in_attempts`] until nothing is left.
#[derive(Debug, Clone, Copy)]
pub struct SweepSignInAttempts;

impl Job for SweepSignInAttempts {
    const NAME: &'static str = "sweep-sign-in-attempts";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "forgets failed sign-ins a day after the last one, addresses that nobody signed in from for 180 days, whom a provider did not send back, codes that were mailed an hour ago, sign-ins that waited too long for a second factor, authenticators that did not answer, and who may post as many credentials again as ever";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|app: App, limit| async move { app.sweep_sign_in_attempts(limit).await }).await
    }
}
