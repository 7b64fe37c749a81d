//! Customer sessions that have long been over.

use anteroom_app::App;
use time::Duration;

use crate::job::Job;
use crate::run::{Interruption, Run};

/// Calls [`App::sweep_customer_sessions`] until nothing is left.
#[derive(Debug, Clone, Copy)]
pub struct SweepCustomerSessions;

impl Job for SweepCustomerSessions {
    const NAME: &'static str = "sweep-customer-sessions";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "removes customer sessions a day after they expired, with their cookies";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|app: App, limit| async move { app.sweep_customer_sessions(limit).await }).await
    }
}
