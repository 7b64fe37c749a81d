//! Passkeys, and what authenticators are asked.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::passkey::{Passkey, PasskeyCeremony};

use super::merges::merge;
use super::races::winners;
use super::world::{World, assert_conflict, at, hash, id, line};
use crate::{Constraint, Store, StoreExt};

/// [`Passkeys`](crate::Passkeys).
pub fn passkeys(store: &dyn Store) {
    a_passkey_is_found_by_what_its_authenticator_calls_it(&World::new(store), &World::new(store));
    a_customers_passkeys_go_where_the_customer_goes(&World::new(store));
    a_question_is_taken_away_once(&World::new(store));
    questions_that_are_over_are_removed(&World::new(store));
}

/// Of those who answer one question at once, one goes on.
pub fn passkeys_race(store: &dyn Store) {
    of_sixteen_answers_one_counts(&World::new(store));
}

fn of_sixteen_answers_one_counts(world: &World<'_>) {
    let asked = asked(world, None, 0);
    let spend = |_| world.write(|unit| unit.spend_passkey_ceremony(&asked.token_hash));
    assert_eq!(winners::<16>(spend), 1);
}

fn passkey(world: &World<'_>, customer: CustomerId, credential_id: &[u8], made: i64) -> Passkey {
    Passkey {
        id: id(),
        workspace_id: world.workspace,
        customer_id: customer,
        credential_id: credential_id.to_vec(),
        user_handle: customer.uuid(),
        label: line("Laptop"),
        credential: "{}".to_owned(),
        created_at: at(made),
        last_used_at: None,
    }
}

fn asked(world: &World<'_>, customer: Option<CustomerId>, made: i64) -> PasskeyCeremony {
    let ceremony = PasskeyCeremony {
        token_hash: hash(),
        workspace_id: world.workspace,
        customer_id: customer,
        sealed: vec![1, 2, 3],
        created_at: at(made),
        expires_at: at(made + 300),
    };
    world.write(|unit| unit.insert_passkey_ceremony(&ceremony));
    ceremony
}

fn a_passkey_is_found_by_what_its_authenticator_calls_it(world: &World<'_>, other: &World<'_>) {
    let (ada, grace) = (world.stored_customer("a@example.com").id, world.stored_customer("b@example.com").id);
    let (second, first) = (passkey(world, ada, b"second", 1), passkey(world, ada, b"first", 0));
    for passkey in [&second, &first] {
        world.write(|unit| unit.insert_passkey(passkey));
    }
    let again = passkey(world, grace, b"first", 2);
    assert_conflict(world.store.write(|unit| unit.insert_passkey(&again)), Constraint::Passkey);
    let elsewhere = passkey(other, other.stored_customer("a@example.com").id, b"first", 0);
    other.write(|unit| unit.insert_passkey(&elsewhere));
    let find = |name: &[u8]| world.read(|unit| unit.passkey_by_credential(world.workspace, name));
    assert_eq!((find(b"first"), find(b"third")), (Some(first.clone()), None));
    world.write(|unit| unit.note_use_of_passkey(first.id, r#"{"counter":1}"#, at(9)));
    let used =
        Passkey { credential: r#"{"counter":1}"#.to_owned(), last_used_at: Some(at(9)), ..first.clone() };
    assert_eq!(world.read(|unit| unit.passkeys(ada)), [used, second]);
    let delete = |whose| world.write(|unit| unit.delete_passkey(whose, first.id));
    assert_eq!((delete(grace), delete(ada), delete(ada), find(b"first")), (false, true, false, None));
}

fn a_customers_passkeys_go_where_the_customer_goes(world: &World<'_>) {
    let (merged, survivor) =
        (world.stored_customer("a@example.com").id, world.stored_customer("b@example.com").id);
    let one = passkey(world, merged, b"one", 0);
    world.write(|unit| unit.insert_passkey(&one));
    let asked = asked(world, Some(merged), 0);
    assert!(world.write(|unit| unit.merge_customer(&merge(world, merged, survivor))));
    assert_eq!(world.read(|unit| unit.passkeys(survivor)), [Passkey { customer_id: survivor, ..one }]);
    assert_eq!(world.read(|unit| unit.passkey_ceremony(&asked.token_hash)), None);
    assert!(world.write(|unit| unit.delete_customer(world.workspace, survivor, at(9))));
    assert_eq!(world.read(|unit| unit.passkey_by_credential(world.workspace, b"one")), None);
}

fn a_question_is_taken_away_once(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let asked = asked(world, Some(customer), 0);
    assert_eq!(world.read(|unit| unit.passkey_ceremony(&asked.token_hash)), Some(asked.clone()));
    let spend = || world.write(|unit| unit.spend_passkey_ceremony(&asked.token_hash));
    assert_eq!((spend(), spend()), (true, false));
    assert_eq!(world.read(|unit| unit.passkey_ceremony(&asked.token_hash)), None);
}

fn questions_that_are_over_are_removed(world: &World<'_>) {
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_passkey_ceremonies(at(cutoff), limit));
    sweep(1_000_000, 10_000);
    for made in [0, 10, 20] {
        asked(world, None, made);
    }
    assert_eq!((sweep(300, 10), sweep(315, 1), sweep(315, 10), sweep(315, 10)), (0, 1, 1, 0));
}
