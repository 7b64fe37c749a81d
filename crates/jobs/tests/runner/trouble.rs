//! Jobs that go wrong.

use anteroom_app::Error;
use anteroom_domain::job::JobOutcome;
use anteroom_jobs::{AnyJob, Ended, Failure, Interruption, Job, Run};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use time::Duration;

use crate::support::{Counted, numbers, record, runner};

both_databases![
    a_job_that_fails_is_tried_again_after_its_period,
    a_panic_is_a_failure_and_ends_nothing_else,
    a_failure_by_hand_is_told,
    a_clock_that_was_ahead_holds_no_job_up,
];

#[derive(Debug)]
struct Failing;

impl Job for Failing {
    const NAME: &'static str = "failing";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "fails";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.sweep(|_, _| async { Err(Error::Overloaded { door: "database" }) }).await
    }
}

#[derive(Debug)]
struct Panicking;

impl Job for Panicking {
    const NAME: &'static str = "panicking";
    const PERIOD: Duration = Duration::HOUR;
    const PURPOSE: &'static str = "panics";

    async fn run(&self, run: &mut Run) -> Result<(), Interruption> {
        run.go_on().await?;
        panic!("on purpose");
    }
}

async fn fails_each_hour(app: &TestApp, job: fn() -> AnyJob, name: &str) {
    let counted = Counted::default();
    let runner = runner(&app.app, "ada", vec![job(), counted.job()]);
    for round in 1..=3_u8 {
        runner.run_due().await;
        // Before the hour is over it is not tried again.
        app.clock.advance(Duration::minutes(59));
        runner.run_due().await;
        let left = record(&app.app, name).await.unwrap();
        assert_eq!((left.lease, left.runs), (None, u64::from(round)));
        assert_eq!(left.last_run.map(|run| run.outcome), Some(JobOutcome::Failed));
        assert_eq!(counted.count(), usize::from(round), "the other job is run all the same");
        app.clock.advance(Duration::MINUTE);
    }
    let numbers = numbers(&runner, name);
    assert_eq!((numbers.failed, numbers.done, numbers.last_success_at), (3, 0, None));
}

async fn a_job_that_fails_is_tried_again_after_its_period(app: TestApp) {
    fails_each_hour(&app, || AnyJob::new(Failing), "failing").await;
}

async fn a_panic_is_a_failure_and_ends_nothing_else(app: TestApp) {
    fails_each_hour(&app, || AnyJob::new(Panicking), "panicking").await;
}

async fn a_failure_by_hand_is_told(app: TestApp) {
    let runner = runner(&app.app, "ada", vec![AnyJob::new(Failing), AnyJob::new(Panicking)]);
    let ended = runner.run_now("failing").await;
    assert!(matches!(ended, Ok(Ended::Failed(Failure::Error(Error::Overloaded { .. })))), "{ended:?}");
    let ended = runner.run_now("panicking").await;
    assert!(matches!(ended, Ok(Ended::Failed(Failure::Panicked))), "{ended:?}");
}

async fn a_clock_that_was_ahead_holds_no_job_up(app: TestApp) {
    let counted = Counted::default();
    let runner = runner(&app.app, "ada", vec![counted.job()]);
    let now = app.app.now();
    app.clock.advance(Duration::days(30));
    runner.run_due().await;
    app.clock.set(now);
    runner.run_due().await;
    assert_eq!(counted.count(), 2);
    runner.run_due().await;
    assert_eq!(counted.count(), 2, "it is not due again before its period");
}
