//! Leases of jobs.

use anteroom_domain::job::{JobLease, JobOutcome, JobRecord, JobRun};

use super::world::{World, at, lease};
use crate::Store;

/// What [`Jobs`](crate::Jobs) promises.
pub fn jobs(store: &dyn Store) {
    let world = World::new(store);
    nothing_was_begun(&world);
    one_holder_at_a_time(&world);
    a_lease_that_expired_is_taken_over(&world);
    a_run_that_ended_is_not_repeated_by_who_saw_the_one_before(&world);
    what_was_not_finished_is_given_back_as_it_was(&world);
    names_do_not_disturb_each_other(&world);
}

fn take(world: &World<'_>, name: &str, seen_runs: u64, lease: &JobLease) -> bool {
    world.write(|unit| unit.take_job(name, seen_runs, lease))
}

fn found(world: &World<'_>, name: &str) -> Option<JobRecord> {
    world.read(|unit| unit.jobs()).into_iter().find(|record| record.name == name)
}

fn done(from: i64, to: i64) -> JobRun {
    JobRun { started_at: at(from), finished_at: at(to), outcome: JobOutcome::Done, swept: 7 }
}

fn nothing_was_begun(world: &World<'_>) {
    assert_eq!(world.read(|unit| unit.jobs()), []);
}

fn one_holder_at_a_time(world: &World<'_>) {
    let (ada, bob) = (lease("ada", 0), lease("bob", 299));
    assert!(take(world, "held", 0, &ada));
    assert!(!take(world, "held", 0, &bob), "ada's lease is live");
    assert!(!take(world, "held", 0, &ada), "not even for its holder");
    let held = JobRecord { name: "held".to_owned(), lease: Some(ada.clone()), runs: 0, last_run: None };
    assert_eq!(found(world, "held"), Some(held));

    let longer = lease("ada", 100);
    assert!(world.write(|unit| unit.extend_job("held", &longer)));
    assert!(!world.write(|unit| unit.extend_job("held", &bob)), "it is not bob's");
    assert!(!take(world, "held", 0, &lease("bob", 300)), "ada has extended it");
    let extended = found(world, "held").and_then(|record| record.lease);
    assert_eq!(extended, Some(JobLease { expires_at: longer.expires_at, ..ada.clone() }));

    for stranger in [&bob.holder, &lease("", 0).holder] {
        assert!(!world.write(|unit| unit.finish_job("held", stranger, &done(0, 1))));
        assert!(!world.write(|unit| unit.release_job("held", stranger)));
    }
    assert!(world.write(|unit| unit.finish_job("held", &ada.holder, &done(0, 101))));
    let ended = JobRecord { name: "held".to_owned(), lease: None, runs: 1, last_run: Some(done(0, 101)) };
    assert_eq!(found(world, "held"), Some(ended));
    assert!(!world.write(|unit| unit.finish_job("held", &ada.holder, &done(0, 102))), "it has given it back");
    assert!(!world.write(|unit| unit.extend_job("held", &longer)), "it has given it back");
}

fn a_lease_that_expired_is_taken_over(world: &World<'_>) {
    let (dead, heir) = (lease("dead", 0), lease("heir", 300));
    assert!(take(world, "orphaned", 0, &dead));
    assert!(take(world, "orphaned", 0, &heir));
    assert_eq!(found(world, "orphaned").and_then(|record| record.lease), Some(heir.clone()));
    assert!(!world.write(|unit| unit.extend_job("orphaned", &dead)), "it comes too late");
    assert!(!world.write(|unit| unit.finish_job("orphaned", &dead.holder, &done(0, 301))));
    assert!(!world.write(|unit| unit.release_job("orphaned", &dead.holder)));
    assert!(world.write(|unit| unit.finish_job("orphaned", &heir.holder, &done(300, 302))));
}

fn a_run_that_ended_is_not_repeated_by_who_saw_the_one_before(world: &World<'_>) {
    let failed = JobRun { outcome: JobOutcome::Failed, swept: 0, ..done(0, 1) };
    let (ada, bob) = (lease("ada", 0), lease("bob", 1));
    assert!(take(world, "quick", 0, &ada));
    assert!(world.write(|unit| unit.finish_job("quick", &ada.holder, &failed)));
    assert!(!take(world, "quick", 0, &bob), "bob has seen no run, and there was one");
    assert_eq!(found(world, "quick").and_then(|record| record.last_run), Some(failed));
    assert!(take(world, "quick", 1, &bob));
    let running = found(world, "quick").unwrap();
    assert_eq!((running.last_run, running.lease), (Some(failed), Some(bob)), "both are known while it runs");
}

fn what_was_not_finished_is_given_back_as_it_was(world: &World<'_>) {
    let (ada, bob) = (lease("ada", 0), lease("bob", 1));
    assert!(take(world, "stopped", 0, &ada));
    assert!(world.write(|unit| unit.release_job("stopped", &ada.holder)));
    let untouched = JobRecord { name: "stopped".to_owned(), lease: None, runs: 0, last_run: None };
    assert_eq!(found(world, "stopped"), Some(untouched));
    assert!(!world.write(|unit| unit.release_job("stopped", &ada.holder)));
    assert!(take(world, "stopped", 0, &bob), "at once");
}

fn names_do_not_disturb_each_other(world: &World<'_>) {
    let ada = lease("ada", 0);
    assert!(take(world, "first", 0, &ada) && take(world, "second", 0, &ada));
    assert!(world.write(|unit| unit.finish_job("first", &ada.holder, &done(0, 1))));
    assert!(found(world, "second").unwrap().lease.is_some());
    assert!(!world.write(|unit| unit.extend_job("third", &ada)));
    let names: Vec<_> = world.read(|unit| unit.jobs()).into_iter().map(|record| record.name).collect();
    assert_eq!(names, ["first", "held", "orphaned", "quick", "second", "stopped"]);
}
