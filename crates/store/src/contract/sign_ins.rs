//! What is remembered of attempts to sign in.

use std::num::NonZeroU32;

use anteroom_domain::sign_in::{FailedAttempts, KnownAddress, SourceHash};

use super::races::winners;
use super::world::{World, assert_conflict, at, hash, id};
use crate::{Constraint, Store, StoreExt};

/// [`SignIns`](crate::SignIns).
pub fn sign_ins(store: &dyn Store) {
    failures_are_counted_until_one_is_put_off(&World::new(store));
    what_is_forgotten_does_not_count(&World::new(store));
    old_counts_are_swept(&World::new(store));
    addresses_are_known(&World::new(store));
    addresses_go_with_their_identity(&World::new(store));
    old_addresses_are_swept(&World::new(store));
    posts_are_counted_and_come_back_one_by_one(&World::new(store));
    full_sources_are_swept(&World::new(store));
}

/// Those who fail at the same moment.
pub fn sign_ins_race(store: &dyn Store) {
    of_those_who_fail_at_once_each_counts_the_others(&World::new(store));
    of_those_who_post_at_once_no_more_are_counted(&World::new(store));
}

fn source() -> SourceHash {
    SourceHash::new(*hash().bytes())
}

fn of_those_who_fail_at_once_each_counts_the_others(world: &World<'_>) {
    let source = source();
    let fail = |_| {
        world.write(|unit| {
            let Some(count) = unit.add_failed_attempt(&source, at(0))? else { return Ok(false) };
            if count >= 10 {
                unit.put_off_attempts(&source, at(30))?;
            }
            Ok(true)
        })
    };
    assert_eq!(winners::<16>(fail), 10);
    let found = world.read(|unit| unit.failed_attempts(&source));
    assert_eq!(found, Some(FailedAttempts { count: 10, open_at: at(30) }));
}

fn of_those_who_post_at_once_no_more_are_counted(world: &World<'_>) {
    let (source, five) = (source(), NonZeroU32::new(5).unwrap());
    let post = |_| world.write(|unit| unit.count_credential_post(&source, five, at(0)));
    assert_eq!(winners::<16>(post), 5);
}

fn posts_are_counted_and_come_back_one_by_one(world: &World<'_>) {
    let (source, other, six) = (source(), source(), NonZeroU32::new(6).unwrap());
    let post = |source, now| world.write(|unit| unit.count_credential_post(source, six, at(now)));
    let full_at = || world.read(|unit| unit.credential_posts_full_at(&source));
    assert_eq!(full_at(), None);
    assert_eq!([0; 7].map(|now| post(&source, now)), [true, true, true, true, true, true, false]);
    assert_eq!(full_at(), Some(at(60)));
    assert!(post(&other, 0));
    assert_eq!(
        [9, 10, 10, 19, 20, 29].map(|now| post(&source, now)),
        [false, true, false, false, true, false]
    );
    // After a long time there are as many as at first, and no more.
    assert_eq!([1_000; 7].map(|now| post(&source, now)), [true, true, true, true, true, true, false]);
    assert_eq!(full_at(), Some(at(1_060)));
}

fn full_sources_are_swept(world: &World<'_>) {
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_credential_posts(at(cutoff), limit));
    sweep(1_000_000, 10_000);
    for now in [0, 10, 20] {
        let one = NonZeroU32::MIN;
        world.write(|unit| unit.count_credential_post(&source(), one, at(now)));
    }
    assert_eq!((sweep(60, 10), sweep(75, 1), sweep(75, 10), sweep(75, 10)), (0, 1, 1, 0));
}

