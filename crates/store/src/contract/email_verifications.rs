//! Rights to prove an e-mail address.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::email_verification::{EmailChange, EmailVerification};

use super::races::winners;
use super::world::{World, assert_conflict, at, email, hash, id};
use crate::{Constraint, Store, StoreExt};

/// [`EmailVerifications`](crate::EmailVerifications).
pub fn email_verifications(store: &dyn Store) {
    one_opens_until_it_is_used_or_over(&World::new(store), &World::new(store));
    none_opens_for_who_is_gone_or_disabled(&World::new(store));
    a_customers_are_ended_together(&World::new(store));
    a_change_is_opened_by_two_tokens(&World::new(store), &World::new(store));
    those_that_are_long_over_are_removed(&World::new(store));
}

/// Of those who use one at once, one succeeds.
pub fn email_verifications_race(store: &dyn Store) {
    of_sixteen_uses_one_succeeds(&World::new(store));
}

fn of_sixteen_uses_one_succeeds(world: &World<'_>) {
    let one = stored(world, world.stored_customer("a@example.com").id, 0);
    let spend = |_| world.write(|unit| unit.spend_email_verification(&one.token_hash, at(1)));
    assert_eq!(winners::<16>(spend), 1);
}

/// One that is made after some seconds and lives for a minute.
pub(super) fn verification(customer: CustomerId, made: i64) -> EmailVerification {
    EmailVerification {
        token_hash: hash(),
        customer_id: customer,
        change: None,
        created_at: at(made),
        expires_at: at(made + 60),
        ended_at: None,
    }
}

fn stored(world: &World<'_>, customer: CustomerId, made: i64) -> EmailVerification {
    let one = verification(customer, made);
    world.write(|unit| unit.insert_email_verification(&one));
    one
}

fn opens(world: &World<'_>, one: &EmailVerification, now: i64) -> Option<CustomerId> {
    let open = world.read(|unit| unit.open_email_verification(world.workspace, &one.token_hash, at(now)));
    open.map(|open| open.customer)
}

fn one_opens_until_it_is_used_or_over(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let (one, old) = (stored(world, customer, 0), stored(world, customer, 0));
    assert_eq!(opens(world, &one, 59), Some(customer));
    assert_eq!(opens(world, &one, 60), None, "it is over");
    assert_eq!(opens(other, &one, 1), None);
    assert_eq!(opens(world, &verification(customer, 0), 1), None);
    let spend = |one: &EmailVerification, now| {
        world.write(|unit| unit.spend_email_verification(&one.token_hash, at(now)))
    };
    assert!(!spend(&old, 60) && !spend(&verification(customer, 0), 1));
    assert!(spend(&one, 1) && !spend(&one, 2));
    assert_eq!(opens(world, &one, 3), None);
    let stray = verification(id(), 0);
    assert_conflict(world.store.write(|unit| unit.insert_email_verification(&stray)), Constraint::Reference);
}

fn none_opens_for_who_is_gone_or_disabled(world: &World<'_>) {
    let mut customer = world.stored_customer("a@example.com");
    let one = stored(world, customer.id, 0);
    for disabled_at in [Some(at(1)), None] {
        customer.disabled_at = disabled_at;
        assert!(world.write(|unit| unit.update_customer(&customer)));
        assert_eq!(opens(world, &one, 2).is_none(), disabled_at.is_some());
    }
    world.write(|unit| unit.delete_customer(world.workspace, customer.id, at(3)));
    assert_eq!(opens(world, &one, 4), None);
}

fn a_change_is_opened_by_two_tokens(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let change = EmailChange { email: email("New@example.com"), cancel_token_hash: hash() };
    let cancel = change.cancel_token_hash;
    let one = EmailVerification { change: Some(change), ..verification(customer, 0) };
    world.write(|unit| unit.insert_email_verification(&one));
    let open = world.read(|unit| unit.open_email_verification(world.workspace, &one.token_hash, at(1)));
    assert_eq!(open.unwrap().new_email.unwrap().as_str(), "New@example.com");
    let stops = |world: &World<'_>, token, now| {
        world.read(|unit| unit.open_email_change(world.workspace, token, at(now)))
    };
    assert_eq!((stops(world, &cancel, 1), stops(world, &cancel, 60)), (Some(customer), None));
    assert_eq!((stops(world, &one.token_hash, 1), stops(other, &cancel, 1)), (None, None));
    world.write(|unit| unit.end_email_verifications(customer, at(2)));
    assert_eq!((stops(world, &cancel, 3), opens(world, &one, 3)), (None, None));
}

fn a_customers_are_ended_together(world: &World<'_>) {
    let [ada, grace] = ["a", "b"].map(|name| world.stored_customer(&format!("{name}@example.com")).id);
    let (old, new, others) = (stored(world, ada, 0), stored(world, ada, 10), stored(world, grace, 10));
    let end = |customer| world.write(|unit| unit.end_email_verifications(customer, at(20)));
    assert_eq!((end(ada), end(ada), end(id())), (2, 0, 0));
    assert_eq!((opens(world, &old, 21), opens(world, &new, 21)), (None, None));
    assert_eq!(opens(world, &others, 21), Some(grace));
}

fn those_that_are_long_over_are_removed(world: &World<'_>) {
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_email_verifications(at(cutoff), limit));
    sweep(1_000_000, 10_000);
    let customer = world.stored_customer("a@example.com").id;
    for made in [0, 10, 20] {
        stored(world, customer, made);
    }
    assert_eq!((sweep(60, 10), sweep(75, 1), sweep(75, 10), sweep(75, 10)), (0, 1, 1, 0));
}
