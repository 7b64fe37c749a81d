//! Codes that are mailed to sign in with.

use anteroom_domain::TokenHash;
use anteroom_domain::sign_in::SourceHash;
use anteroom_domain::sign_in_code::SignInCode;

use super::races::winners;
use super::world::{World, at, email, hash};
use crate::{Store, StoreExt};

/// [`SignInCodes`](crate::SignInCodes).
pub fn sign_in_codes(store: &dyn Store) {
    one_is_guessed_at_five_times_while_it_is_open(&World::new(store), &World::new(store));
    a_mailboxs_are_counted_and_ended_together(&World::new(store), &World::new(store));
    those_that_count_no_more_are_removed(&World::new(store));
}

/// Of those who use one at once, one succeeds; of those who guess at once, five do.
pub fn sign_in_codes_race(store: &dyn Store) {
    of_sixteen_five_guess_and_one_spends(&World::new(store));
}

fn of_sixteen_five_guess_and_one_spends(world: &World<'_>) {
    let one = stored(world, "a@example.com", 0);
    let guess = |_| guess(world, &one.flow_hash, 1).is_some();
    assert_eq!(winners::<16>(guess), 5);
    let spend = |_| world.write(|unit| unit.spend_sign_in_code(&one.flow_hash, at(1)));
    assert_eq!(winners::<16>(spend), 1);
}

fn stored(world: &World<'_>, address: &str, made: i64) -> SignInCode {
    let code = SignInCode {
        flow_hash: hash(),
        workspace_id: world.workspace,
        email: email(address),
        code_hash: SourceHash::new(*hash().bytes()),
        guesses: 0,
        created_at: at(made),
        expires_at: at(made + 600),
        ended_at: None,
    };
    world.write(|unit| unit.insert_sign_in_code(&code));
    code
}

fn guess(world: &World<'_>, flow: &TokenHash, now: i64) -> Option<SignInCode> {
    world.store.write(|unit| unit.guess_sign_in_code(world.workspace, flow, at(now))).unwrap()
}

fn one_is_guessed_at_five_times_while_it_is_open(world: &World<'_>, other: &World<'_>) {
    let one = stored(world, "a@example.com", 0);
    assert_eq!(guess(other, &one.flow_hash, 1), None);
    assert_eq!(guess(world, &hash(), 1), None);
    assert_eq!(guess(world, &one.flow_hash, 600), None, "it is over");
    for guesses in 1..=5 {
        assert_eq!(guess(world, &one.flow_hash, 599), Some(SignInCode { guesses, ..one.clone() }));
    }
    assert_eq!(guess(world, &one.flow_hash, 1), None);
    let two = stored(world, "b@example.com", 0);
    let spend = || world.write(|unit| unit.spend_sign_in_code(&two.flow_hash, at(2)));
    assert_eq!((spend(), spend(), guess(world, &two.flow_hash, 3)), (true, false, None));
}

fn a_mailboxs_are_counted_and_ended_together(world: &World<'_>, other: &World<'_>) {
    for made in [0, 10, 20] {
        stored(world, "A@example.com", made);
    }
    let elsewhere = stored(other, "a@example.com", 0);
    let count = |since| {
        world.read(|unit| unit.count_sign_in_codes(world.workspace, &email("a@EXAMPLE.com"), at(since)))
    };
    assert_eq!((count(-1), count(0), count(20)), (3, 2, 0));
    let end = || world.write(|unit| unit.end_sign_in_codes(world.workspace, &email("a@example.com"), at(30)));
    assert_eq!((end(), end(), count(-1)), (3, 0, 3));
    assert!(guess(other, &elsewhere.flow_hash, 31).is_some());
}

fn those_that_count_no_more_are_removed(world: &World<'_>) {
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_sign_in_codes(at(cutoff), limit));
    sweep(1_000_000, 10_000);
    for made in [0, 10, 20] {
        stored(world, "a@example.com", made);
    }
    assert_eq!((sweep(0, 10), sweep(15, 1), sweep(15, 10), sweep(15, 10)), (0, 1, 1, 0));
}
