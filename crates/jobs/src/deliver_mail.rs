//! Mails that are to be sent.

use anteroom_app::App;
use time::Duration;

use crate::job::Job;
use crate::run::{Interruption, Run};

/// So many at a time, that a slow mail server takes them over before others may try them again.
const BATCH: u32 = 20;

/// Calls [`App::deliver_mails`] until nothing is due.
#[derive(Debug, Clone, Copy)]
pub struct DeliverMail;

impl Job for DeliverMail {
    const NAME: &'static str = "deliver-mail";
    const PERIOD: Duration = Duration::seconds(10);
    const PURPOSE: &'static str = "sends the mails that are in the outbox and drops those that came too late";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.repeat(BATCH, |app: App, limit| async move { app.deliver_mails(limit).await }).await
    }
}
