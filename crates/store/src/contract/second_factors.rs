//! What customers prove beside their first way to sign in.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::second_factor::{AuthenticatorApp, SecondFactorChallenge};
use anteroom_domain::session::Provider;
use anteroom_domain::sign_in::SourceHash;

use super::merges::merge;
use super::races::winners;
use super::world::{World, at, hash, id, line};
use crate::Store;

/// [`SecondFactors`](crate::SecondFactors).
pub fn second_factors(store: &dyn Store) {
    an_app_protects_once_it_is_confirmed(&World::new(store));
    no_code_of_an_app_is_accepted_twice(&World::new(store));
    recovery_codes_are_replaced_together_and_spent_one_by_one(&World::new(store));
    a_challenge_is_guessed_at_five_times_while_it_is_open(&World::new(store), &World::new(store));
    a_customers_challenges_end_together(&World::new(store));
    second_factors_go_where_the_customer_goes(&World::new(store));
    challenges_that_are_over_are_removed(&World::new(store));
}

/// Of those who show a code, a recovery code or a passed challenge at once, one succeeds; of those who guess at once, five do.
pub fn second_factors_race(store: &dyn Store) {
    of_sixteen_one_is_accepted(&World::new(store));
}

fn of_sixteen_one_is_accepted(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let app = stored_app(world, customer, 0);
    assert_eq!(winners::<16>(|_| world.write(|unit| unit.accept_code_of_step(app.id, 7))), 1);
    let code = SourceHash::new(*hash().bytes());
    world.write(|unit| unit.replace_recovery_codes(customer, &[code], at(0)));
    assert_eq!(winners::<16>(|_| world.write(|unit| unit.spend_recovery_code(customer, &code))), 1);
    let waiting = stored_challenge(world, customer, "a@example.com", 0);
    let guess = |_| world.write(|unit| unit.guess_second_factor(&waiting.token_hash, at(1)));
    assert_eq!(winners::<16>(guess), 5);
    let spend = |_| world.write(|unit| unit.spend_second_factor_challenge(&waiting.token_hash));
    assert_eq!(winners::<16>(spend), 1);
}

fn stored_app(world: &World<'_>, customer: CustomerId, made: i64) -> AuthenticatorApp {
    let app = AuthenticatorApp {
        id: id(),
        customer_id: customer,
        label: line("Phone"),
        secret_sealed: vec![1, 2, 3],
        last_step: 0,
        created_at: at(made),
        confirmed_at: None,
    };
    world.write(|unit| unit.insert_authenticator_app(&app));
    app
}

fn stored_challenge(
    world: &World<'_>,
    customer: CustomerId,
    address: &str,
    made: i64,
) -> SecondFactorChallenge {
    let (identity, _) = world.stored_identity(address);
    world.write(|unit| unit.link_customer(identity.id, customer));
    let challenge = SecondFactorChallenge {
        token_hash: hash(),
        id: id(),
        workspace_id: world.workspace,
        auth_identity_id: identity.id,
        provider: Provider::EmailPass,
        guesses: 0,
        created_at: at(made),
        expires_at: at(made + 300),
    };
    world.write(|unit| unit.insert_second_factor_challenge(&challenge));
    challenge
}

fn an_app_protects_once_it_is_confirmed(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let has = || world.read(|unit| unit.has_second_factor(customer));
    let (second, first) = (stored_app(world, customer, 1), stored_app(world, customer, 0));
    stored_app(world, world.stored_customer("b@example.com").id, 0);
    assert!(!has());
    let confirm = || world.write(|unit| unit.confirm_authenticator_app(second.id, at(9)));
    assert_eq!((confirm(), confirm(), has()), (true, false, true));
    let confirmed = AuthenticatorApp { confirmed_at: Some(at(9)), ..second.clone() };
    assert_eq!(world.read(|unit| unit.authenticator_apps(customer)), [first.clone(), confirmed]);
    let delete = |whose| world.write(|unit| unit.delete_authenticator_app(whose, second.id));
    assert_eq!((delete(id()), delete(customer), delete(customer), has()), (false, true, false, false));
    assert_eq!(world.read(|unit| unit.authenticator_apps(customer)), [first]);
}

fn no_code_of_an_app_is_accepted_twice(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let app = stored_app(world, customer, 0);
    let accept = |step| world.write(|unit| unit.accept_code_of_step(app.id, step));
    assert_eq!([5, 5, 4, 6, 5].map(accept), [true, false, false, true, false]);
    let kept = AuthenticatorApp { last_step: 6, ..app.clone() };
    assert_eq!(world.read(|unit| unit.authenticator_apps(customer)), [kept]);
}

