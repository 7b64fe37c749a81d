//! Customers that an earlier version has made, which lists cannot look up.

use anteroom_app::App;
use time::Duration;

use crate::job::Job;
use crate::run::{Interruption, Run};

/// Calls [`App::index_customers`] until nothing is left.
#[derive(Debug, Clone, Copy)]
pub struct IndexCustomers;

impl Job for IndexCustomers {
    const NAME: &'static str = "index-customers";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "lets lists look up customers that an earlier version has made";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|app: App, limit| async move { app.index_customers(limit).await }).await
    }
}
