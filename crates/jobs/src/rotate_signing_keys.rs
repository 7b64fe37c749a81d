//! Keys that sign JWTs, before and after their time.

use anteroom_app::App;
use time::Duration;

use crate::job::Job;
use crate::run::{Interruption, Run};

/// Calls [`App::keep_signing_keys`].
#[derive(Debug, Clone, Copy)]
pub struct RotateSigningKeys;

impl Job for RotateSigningKeys {
    const NAME: &'static str = "rotate-signing-keys";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str =
        "makes a signing key when it is time, and removes those whose last token has expired";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|app: App, _| async move { app.keep_signing_keys().await }).await
    }
}
