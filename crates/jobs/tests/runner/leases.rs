//! One at a time, and nobody for ever.

use std::cell::Cell;
use std::future::ready;
use std::time::Duration as Wait;

use anteroom_domain::job::{JobLease, JobOutcome};
use anteroom_jobs::{BATCH, Ended, NotBegun, Runner};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use time::Duration;

use crate::support::{Batches, Counted, holder, numbers, record, runner};

both_databases![
    of_sixteen_runners_one_runs_what_is_due,
    a_job_is_due_again_a_period_after_its_end,
    the_loop_looks_every_minute_and_stops_when_asked,
    a_job_whose_process_died_is_run_elsewhere_after_its_lease,
    a_long_run_keeps_its_lease,
    a_run_that_was_held_up_for_too_long_ends_without_touching_its_heir,
    a_stop_ends_the_batch_and_gives_the_job_back_at_once,
    a_runner_that_was_stopped_begins_nothing,
    a_job_can_be_run_by_hand_unless_somebody_runs_it,
];

async fn of_sixteen_runners_one_runs_what_is_due(app: TestApp) {
    let (counted, other) = (Counted::default(), app.another_server());
    let runner = |n: usize| {
        let app = if n.is_multiple_of(2) { &app.app } else { &other.app };
        runner(app, &format!("process-{n}"), vec![counted.job()])
    };
    let runners: Vec<_> = (0..16).map(runner).collect();
    for round in 1..=3 {
        join_all(runners.iter().map(Runner::run_due)).await;
        assert_eq!(counted.count(), round);
        app.clock.advance(Duration::HOUR);
    }
    let done: u64 = runners.iter().map(|runner| numbers(runner, "counted").done).sum();
    assert_eq!(done, 3);
}

async fn a_job_is_due_again_a_period_after_its_end(app: TestApp) {
    let counted = Counted::default();
    let runner = runner(&app.app, "ada", vec![counted.job()]);
    runner.run_due().await;
    let ran_at = app.app.now();
    app.clock.advance(Duration::HOUR - Duration::microseconds(1));
    runner.run_due().await;
    assert_eq!(counted.count(), 1);
    app.clock.advance(Duration::microseconds(1));
    runner.run_due().await;
    assert_eq!(counted.count(), 2);

    let last_run = record(&app.app, "counted").await.unwrap().last_run.unwrap();
    assert_eq!((last_run.started_at, last_run.outcome), (ran_at + Duration::HOUR, JobOutcome::Done));
    let numbers = numbers(&runner, "counted");
    assert_eq!((numbers.done, numbers.failed, numbers.swept), (2, 0, 0));
    assert_eq!(numbers.last_success_at, Some(ran_at + Duration::HOUR));
    assert_eq!(numbers.last_duration, Some(Duration::ZERO));
}

async fn the_loop_looks_every_minute_and_stops_when_asked(app: TestApp) {
    let counted = Counted::default();
    let runner = runner(&app.app, "ada", vec![counted.job()]);
    let (looks, shortest, longest) = (Cell::new(0), Cell::new(Wait::MAX), Cell::new(Wait::ZERO));
    runner
        .run(|pause| {
            looks.set(looks.get() + 1);
            shortest.set(shortest.get().min(pause));
            longest.set(longest.get().max(pause));
            app.clock.advance(Duration::try_from(pause).unwrap());
            if looks.get() == 130 {
                runner.stop();
            }
            ready(())
        })
        .await;
    assert_eq!(looks.get(), 130);
    assert_eq!(counted.count(), 3, "at the start, after one hour and after two");
    assert!(shortest.get() >= Wait::from_secs(1) && longest.get() <= Wait::from_secs(65));
    assert!(longest.get() > Wait::from_mins(1), "chance is part of it");
}

async fn a_job_whose_process_died_is_run_elsewhere_after_its_lease(app: TestApp) {
    let (counted, batches) = (Counted::default(), Batches::default());
    let dead = runner(&app.app, "dead", vec![batches.job()]);
    tokio::select! {
        _ = dead.run_due() => panic!("it has no end"),
        () = batches.have_begun() => {}
    }
    assert_eq!(holder(&app.app, "batches").await.as_deref(), Some("dead"), "nobody gave it back");

    let heir = runner(&app.app, "heir", vec![batches.job(), counted.job()]);
    app.clock.advance(JobLease::LIFE - Duration::microseconds(1));
    heir.run_due().await;
    assert_eq!(counted.count(), 1, "what it can run it runs");
    assert_eq!(holder(&app.app, "batches").await.as_deref(), Some("dead"));

    app.clock.advance(Duration::microseconds(1));
    tokio::select! {
        _ = heir.run_due() => panic!("it has no end"),
        () = batches.have_begun() => {}
    }
    assert_eq!(holder(&app.app, "batches").await.as_deref(), Some("heir"));
}