fn failures_are_counted_until_one_is_put_off(world: &World<'_>) {
    let (source, other) = (source(), source());
    let find = || world.read(|unit| unit.failed_attempts(&source));
    let fail = |source, now| world.write(|unit| unit.add_failed_attempt(source, at(now)));
    assert_eq!(find(), None);
    assert_eq!((fail(&source, 0), fail(&source, 0), fail(&source, 1)), (Some(1), Some(2), Some(3)));
    assert_eq!(find(), Some(FailedAttempts { count: 3, open_at: at(1) }));

    world.write(|unit| unit.put_off_attempts(&source, at(31)));
    assert_eq!((fail(&source, 1), fail(&source, 30)), (None, None));
    assert_eq!(find(), Some(FailedAttempts { count: 3, open_at: at(31) }));
    assert_eq!(fail(&other, 30), Some(1), "others are not put off");
    assert_eq!(fail(&source, 31), Some(4));

    let forget = || world.write(|unit| unit.forget_failed_attempts(&source));
    assert!(forget() && !forget());
    assert_eq!((find(), fail(&source, 31)), (None, Some(1)));
}

fn what_is_forgotten_does_not_count(world: &World<'_>) {
    let source = source();
    let kept = FailedAttempts::KEPT.whole_seconds();
    let fail = |now| world.write(|unit| unit.add_failed_attempt(&source, at(now)));
    assert_eq!((fail(0), fail(kept), fail(2 * kept + 1)), (Some(1), Some(2), Some(1)));
}

fn old_counts_are_swept(world: &World<'_>) {
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_failed_attempts(at(cutoff), limit));
    sweep(1_000_000, 10_000);
    let [.., last] = [10, 20, 30].map(|failed| {
        let source = source();
        world.write(|unit| unit.add_failed_attempt(&source, at(failed)));
        source
    });
    assert_eq!(sweep(10, 10), 0, "at the cutoff is not before it");
    assert_eq!((sweep(30, 1), sweep(30, 1), sweep(30, 1)), (1, 1, 0));
    assert!(world.read(|unit| unit.failed_attempts(&last)).is_some());
}

fn addresses_are_known(world: &World<'_>) {
    let (ada, _) = world.stored_identity("a@example.com");
    let (here, elsewhere) = (source(), source());
    let seen = |source| world.read(|unit| unit.known_address(source));
    let note =
        |last_seen| KnownAddress { auth_identity_id: ada.id, source_hash: here, last_seen_at: at(last_seen) };
    assert_eq!(seen(&here), None);
    world.write(|unit| unit.note_address(&note(1)));
    assert_eq!(seen(&here), Some(at(1)));
    world.write(|unit| unit.note_address(&note(2)));
    assert_eq!(seen(&here), Some(at(2)));
    assert_eq!(seen(&elsewhere), None);
    let nobody = KnownAddress { auth_identity_id: id(), source_hash: elsewhere, last_seen_at: at(3) };
    assert_conflict(world.store.write(|unit| unit.note_address(&nobody)), Constraint::Reference);
}

fn addresses_go_with_their_identity(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let (mut identity, provider) = world.identity("a@example.com");
    identity.customer_id = Some(customer);
    world.write(|unit| unit.insert_identity(&identity, &provider));
    let source_hash = source();
    let known = KnownAddress { auth_identity_id: identity.id, source_hash, last_seen_at: at(0) };
    world.write(|unit| unit.note_address(&known));
    world.write(|unit| unit.delete_customer(world.workspace, customer, at(1)));
    assert_eq!(world.read(|unit| unit.known_address(&source_hash)), None);
}

fn old_addresses_are_swept(world: &World<'_>) {
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_known_addresses(at(cutoff), limit));
    sweep(1_000_000, 10_000);
    let (identity, _) = world.stored_identity("a@example.com");
    let [.., last] = [10, 20, 30].map(|seen| {
        let source_hash = source();
        let known = KnownAddress { auth_identity_id: identity.id, source_hash, last_seen_at: at(seen) };
        world.write(|unit| unit.note_address(&known));
        source_hash
    });
    assert_eq!(sweep(10, 10), 0, "at the cutoff is not before it");
    assert_eq!((sweep(30, 1), sweep(30, 1), sweep(30, 1)), (1, 1, 0));
    assert_eq!(world.read(|unit| unit.known_address(&last)), Some(at(30)));
}
