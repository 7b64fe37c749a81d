//! Rights to choose another password.

use anteroom_domain::credential::{AuthIdentity, ProviderIdentity};
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::password_reset::PasswordReset;

use super::races::winners;
use super::world::{World, assert_conflict, at, hash, id, store_session};
use crate::{Constraint, OpenPasswordReset, Store, StoreExt};

/// [`PasswordResets`](crate::PasswordResets), and what [`Credentials`](crate::Credentials) has for them.
pub fn password_resets(store: &dyn Store) {
    a_token_opens_one_account(&World::new(store), &World::new(store));
    a_token_is_spent_once(&World::new(store));
    a_later_sign_in_ends_it(&World::new(store));
    nobody_resets_for_who_is_disabled_or_gone(&World::new(store));
    all_of_a_customers_end_and_are_counted(&World::new(store));
    old_ones_are_swept(&World::new(store));
    a_password_is_set_whatever_it_was(&World::new(store));
}

/// Those who use one token at the same moment.
pub fn password_resets_race(store: &dyn Store) {
    one_spends_it(&World::new(store));
}

fn one_spends_it(world: &World<'_>) {
    let (_, identity, _) = world.account("a@example.com");
    let reset = world.stored_reset(&identity, 0);
    let spend = |_| world.write(|unit| unit.spend_password_reset(&reset.token_hash, at(1)));
    assert_eq!(winners::<16>(spend), 1);
}

/// One that lasts half an hour and is not stored yet.
pub(super) fn reset(identity: &AuthIdentity, created: i64) -> PasswordReset {
    PasswordReset {
        token_hash: hash(),
        auth_identity_id: identity.id,
        created_at: at(created),
        expires_at: at(created + 1800),
        ended_at: None,
    }
}

impl World<'_> {
    /// A customer who signs in.
    fn account(&self, address: &str) -> (CustomerId, AuthIdentity, ProviderIdentity) {
        let customer = self.stored_customer(address).id;
        let (mut identity, provider) = self.identity(address);
        identity.customer_id = Some(customer);
        self.write(|unit| unit.insert_identity(&identity, &provider));
        (customer, identity, provider)
    }

    fn stored_reset(&self, identity: &AuthIdentity, created: i64) -> PasswordReset {
        let reset = reset(identity, created);
        self.write(|unit| unit.insert_password_reset(&reset));
        reset
    }

    fn opens(&self, reset: &PasswordReset, now: i64) -> Option<OpenPasswordReset> {
        self.read(|unit| unit.open_password_reset(self.workspace, &reset.token_hash, at(now)))
    }
}

fn a_token_opens_one_account(world: &World<'_>, other: &World<'_>) {
    let (customer, identity, provider) = world.account("a@example.com");
    let reset = world.stored_reset(&identity, 0);
    assert_eq!(world.opens(&reset, 0), Some(OpenPasswordReset { customer, provider: provider.clone() }));
    assert!(world.opens(&reset, 1799).is_some() && world.opens(&reset, 1800).is_none());
    assert_eq!(other.opens(&reset, 0), None);
    assert_eq!(world.read(|unit| unit.open_password_reset(world.workspace, &hash(), at(0))), None);
    assert_eq!(world.read(|unit| unit.password_identities(customer)), [provider]);
    assert_eq!(world.read(|unit| unit.password_identities(id())), []);
    let orphan = PasswordReset { token_hash: hash(), auth_identity_id: id(), ..reset };
    assert_conflict(world.store.write(|unit| unit.insert_password_reset(&orphan)), Constraint::Reference);
    let (half, _) = world.stored_identity("half@example.com");
    assert_eq!(world.opens(&world.stored_reset(&half, 0), 0), None, "it has no customer");
}

fn a_token_is_spent_once(world: &World<'_>) {
    let (_, identity, _) = world.account("a@example.com");
    let spend = |reset: &PasswordReset, now| {
        world.write(|unit| unit.spend_password_reset(&reset.token_hash, at(now)))
    };
    let reset = world.stored_reset(&identity, 0);
    assert!(spend(&reset, 5));
    assert!(!spend(&reset, 5));
    assert_eq!(world.opens(&reset, 5), None);
    assert!(!spend(&world.stored_reset(&identity, 0), 1800), "it has expired");
    assert!(!world.write(|unit| unit.spend_password_reset(&hash(), at(0))));
}

fn a_later_sign_in_ends_it(world: &World<'_>) {
    let (_, identity, _) = world.account("a@example.com");
    let reset = world.stored_reset(&identity, 0);
    world.write(|unit| unit.insert_store_session(&store_session(&identity)));
    assert!(world.opens(&reset, 1).is_some(), "they signed in before");
    let mut later = store_session(&identity);
    later.created_at = at(1);
    world.write(|unit| unit.insert_store_session(&later));
    assert_eq!(world.opens(&reset, 1), None);
}

fn nobody_resets_for_who_is_disabled_or_gone(world: &World<'_>) {
    let (customer, identity, _) = world.account("a@example.com");
    let reset = world.stored_reset(&identity, 0);
    let found = world.read(|unit| unit.customer(world.workspace, customer)).unwrap();
    let disabled = Customer { disabled_at: Some(at(1)), ..found.clone() };
    world.write(|unit| unit.update_customer(&disabled));
    assert_eq!(world.opens(&reset, 1), None);
    world.write(|unit| unit.update_customer(&found));
    assert!(world.opens(&reset, 1).is_some());
    world.write(|unit| unit.delete_customer(world.workspace, customer, at(1)));
    assert_eq!(world.opens(&reset, 1), None);
    assert!(!world.write(|unit| unit.spend_password_reset(&reset.token_hash, at(1))), "it went too");
}

fn all_of_a_customers_end_and_are_counted(world: &World<'_>) {
    let (ada, identity, _) = world.account("a@example.com");
    let (_, stranger, _) = world.account("b@example.com");
    let [first, second] = [10, 20].map(|created| world.stored_reset(&identity, created));
    let other = world.stored_reset(&stranger, 10);
    let end = |customer| world.write(|unit| unit.end_password_resets(customer, at(30)));
    assert_eq!((end(ada), end(ada), end(id())), (2, 0, 0));
    assert_eq!((world.opens(&first, 30), world.opens(&second, 30)), (None, None));
    assert!(world.opens(&other, 30).is_some());
}

fn old_ones_are_swept(world: &World<'_>) {
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_password_resets(at(cutoff), limit));
    sweep(1_000_000, 10_000);
    let (_, identity, _) = world.account("a@example.com");
    let [.., last] = [0, 1, 2].map(|created| world.stored_reset(&identity, created));
    assert_eq!(sweep(1800, 10), 0, "at the cutoff is not before it");
    assert_eq!((sweep(1802, 1), sweep(1802, 1), sweep(1802, 1)), (1, 1, 0));
    assert!(world.opens(&last, 3).is_some());
}

fn a_password_is_set_whatever_it_was(world: &World<'_>) {
    let (customer, _, provider) = world.account("a@example.com");
    let (_, _, other) = world.account("b@example.com");
    assert!(world.write(|unit| unit.set_password_hash(provider.id, "$argon2id$new")));
    assert!(!world.write(|unit| unit.set_password_hash(id(), "$argon2id$new")));
    let hash = |provider: &ProviderIdentity| {
        world.read(|unit| unit.provider_identities(provider.auth_identity_id)).remove(0).password_hash
    };
    assert_eq!(hash(&provider), "$argon2id$new");
    assert_eq!(hash(&other), other.password_hash);
    assert_eq!(world.read(|unit| unit.password_identities(customer)).len(), 1);
}