async fn a_long_run_keeps_its_lease(app: TestApp) {
    let batches = Batches::default();
    let long = runner(&app.app, "long", vec![batches.job()]);
    let other = runner(&app.app, "other", vec![batches.job()]);
    let test = async {
        for _ in 0..5 {
            batches.have_begun().await;
            other.run_due().await;
            assert_eq!(holder(&app.app, "batches").await.as_deref(), Some("long"));
            app.clock.advance(Duration::minutes(3));
            batches.end_one();
        }
        batches.have_begun().await;
    };
    tokio::select! {
        _ = long.run_due() => panic!("it has no end"),
        () = test => {}
    }
    assert_eq!(numbers(&other, "batches").done, 0);
}

async fn a_run_that_was_held_up_for_too_long_ends_without_touching_its_heir(app: TestApp) {
    let (slow, counted) = (Batches::default(), Counted::default());
    let held_up = runner(&app.app, "held-up", vec![slow.job(), counted.job()]);
    let quick = Batches::default();
    let heir = runner(&app.app, "heir", vec![quick.job()]);
    let test = async {
        slow.have_begun().await;
        app.clock.advance(JobLease::LIFE);
        tokio::select! {
            _ = heir.run_due() => panic!("it has no end"),
            () = quick.have_begun() => {}
        }
        slow.end_one();
    };
    futures_util::future::join(held_up.run_due(), test).await;
    assert_eq!(numbers(&held_up, "batches").lost, 1);
    assert_eq!(holder(&app.app, "batches").await.as_deref(), Some("heir"));
    assert_eq!(record(&app.app, "batches").await.unwrap().runs, 0);
    assert_eq!(counted.count(), 1, "the runner goes on with the next job");
}

async fn a_stop_ends_the_batch_and_gives_the_job_back_at_once(app: TestApp) {
    let (batches, counted) = (Batches::default(), Counted::default());
    let stopped = runner(&app.app, "stopped", vec![batches.job(), counted.job()]);
    let test = async {
        batches.have_begun().await;
        stopped.stop();
        assert_eq!(holder(&app.app, "batches").await.as_deref(), Some("stopped"), "its batch is not over");
        batches.end_one();
    };
    // The wait has no end: only being asked to stop ends it.
    futures_util::future::join(stopped.run(|_| std::future::pending::<()>()), test).await;
    assert_eq!(counted.count(), 0, "nothing else is begun");
    let numbers = numbers(&stopped, "batches");
    assert_eq!((numbers.stopped, numbers.done, numbers.swept), (1, 0, u64::from(BATCH)));
    let left = record(&app.app, "batches").await.unwrap();
    assert_eq!((left.lease, left.runs, left.last_run), (None, 0, None));

    let next = runner(&app.app, "next", vec![batches.job()]);
    tokio::select! {
        _ = next.run_due() => panic!("it has no end"),
        () = batches.have_begun() => {}
    }
}

async fn a_runner_that_was_stopped_begins_nothing(app: TestApp) {
    let counted = Counted::default();
    let runner = runner(&app.app, "ada", vec![counted.job()]);
    runner.stop();
    let at_work = runner.clone();
    // On a runtime with several threads it may change them.
    let task = tokio::spawn(async move { at_work.run(|_| std::future::pending::<()>()).await });
    task.await.unwrap();
    assert_eq!(counted.count(), 0);
}

async fn a_job_can_be_run_by_hand_unless_somebody_runs_it(app: TestApp) {
    let (counted, batches) = (Counted::default(), Batches::default());
    let by_hand = runner(&app.app, "by-hand", vec![batches.job(), counted.job()]);
    for count in 1..=2 {
        assert!(matches!(by_hand.run_now("counted").await, Ok(Ended::Done(_))), "due or not");
        assert_eq!(counted.count(), count);
    }
    assert!(matches!(by_hand.run_now("unheard-of").await, Err(NotBegun::Unknown)));

    let server = runner(&app.app, "server", vec![counted.job(), batches.job()]);
    tokio::select! {
        _ = server.run_due() => panic!("it has no end"),
        () = batches.have_begun() => {}
    }
    assert_eq!(counted.count(), 2, "a run by hand is a run like any other");
    match by_hand.run_now("batches").await {
        Err(NotBegun::Held(lease)) => {
            assert_eq!((lease.holder.as_str(), lease.taken_at), ("server", app.app.now()));
        }
        other => panic!("{other:?}"),
    }
    // Sixteen hands at once: each run is whole, and each hand either ran it or was told who does.
    let hands: Vec<_> =
        (0..16).map(|n| runner(&app.app, &format!("hand-{n}"), vec![counted.job()])).collect();
    let ended = join_all(hands.iter().map(|hand| hand.run_now("counted"))).await;
    let ran = ended.iter().filter(|ended| matches!(ended, Ok(Ended::Done(_)))).count();
    assert!(ended.iter().all(|ended| matches!(ended, Ok(Ended::Done(_)) | Err(NotBegun::Held(_)))));
    assert!(ran >= 1);
    assert_eq!(counted.count(), 2 + ran);
    assert_eq!(record(&app.app, "counted").await.unwrap().runs, 2 + u64::try_from(ran).unwrap());
}
