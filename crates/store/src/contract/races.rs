//! Several at once: exactly one wins.

use std::sync::Barrier;

use anteroom_domain::member::Role;

use super::world::{World, at, lease};
use crate::{Constraint, Store, StoreError, StoreExt};

/// Races for what there can be once.
pub fn races(store: &dyn Store) {
    for_a_link(&World::new(store));
    for_a_name(&World::new(store));
    for_an_email(&World::new(store));
    for_an_identity(&World::new(store));
    for_the_owner(&World::new(store));
    for_a_job(&World::new(store));
    counted_under_a_lock(&World::new(store));
}

/// How many of `N` that start at the same moment win.
pub(super) fn winners<const N: usize>(attempt: impl Fn(usize) -> bool + Sync) -> usize {
    let start = Barrier::new(N);
    let run = |n| {
        start.wait();
        attempt(n)
    };
    let run = &run;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..N).map(|n| scope.spawn(move || run(n))).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap().then_some(())).count()
    })
}

/// A conflict with that constraint is a defeat, success a victory, anything else a failure.
fn won(result: Result<(), StoreError>, constraint: Constraint) -> bool {
    match result {
        Ok(()) => true,
        Err(StoreError::Conflict(found)) if found == constraint => false,
        other => {
            other.unwrap();
            false
        }
    }
}

fn for_a_link(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let session = world.stored_session(customer);
    let enter = |_| world.write(|unit| unit.enter_customer_session(&session.token_hash, at(1)));
    assert_eq!(winners::<16>(enter), 1);
}

fn for_a_name(world: &World<'_>) {
    let register = |_| {
        let (identity, provider) = world.identity("a@example.com");
        won(
            world.store.write(|unit| unit.insert_identity(&identity, &provider)),
            Constraint::ProviderIdentity,
        )
    };
    assert_eq!(winners::<8>(register), 1);
}

fn for_an_email(world: &World<'_>) {
    let create = |_| {
        let customer = world.customer("a@example.com");
        won(world.store.write(|unit| unit.insert_customer(&customer)), Constraint::CustomerEmail)
    };
    assert_eq!(winners::<8>(create), 1);
}

fn for_an_identity(world: &World<'_>) {
    let (identity, _) = world.stored_identity("a@example.com");
    let customers: Vec<_> = (0..8).map(|n| world.stored_customer(&format!("c{n}@example.com")).id).collect();
    let link = |n: usize| {
        let customer = *customers.get(n).unwrap();
        world.write(|unit| unit.link_customer(identity.id, customer))
    };
    assert_eq!(winners::<8>(link), 1);
}

fn for_the_owner(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let own = |n| {
        let owner = world.member(customer, &format!("o{n}@example.com"), Role::Owner);
        won(world.store.write(|unit| unit.insert_member(&owner)), Constraint::MemberOwner)
    };
    assert_eq!(winners::<8>(own), 1);
    assert_eq!(world.read(|unit| unit.count_members(customer)), 1);
}

/// Two rounds: for a job that was never begun, and for one that a dead process has left behind.
fn for_a_job(world: &World<'_>) {
    for round in 0..2 {
        let take = |n: usize| {
            let lease = lease(&format!("round-{round}/{n}"), round * 600);
            world.write(|unit| unit.take_job("raced", 0, &lease))
        };
        assert_eq!(winners::<16>(take), 1);
    }
}

/// Who looks and then writes while holding the customer cannot be overtaken in between.
fn counted_under_a_lock(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let join = |n| {
        world.write(|unit| {
            unit.customer_for_update(world.workspace, customer)?;
            let is_first = unit.count_members(customer)? == 0;
            if is_first {
                unit.insert_member(&world.member(customer, &format!("m{n}@example.com"), Role::Member))?;
            }
            Ok(is_first)
        })
    };
    assert_eq!(winners::<8>(join), 1);
}