fn recovery_codes_are_replaced_together_and_spent_one_by_one(world: &World<'_>) {
    let (customer, other) =
        (world.stored_customer("a@example.com").id, world.stored_customer("b@example.com").id);
    let codes = [(); 3].map(|()| SourceHash::new(*hash().bytes()));
    let [first, second, _] = &codes;
    let replace = |codes: &[SourceHash]| {
        world.write(|unit| unit.replace_recovery_codes(customer, codes, at(0)));
    };
    let count = |whose| world.read(|unit| unit.count_recovery_codes(whose));
    replace(&codes);
    assert_eq!((count(customer), count(other)), (3, 0));
    let spend = |whose, code: &SourceHash| world.write(|unit| unit.spend_recovery_code(whose, code));
    assert_eq!((spend(other, first), spend(customer, first)), (false, true));
    assert_eq!((spend(customer, first), count(customer)), (false, 2));
    replace(&[SourceHash::new(*hash().bytes())]);
    assert_eq!((spend(customer, second), count(customer)), (false, 1));
    replace(&[]);
    assert_eq!(count(customer), 0);
}

fn a_challenge_is_guessed_at_five_times_while_it_is_open(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let one = stored_challenge(world, customer, "a@example.com", 0);
    let find =
        |world: &World<'_>| world.read(|unit| unit.second_factor_challenge(world.workspace, &one.token_hash));
    assert_eq!((find(world), find(other)), (Some(one.clone()), None));
    let waits = |world: &World<'_>, now| {
        world.read(|unit| unit.awaits_second_factor(world.workspace, one.id, at(now)))
    };
    assert_eq!((waits(world, 299), waits(world, 300), waits(other, 0)), (true, false, false));
    let guess = |now| world.write(|unit| unit.guess_second_factor(&one.token_hash, at(now)));
    assert!(!guess(300), "it is over");
    assert_eq!([1, 2, 3, 4, 299, 5].map(guess), [true, true, true, true, true, false]);
    assert_eq!(find(world), Some(SecondFactorChallenge { guesses: 5, ..one.clone() }));
    let spend = || world.write(|unit| unit.spend_second_factor_challenge(&one.token_hash));
    assert_eq!((spend(), spend(), find(world)), (true, false, None));
    assert!(!guess(1));
}

fn a_customers_challenges_end_together(world: &World<'_>) {
    let (customer, other) =
        (world.stored_customer("a@example.com").id, world.stored_customer("b@example.com").id);
    stored_challenge(world, customer, "a@example.com", 0);
    stored_challenge(world, customer, "c@example.com", 0);
    let others = stored_challenge(world, other, "b@example.com", 0);
    let end = || world.write(|unit| unit.end_second_factor_challenges(customer));
    assert_eq!((end(), end()), (2, 0));
    assert!(world.read(|unit| unit.awaits_second_factor(world.workspace, others.id, at(1))));
}

fn second_factors_go_where_the_customer_goes(world: &World<'_>) {
    let (merged, survivor) =
        (world.stored_customer("a@example.com").id, world.stored_customer("b@example.com").id);
    let app = stored_app(world, merged, 0);
    world.write(|unit| unit.confirm_authenticator_app(app.id, at(1)));
    let code = SourceHash::new(*hash().bytes());
    world.write(|unit| unit.replace_recovery_codes(merged, &[code], at(0)));
    assert!(world.write(|unit| unit.merge_customer(&merge(world, merged, survivor))));
    let of =
        |whose| world.read(|unit| Ok((unit.has_second_factor(whose)?, unit.count_recovery_codes(whose)?)));
    assert_eq!((of(merged), of(survivor)), ((false, 0), (true, 1)));
    assert!(world.write(|unit| unit.delete_customer(world.workspace, survivor, at(9))));
    assert_eq!(of(survivor), (false, 0), "nothing of it is left");
}

fn challenges_that_are_over_are_removed(world: &World<'_>) {
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_second_factor_challenges(at(cutoff), limit));
    sweep(1_000_000, 10_000);
    let customer = world.stored_customer("a@example.com").id;
    for made in [0, 10, 20] {
        stored_challenge(world, customer, &format!("{made}@example.com"), made);
    }
    assert_eq!((sweep(300, 10), sweep(315, 1), sweep(315, 10), sweep(315, 10)), (0, 1, 1, 0));
}
